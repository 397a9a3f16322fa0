import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { replaceFile } from '../durable.ts'
import type { DirectionEstimate } from './direction.ts'
import { drawQuietMinutes, type QuietMinutes } from './schedule.ts'

/** By the wall clock, like all of this. */
export interface DatedEstimate extends DirectionEstimate {
  atMs: number
}

/** What is kept over restarts, in `<folder>/capacity.json`: lost, the device draws its minutes anew. */
export interface CapacityMemory {
  minutes: QuietMinutes
  sinceMs: number
  /** The last look, whatever it found. */
  lastMs: number | null
  down: DatedEstimate | null
  up: DatedEstimate | null
}

const FILE = 'capacity.json'

/** A file that cannot be read is one that is not there. @param random from 0 to 1 */
export async function readMemory(
  folder: string,
  nowMs: number,
  random: () => number,
): Promise<CapacityMemory> {
  try {
    const kept: unknown = JSON.parse(await readFile(join(folder, FILE), 'utf8'))
    if (isMemory(kept)) return kept
  } catch {
    // Drawn anew, and written with the next estimate.
  }
  return { minutes: drawQuietMinutes(random), sinceMs: nowMs, lastMs: null, down: null, up: null }
}

/** @throws the system's error */
export function writeMemory(folder: string, memory: CapacityMemory): Promise<void> {
  return replaceFile(join(folder, FILE), `${JSON.stringify(memory)}\n`)
}

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

function isEstimate(value: unknown): boolean {
  return value === null || (isObject(value) && [value.kbps, value.errorPercent, value.atMs].every(isNumber))
}

function isMemory(value: unknown): value is CapacityMemory {
  if (!isObject(value) || !isObject(value.minutes)) return false
  const { minutes, sinceMs, lastMs, down, up } = value
  return (
    isNumber(minutes.night) &&
    isNumber(minutes.noon) &&
    isNumber(sinceMs) &&
    (lastMs === null || isNumber(lastMs)) &&
    isEstimate(down) &&
    isEstimate(up)
  )
}
