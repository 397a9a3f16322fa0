import type { Log } from './log.ts'
import { reasonOf } from './reason.ts'

/** Of the present, right after connecting: an hour at a row a minute, 400 bytes, a tenth of a second at 32 kbit/s. */
const LIVE_ROWS = 60
/** Of the past at a time: 4 hours at a row a minute, about 1.2 kB, 0.3 s at 32 kbit/s. */
const CHUNK_ROWS = 240

/** Reports that wait for an acknowledgement: beyond that a line that flickers only piles up more of them. */
const MOST_WAITING = 20

export interface Rhythm {
  sampleSeconds: number
  reportSeconds: number
}

export interface ReporterParts {
  /** Asked each time: settings and budget change it. */
  pace(): Rhythm
  journal: {
    readonly unsealedRows: number
    /** Sealed and not acknowledged. */
    pending(): readonly unknown[]
    /** Each makes one report of at most so many rows, and says whether there were any. */
    sealNewest(maxRows: number): Promise<boolean>
    sealOldest(maxRows: number): Promise<boolean>
  }
  /** `send` sends whatever waits; `report`, where there is one, the present, and with it what others have. */
  link: { readonly connected: boolean; send(): void; report?(): void }
  log: Pick<Log, 'error'>
}

/** Is a report due at this sample, the last one being `lastMs` ago? Half a sample early is in time: the next would be late. */
export function isDue(lastMs: number | null, nowMs: number, pace: Rhythm): boolean {
  if (lastMs === null) return true
  return nowMs - lastMs >= (pace.reportSeconds - pace.sampleSeconds / 2) * 1000
}

/**
 * Decides when samples become a report, in two lanes. The present: at once after connecting, then every
 * `reportSeconds`, right behind a sample, and before that behind one that cannot wait. The past, which is what came together without a connection: a chunk at a
 * time, each when the link has room, so that the present never waits long behind it.
 */
export class Reporter {
  readonly #parts: ReporterParts
  /** When the last report of this connection was due. */
  #lastMs: number | null = null
  /** Rows since then; those before them that no report holds are the past. */
  #freshRows = 0
  #sealingPast = false

  constructor(parts: ReporterParts) {
    this.#parts = parts
  }

  /** Resolves when the present is sealed: it goes out before what has waited longer. */
  async onConnected(): Promise<void> {
    this.#lastMs = null
    this.#freshRows = Math.min(LIVE_ROWS, this.#parts.journal.unsealedRows)
    if (!this.#crowded) await this.#sealPresent()
  }

  /** @param urgent it tells of something that cannot wait until a report is due */
  async onSample({ urgent = false } = {}): Promise<void> {
    const { link, pace } = this.#parts
    if (!link.connected) return
    this.#freshRows++
    if (!urgent && !isDue(this.#lastMs, performance.now(), pace())) return
    await this.#sealPresent()
    if (link.report) link.report()
    else link.send()
  }

  /** The relay is about to send: the present goes with it. */
  async onCollect(): Promise<void> {
    await this.#sealPresent()
  }

  /** The link has sent what there was and would take a chunk of the past. */
  async onRoom(): Promise<void> {
    const { journal, link, log } = this.#parts
    const rows = Math.min(CHUNK_ROWS, journal.unsealedRows - this.#freshRows)
    if (rows <= 0 || this.#sealingPast || this.#crowded) return
    this.#sealingPast = true
    try {
      if (!(await journal.sealOldest(rows))) return
    } catch (error) {
      log.error({ reason: reasonOf(error) }, 'chunk of the past not sealed')
      return
    } finally {
      this.#sealingPast = false
    }
    link.send()
  }

  /** Enough waits already: rows wait as rows, and go as the past once there is room. */
  get #crowded(): boolean {
    return this.#parts.journal.pending().length >= MOST_WAITING
  }

  async #sealPresent(): Promise<void> {
    const { journal, log } = this.#parts
    if (this.#freshRows === 0) return
    this.#lastMs = performance.now()
    const rows = this.#freshRows
    this.#freshRows = 0
    if (this.#crowded) return
    try {
      await journal.sealNewest(rows)
    } catch (error) {
      log.error({ reason: reasonOf(error) }, 'report not sealed')
    }
  }
}
