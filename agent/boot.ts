import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Goodbye } from '#protocol/goodbye.ts'
import { BOOT_ENDS, type BootEnd } from '#protocol/hello.ts'
import type { Clock } from './clock.ts'
import { replaceFile } from './durable.ts'

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

/** The boot that `look` shows, after the one `saved`, which ended with `goodbye` if that was its last word. */
export function nextBoot(saved: Boot | null, look: BootLook, goodbye: Goodbye | null): Boot {
  if (saved === null) return { ...look, number: 1, previousEnd: null }
  if (sameBoot(saved, look)) return { ...saved, uptimeSeconds: look.uptimeSeconds }
  const previousEnd = goodbye?.boot === saved.number ? goodbye.reason : 'unknown'
  return { ...look, number: saved.number + 1, previousEnd }
}

/** @throws Error when the file is there and holds no boot: a number given twice would mix two boots */
export async function readBoot(folder: string): Promise<Boot | null> {
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
  throw new Error(`${path}: expected a boot as JSON, got ${JSON.stringify(text.slice(0, 80))}`)
}

function isBoot(value: unknown): value is Boot {
  if (typeof value !== 'object' || value === null) return false
  const boot: Partial<Boot> = value
  return (
    Number.isSafeInteger(boot.number) &&
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
