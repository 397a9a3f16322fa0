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
  /** By what record of the system that was found; null: by none. */
  evidence: string | null
}

/** How the last boot ended by the records of the operating system. */
export interface RecordedEnd {
  end: BootEnd
  /** `power-loss 2026-11-20T10:02:11Z wtmp` */
  evidence: string
  /** The kernel and its uptime went on behind it, as Windows' Fast Startup has it. */
  sameKernel?: boolean
  /** When the machine went, ms since 1970; null: not known. */
  endedAtMs?: number | null
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
  const fresh = { ...look, evidence: null }
  if (saved === null && lastBoot === 0) return { ...fresh, number: 1, previousEnd: null }
  // A number given twice would mix two boots: without the file the journal tells which are taken.
  if (saved === null || saved === 'damaged') return { ...fresh, number: lastBoot + 1, previousEnd: 'unknown' }
  if (sameBoot(saved, look)) return { ...saved, uptimeSeconds: look.uptimeSeconds }
  const previousEnd = lastGoodbye?.boot === saved.number ? lastGoodbye.reason : 'unknown'
  return { ...fresh, number: saved.number + 1, previousEnd }
}

/**
 * A machine that was switched off and woke with the kernel of before: for people, and for whoever asks why it was silent,
 * that is another boot, though its kernel counts none. `known` is the boot as the agent last began in it.
 */
export function behindFastStartup(boot: Boot, known: SavedBoot, recorded: RecordedEnd | null): Boot {
  if (known === null || known === 'damaged' || known.number !== boot.number) return boot
  if (!recorded?.sameKernel || !recorded.endedAtMs || recorded.end === 'sleep') return boot
  const lastBeganMs = known.startedMs + known.uptimeSeconds * 1000
  if (recorded.endedAtMs <= lastBeganMs) return boot
  return { ...boot, number: boot.number + 1, previousEnd: recorded.end, evidence: recorded.evidence }
}

/** The ends that only an agent knows which was there until its system went. */
const SURE: readonly (BootEnd | null)[] = ['shutdown', 'restart', 'sleep']

/**
 * A boot with what the system has recorded of the end before it. An agent's own word is believed where it says that the
 * system goes; one whose service was stopped knows nothing of what came later.
 */
export function withRecord(boot: Boot, recorded: RecordedEnd | null): Boot {
  if (recorded === null) return boot
  const { evidence } = recorded
  // Before the first boot known there was none that anybody waits to hear of.
  if (boot.previousEnd === null) return { ...boot, evidence }
  const keeps = SURE.includes(boot.previousEnd) || recorded.end === 'unknown'
  return { ...boot, evidence, previousEnd: keeps ? boot.previousEnd : recorded.end }
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
    const parsed: unknown = JSON.parse(text)
    // An agent of before there was evidence has kept none.
    const boot = typeof parsed === 'object' && parsed !== null ? { evidence: null, ...parsed } : parsed
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
    (boot.previousEnd === null || BOOT_ENDS.some((end) => end === boot.previousEnd)) &&
    (boot.evidence === null || typeof boot.evidence === 'string')
  )
}

/** Durable when it resolves. */
export async function writeBoot(folder: string, boot: Boot): Promise<void> {
  await replaceFile(join(folder, FILE), `${JSON.stringify(boot)}\n`)
}
