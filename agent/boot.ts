import { readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { Goodbye } from '#protocol/goodbye.ts'
import { BOOT_ENDS, type BootEnd } from '#protocol/hello.ts'
import type { Clock } from './clock.ts'
import { replaceFile } from './durable.ts'
import type { Log } from './log.ts'

/** Which run of the operating system this is; kept in `<folder>/boot.json`. */
export interface Boot {
  /** Counted from 1. */
  number: number
  /** The kernel's own name of the boot, null where it gives none. */
  kernelId: string | null
  /** When it started by the wall clock, ms since 1970. */
  startedMs: number
  /** Its age when the agent last started in it. */
  uptimeSeconds: number
  /** How the boot before it ended; null once the centre has been told, and for the first boot known. */
  previousEnd: BootEnd | null
}

/** What the machine says of the present boot. */
export type BootLook = Pick<Boot, 'kernelId' | 'startedMs' | 'uptimeSeconds'>

const FILE = 'boot.json'

/** Two clocks apart by 100 ppm drift 260 s in a month of uptime. */
const START_TOLERANCE_MS = 300_000

export async function lookAtBoot(clock: Clock): Promise<BootLook> {
  const uptimeSeconds = clock.uptimeSeconds()
  return {
    kernelId: await readFile('/proc/sys/kernel/random/boot_id', 'utf8').then(
      (text) => text.trim(),
      () => null,
    ),
    startedMs: clock.nowMs() - uptimeSeconds * 1000,
    uptimeSeconds,
  }
}

function sameBoot(saved: Boot, look: BootLook): boolean {
  if (saved.kernelId !== null && look.kernelId !== null) return saved.kernelId === look.kernelId
  // A boot's age never falls, whatever the wall clock does.
  return (
    look.uptimeSeconds >= saved.uptimeSeconds &&
    Math.abs(look.startedMs - saved.startedMs) <= START_TOLERANCE_MS
  )
}

/** What the journal knows of boots. */
export interface BootsTold {
  /** 0 when there was none. */
  lastBoot: number
  lastGoodbye: Goodbye | null
}

/** The boot that `look` shows, after the one `saved`, which ended with a goodbye if that was the journal's last word. */
export function nextBoot(saved: SavedBoot, look: BootLook, { lastBoot, lastGoodbye }: BootsTold): Boot {
  if (saved === null && lastBoot === 0) return { ...look, number: 1, previousEnd: null }
  // A number given twice would mix two boots: without the file the journal tells which are taken.
  if (saved === null || saved === 'damaged') return { ...look, number: lastBoot + 1, previousEnd: 'unknown' }
  if (sameBoot(saved, look)) return { ...saved, uptimeSeconds: look.uptimeSeconds }
  const previousEnd = lastGoodbye?.boot === saved.number ? lastGoodbye.reason : 'unknown'
  return { ...look, number: saved.number + 1, previousEnd }
}

/** What the file held; null where there is none. */
export type SavedBoot = Boot | 'damaged' | null

/** A file that holds no boot is set aside as `boot.json.damaged`: whatever happened to it, the agent must come up. */
export async function readBoot(folder: string, log: Pick<Log, 'warn'>): Promise<SavedBoot> {
  const path = join(folder, FILE)
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
  try {
    const boot: unknown = JSON.parse(text)
    if (isBoot(boot)) return boot
  } catch {
    // Told below with the text that is no JSON.
  }
  log.warn({ path, got: text.slice(0, 80) }, 'boot file set aside: expected a boot as JSON')
  await rename(path, `${path}.damaged`)
  return 'damaged'
}

function isBoot(value: unknown): value is Boot {
  if (typeof value !== 'object' || value === null) return false
  const boot: Partial<Boot> = value
  return (
    typeof boot.number === 'number' &&
    Number.isSafeInteger(boot.number) &&
    boot.number >= 1 &&
    (boot.kernelId === null || typeof boot.kernelId === 'string') &&
    typeof boot.startedMs === 'number' &&
    typeof boot.uptimeSeconds === 'number' &&
    (boot.previousEnd === null || BOOT_ENDS.some((end) => end === boot.previousEnd))
  )
}

/** Durable when it resolves. */
export async function writeBoot(folder: string, boot: Boot): Promise<void> {
  await replaceFile(join(folder, FILE), `${JSON.stringify(boot)}\n`)
}
