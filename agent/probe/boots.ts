import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { replaceFile } from '../durable.ts'
import type { Log } from '../log.ts'
import { reasonOf } from '../reason.ts'
import { type SeenUptime, uptimeAfter } from './snmp/uptime.ts'

const FILE = 'boots.json'

/** The newest look is on the disk within so long: what is lost with a power cut moves no number. */
const KEEP_MS = 3600_000

/** Counts the boots of one probed device, over restarts of the prober too, in `<folder>/boots.json`. */
export class BootsSeen {
  readonly #path: string
  readonly #log: Pick<Log, 'warn'>
  readonly #nowMs: () => number
  #seen: SeenUptime | null
  #keptAtMs = Number.NEGATIVE_INFINITY
  #told = false

  constructor(path: string, seen: SeenUptime | null, log: Pick<Log, 'warn'>, nowMs: () => number) {
    this.#path = path
    this.#seen = seen
    this.#log = log
    this.#nowMs = nowMs
  }

  /** The uptime seen last, with what its counter has lost by beginning anew after 497 days. */
  get uptimeSeconds(): number | undefined {
    return this.#told ? this.#seen?.uptimeSeconds : undefined
  }

  /** From 1; 0 while the device does not tell how long it is up. */
  get count(): number {
    return this.#told && this.#seen ? this.#seen.boots : 0
  }

  /** Takes an uptime; resolves when the number it leads to is on the disk, or the disk has refused it. */
  async saw(uptimeSeconds: number | undefined): Promise<void> {
    this.#told = uptimeSeconds !== undefined
    if (uptimeSeconds === undefined) return
    const before = this.#seen
    const seen = uptimeAfter(before, uptimeSeconds, this.#nowMs())
    this.#seen = seen
    if (before?.boots === seen.boots && seen.atMs - this.#keptAtMs < KEEP_MS) return
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

function seenIn(text: string): SeenUptime | null {
  try {
    const seen = JSON.parse(text) as Partial<SeenUptime> | null
    const { boots, uptimeSeconds, atMs } = seen ?? {}
    if (!Number.isSafeInteger(boots) || !Number.isFinite(uptimeSeconds) || !Number.isFinite(atMs)) return null
    return { boots: boots!, uptimeSeconds: uptimeSeconds!, atMs: atMs! }
  } catch {
    return null
  }
}
