import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { replaceFile } from '../durable.ts'
import type { Log } from '../log.ts'
import { reasonOf } from '../reason.ts'

/** The boot of a device as its prober last saw it. */
export interface SeenBoot {
  /** From 1. */
  boot: number
  /** Its age then, and when that was, ms since 1970. */
  uptimeSeconds: number
  atMs: number
}

const FILE = 'boots.json'

/** A device's uptime is read a moment after it was asked, and its clock drifts by 100 ppm: 9 s a day. */
const TOLERANCE_SECONDS = 60
const DRIFT = 0.001

/** The boot that an uptime shows, after the one that was seen before. */
export function bootAfter(before: SeenBoot | null, uptimeSeconds: number, nowMs: number): SeenBoot {
  const now = { uptimeSeconds, atMs: nowMs }
  if (before === null) return { boot: 1, ...now }
  const passedSeconds = (nowMs - before.atMs) / 1000
  const expected = before.uptimeSeconds + Math.max(0, passedSeconds)
  const restarted = uptimeSeconds < expected - TOLERANCE_SECONDS - DRIFT * Math.max(0, passedSeconds)
  return { boot: before.boot + (restarted ? 1 : 0), ...now }
}

/** The newest look is on the disk within so long: what is lost with a power cut moves no number. */
const KEEP_MS = 3600_000

/** Counts the boots of one probed device, over restarts of the prober too, in `<folder>/boots.json`. */
export class BootsSeen {
  readonly #path: string
  readonly #log: Pick<Log, 'warn'>
  readonly #nowMs: () => number
  #seen: SeenBoot | null
  #keptAtMs = Number.NEGATIVE_INFINITY
  #told = false

  constructor(path: string, seen: SeenBoot | null, log: Pick<Log, 'warn'>, nowMs: () => number) {
    this.#path = path
    this.#seen = seen
    this.#log = log
    this.#nowMs = nowMs
  }

  /** From 1; 0 while the device does not tell how long it is up. */
  get count(): number {
    return this.#told && this.#seen ? this.#seen.boot : 0
  }

  /** Takes an uptime; resolves when the number it leads to is on the disk, or the disk has refused it. */
  async saw(uptimeSeconds: number | undefined): Promise<void> {
    this.#told = uptimeSeconds !== undefined
    if (uptimeSeconds === undefined) return
    const before = this.#seen
    const seen = bootAfter(before, uptimeSeconds, this.#nowMs())
    this.#seen = seen
    if (before?.boot === seen.boot && seen.atMs - this.#keptAtMs < KEEP_MS) return
    try {
      await replaceFile(this.#path, `${JSON.stringify(seen)}\n`)
      this.#keptAtMs = seen.atMs
    } catch (error) {
      this.#log.warn({ reason: reasonOf(error) }, 'boots seen not written')
    }
  }
}

/** A file that cannot be read is one of a device that was never seen. */
export async function openBootsSeen(folder: string, log: Pick<Log, 'warn'>): Promise<BootsSeen> {
  const path = join(folder, FILE)
  const seen = await readFile(path, 'utf8').then(
    (text) => seenIn(text),
    () => null,
  )
  // While this process runs nobody sets its clock.
  const startedMs = Date.now() - performance.now()
  return new BootsSeen(path, seen, log, () => startedMs + performance.now())
}

function seenIn(text: string): SeenBoot | null {
  try {
    const seen = JSON.parse(text) as Partial<SeenBoot> | null
    const { boot, uptimeSeconds, atMs } = seen ?? {}
    if (!Number.isSafeInteger(boot) || !Number.isFinite(uptimeSeconds) || !Number.isFinite(atMs)) return null
    return { boot: boot!, uptimeSeconds: uptimeSeconds!, atMs: atMs! }
  } catch {
    return null
  }
}
