import { unlink } from 'node:fs/promises'
import type { Goodbye } from '#protocol/goodbye.ts'
import { reasonOf } from '../reason.ts'
import { rowOf } from '../report.ts'
import type { Sample } from '../sampler.ts'
import type { Contents, SealedReport } from './contents.ts'
import { type Entry, encodeEntry } from './entry.ts'
import { createSegment, type Segment, segmentPath } from './segment.ts'

/**
 * The agent's only queue: samples go in, sealed reports come out until the centre has acknowledged them. What a
 * method has resolved for survives `kill -9` and a power cut, except acks: a lost one costs one report sent twice.
 */
export class Journal {
  readonly #folder: string
  readonly #segmentBytes: number
  readonly #contents: Contents
  readonly #segments: number[]
  #active: Segment | null
  /** The next write begins with a start entry: the segment is new. */
  #startNeeded = false
  /** Writes happen one after the other. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor(parts: {
    folder: string
    segmentBytes: number
    contents: Contents
    segments: number[]
    active: Segment
  }) {
    this.#folder = parts.folder
    this.#segmentBytes = parts.segmentBytes
    this.#contents = parts.contents
    this.#segments = parts.segments
    this.#active = parts.active
  }

  /** On the disk when it resolves. @throws Error that names the path and the system's reason */
  append(sample: Sample): Promise<void> {
    return this.#inTurn(() =>
      this.#write([{ kind: 'sample', row: rowOf(sample, this.#contents.nextRow) }], { sync: true }),
    )
  }

  /** Settles every sample so far into reports, on the disk when it resolves. @throws like `append` */
  seal(): Promise<void> {
    return this.#inTurn(() => this.#write(this.#contents.sealEntries(), { sync: true }))
  }

  /** Drawn when the journal was made; with a report's seq the centre's key for duplicates. */
  get epoch(): number {
    return this.#contents.epoch
  }

  /** Sealed and not acknowledged: the newest first, then from the oldest on. */
  pending(): SealedReport[] {
    return this.#contents.pending()
  }

  /** Rows taken in since the journal was made. */
  get rows(): number {
    return this.#contents.nextRow - 1
  }

  /** Samples that no report holds yet. */
  get unsealedRows(): number {
    return this.#contents.unsealedRows
  }

  /** The centre has it: it is pending no more, and files that hold nothing else go. @throws like `append` */
  ack(report: SealedReport): Promise<void> {
    return this.#inTurn(async () => {
      if (!this.#contents.isPending(report)) return
      const ack: Entry = { kind: 'ack', epoch: report.epoch, seq: report.seq }
      // Before it is written: on a full disk it must not be sent again and again, and its file must go.
      this.#contents.apply(ack, 0)
      try {
        await this.#write([ack], { sync: false })
      } finally {
        await this.#deleteDone()
      }
    })
  }

  /** On the disk when it resolves. @throws like `append` */
  goodbye(goodbye: Goodbye): Promise<void> {
    return this.#inTurn(() => this.#write([{ kind: 'goodbye', goodbye }], { sync: true }))
  }

  /** The highest number of a boot that it was ever told; 0 when it was told none. */
  get lastBoot(): number {
    return this.#contents.lastBoot
  }

  /** The device's last word, if nothing was measured after it. */
  get lastGoodbye(): Goodbye | null {
    return this.#contents.lastGoodbye
  }

  close(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#active?.close()
      this.#active = null
    })
  }

  #inTurn<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(task)
    // A failure is the caller's; the next one's turn comes all the same.
    this.#turn = result.catch(() => {})
    return result
  }

  async #write(entries: Entry[], { sync }: { sync: boolean }): Promise<void> {
    if (entries.length === 0) return
    try {
      const segment = await this.#segmentWithRoom()
      const written = this.#startNeeded ? [this.#contents.startEntry(), ...entries] : entries
      await segment.append(Buffer.concat(written.map(encodeEntry)), { sync })
      this.#startNeeded = false
      for (const entry of entries) this.#contents.apply(entry, segment.number)
    } catch (error) {
      throw new Error(`journal: expected to write to ${this.#folder}, got ${reasonOf(error)}`, {
        cause: error,
      })
    }
  }

  async #segmentWithRoom(): Promise<Segment> {
    if (this.#active && this.#active.bytes < this.#segmentBytes) return this.#active
    const fresh = await createSegment(this.#folder, (this.#segments.at(-1) ?? 0) + 1)
    const full = this.#active
    this.#active = fresh
    this.#segments.push(fresh.number)
    this.#startNeeded = true
    await full?.close()
    return fresh
  }

  /** From the oldest on and no further than the first that is needed: an ack never goes before its seal. */
  async #deleteDone(): Promise<void> {
    const needed = this.#contents.oldestNeeded() ?? Number.POSITIVE_INFINITY
    const last = this.#segments.at(-1)!
    while (this.#segments[0]! < Math.min(needed, last)) {
      await unlink(segmentPath(this.#folder, this.#segments[0]!))
      this.#segments.shift()
    }
  }
}
