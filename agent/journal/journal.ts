import { WireError } from '#protocol/errors.ts'
import type { Goodbye } from '#protocol/goodbye.ts'
import { MAX_ROWS } from '#protocol/limits.ts'
import type { Report } from '#protocol/report.ts'
import type { Sealed } from '../outbox.ts'
import { reasonOf } from '../reason.ts'
import { rowOf } from '../report.ts'
import type { Sample } from '../sampler.ts'
import { BOOKS_BYTES, type BookKeeper } from './book-keeper.ts'
import {
  type Books,
  covered,
  type SealedNote,
  unsealedRows,
  withLosses,
  withoutSealed,
  withRefused,
  withReport,
} from './books.ts'
import { type Field, newerHalf, newestRun, olderHalf, oldestRun, type Run } from './lanes.ts'
import { countRows, declare, declareRows, type Gone } from './losses.ts'
import { addRange } from './ranges.ts'
import { sealedLoss, sealedReport } from './sealed.ts'
import { frameRow, type Shelf, type Shelved } from './shelf.ts'
import { giveUp, nextStep } from './thin.ts'

/**
 * Each outage that is not drained yet leaves one range of settled rows behind it. So many of them at 32 bytes are 2 kB
 * to be written with every acknowledgement: beyond that the history goes first, until there are fewer.
 */
const MAX_RANGES = 64

/** What is thinned is first written beside what it replaces. */
const COPY_SEGMENTS = 1

export interface JournalParts {
  folder: string
  /** All files together take no more. */
  maxBytes: number
  segmentBytes: number
  shelf: Shelf
  keeper: BookKeeper
  books: Books
  /** What the books have sealed, in their order. */
  sealed: readonly Sealed[]
}

/**
 * The agent's only queue: samples go in, sealed reports come out until the centre has acknowledged them. What a
 * method has resolved for survives `kill -9` and a power cut, except acks: a lost one costs one report sent twice.
 * When it is full it thins what is oldest, then drops it, and declares exactly what it left out.
 */
export class Journal {
  readonly #parts: JournalParts
  readonly #shelf: Shelf
  #books: Books
  /** By epoch and seq, in the order of sealing. */
  readonly #sealed: Map<string, { note: SealedNote; sealed: Sealed }>
  /** Rows that the disk refused for too long: declared as soon as it takes writes again. */
  #refused: readonly Gone[] = []
  /** Those of them that are being written. */
  #declaring: readonly Gone[] = []
  /** A thinned copy that the books know of and that could not be put in its place yet. */
  #unfinished: { fresh: Shelved; through: number } | null = null
  /** Writes happen one after the other. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor(parts: JournalParts) {
    this.#parts = parts
    this.#shelf = parts.shelf
    this.#books = parts.books
    const notes = parts.books.sealed
    this.#sealed = new Map(parts.sealed.map((sealed, at) => [keyOf(sealed), { note: notes[at]!, sealed }]))
  }

  /** On the disk when it resolves. @throws Error that names the folder and the system's reason */
  append(sample: Sample): Promise<void> {
    return this.#inTurn(async () => {
      await this.#makeRoom(frameRow(rowOf(sample, this.#books.nextRow)).length)
      // Only now has it a number: making room may have declared refused rows, which take numbers too.
      const row = rowOf(sample, this.#books.nextRow)
      await this.#shelf.append(row, frameRow(row))
      const { nextRow, here, lastBoot } = this.#books
      const boot = Math.max(lastBoot, row.boot)
      this.#books = { ...this.#books, nextRow: nextRow + 1, here: here + 1, lastBoot: boot }
      // The row is safe; what cannot be declared now is declared with the next.
      if (this.#refused.length > 0) await this.#save(this.#books).catch(() => {})
    })
  }

  /**
   * The live lane: settles the newest run of unsealed rows (one boot, nothing settled between), at most `maxRows`,
   * into one report, and gives numbers to the tombstones; on the disk when it resolves.
   * @returns false when nothing is unsealed @throws like `append`
   */
  sealNewest(maxRows: number): Promise<boolean> {
    return this.#inTurn(async () => {
      await this.#finishRewrite()
      const field = this.#field('falling', maxRows)
      const run = await newestRun(field)
      const ranges = run ? addRange(field.ranges, run.range).length : 0
      const isTooManyRanges = ranges > Math.max(field.ranges.length, MAX_RANGES)
      return isTooManyRanges ? this.#sealOldest(maxRows) : this.#seal(run, newerHalf)
    })
  }

  /**
   * The history lane: settles the oldest unsealed rows, at most `maxRows` and before rows that are sealed, into one
   * report. All else as in `sealNewest`.
   */
  sealOldest(maxRows: number): Promise<boolean> {
    return this.#inTurn(async () => {
      await this.#finishRewrite()
      return this.#sealOldest(maxRows)
    })
  }

  /** Drawn when the journal was made; with a report's seq the centre's key for duplicates. */
  get epoch(): number {
    return this.#books.epoch
  }

  /** Sealed and not acknowledged: the newest rows first, then tombstones, then from the oldest rows on. */
  pending(): readonly Sealed[] {
    const inOrder = [...this.#sealed.values()].sort((a, b) => placeOf(a.note) - placeOf(b.note))
    const newest = inOrder.at(-1)?.note.kind === 'report' ? inOrder.splice(-1) : []
    return [...newest, ...inOrder].map(({ sealed }) => sealed)
  }

  /** Rows produced since the journal was made, those that the disk refused among them. */
  get rows(): number {
    return this.#books.nextRow - 1 + countRows(this.#refused) + countRows(this.#declaring)
  }

  /** Rows that no report holds yet. */
  get unsealedRows(): number {
    return unsealedRows(this.#books)
  }

  /** The centre has these: they are pending no more, and files that hold nothing else go. @throws like `append` */
  ack(acknowledged: readonly Sealed[]): Promise<void> {
    return this.#inTurn(async () => {
      const before = this.#books
      for (const key of acknowledged.map(keyOf)) {
        const known = this.#sealed.get(key)
        if (!known) continue
        // Whether or not it can be written: on a disk that refuses it must not be sent again and again.
        this.#sealed.delete(key)
        this.#books = withoutSealed(this.#books, known.note)
      }
      if (this.#books === before) return
      if (!(await this.#removeSettled())) await this.#save(this.#books, { durable: false })
    })
  }

  /** Rows that memory could hold no longer while the disk refused: produced, and declared lost when it takes writes. */
  declareRefused(samples: readonly Pick<Sample, 'boot' | 'uptimeSeconds'>[]): void {
    this.#refused = declareRows(this.#refused, samples, 'refused')
  }

  /** On the disk when it resolves. @throws like `append` */
  goodbye(goodbye: Goodbye): Promise<void> {
    return this.#inTurn(() => {
      const lastBoot = Math.max(this.#books.lastBoot, goodbye.boot)
      // What was refused was measured before it.
      const last = { ...goodbye, beforeRow: this.rows + 1 }
      return this.#save({ ...this.#books, lastBoot, goodbye: last })
    })
  }

  /** The highest number of a boot that it was ever told; 0 when it was told none. */
  get lastBoot(): number {
    return this.#books.lastBoot
  }

  /** The device's last word, if nothing was measured after it. */
  get lastGoodbye(): Goodbye | null {
    const { goodbye, nextRow } = this.#books
    if (goodbye === null || goodbye.beforeRow !== nextRow) return null
    const { reason, boot, uptimeSeconds } = goodbye
    return { reason, boot, uptimeSeconds }
  }

  close(): Promise<void> {
    return this.#inTurn(async () => {
      try {
        if (this.#refused.length > 0) await this.#save(this.#books)
      } finally {
        await this.#shelf.close()
        await this.#parts.keeper.close()
      }
    })
  }

  #inTurn<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(async () => {
      try {
        return await task()
      } catch (error) {
        const { folder } = this.#parts
        throw new Error(`journal: expected to write to ${folder}, got ${reasonOf(error)}`, { cause: error })
      }
    })
    // A failure is the caller's; the next one's turn comes all the same.
    this.#turn = result.catch(() => {})
    return result
  }

  /** What the disk has refused goes into the books with whatever is written next. */
  async #save(books: Books, { durable = true } = {}): Promise<void> {
    this.#declaring = this.#refused
    this.#refused = []
    try {
      const whole = withRefused(books, this.#declaring)
      await this.#parts.keeper.save(whole, { durable })
      this.#books = whole
    } catch (error) {
      this.#refused = this.#declaring.reduce<readonly Gone[]>(declare, this.#refused)
      throw error
    } finally {
      this.#declaring = []
    }
  }

  #field(order: 'rising' | 'falling', maxRows: number): Field {
    const ranges = covered(this.#books)
    return {
      ranges,
      rows: this.#shelf.rowsOutside(ranges, order),
      nextRow: this.#books.nextRow,
      maxRows: Math.max(1, Math.min(maxRows, MAX_ROWS)),
    }
  }

  async #sealOldest(maxRows: number): Promise<boolean> {
    return this.#seal(await oldestRun(this.#field('rising', maxRows)), olderHalf)
  }

  /** As much of a run as one report can hold, at its bounds 1,440 rows of many metrics are too much; and tombstones. */
  async #seal(run: Run | null, halfOf: (run: Run) => Run): Promise<boolean> {
    if (run === null && this.#books.gone.length === 0) return false
    try {
      const books = run ? withReport(this.#books, { ...run.range, rows: run.rows.length }) : this.#books
      await this.#saveSealed(withLosses(books), run?.rows ?? [])
      return true
    } catch (error) {
      if (!(error instanceof WireError) || run === null || run.rows.length === 1) throw error
      return this.#seal(halfOf(run), halfOf)
    }
  }

  /** `rows` are those of the one report that is new in these books; tombstones hold their own. */
  async #saveSealed(books: Books, rows: readonly Report[]): Promise<void> {
    const fresh = books.sealed.slice(this.#books.sealed.length)
    const made = fresh.map((note) => ({
      note,
      sealed: note.kind === 'loss' ? sealedLoss(note.gone, note) : sealedReport(rows, note),
    }))
    await this.#save(books)
    for (const each of made) this.#sealed.set(keyOf(each.note), each)
  }

  /** So much that `bytes` more fit into the active segment, and a thinned copy beside all of them. */
  async #makeRoom(bytes: number): Promise<void> {
    const { maxBytes, segmentBytes } = this.#parts
    const shelf = this.#shelf
    if (shelf.activeBytes > 0 && shelf.activeBytes + bytes > segmentBytes) {
      await shelf.begin(this.#books.nextRow)
    }
    const isFull = () =>
      BOOKS_BYTES + shelf.bytes - shelf.activeBytes + segmentBytes + COPY_SEGMENTS * segmentBytes > maxBytes
    if (!isFull()) return
    await this.#finishRewrite()
    await this.#removeSettled()
    while (isFull()) await this.#giveUpOldest()
  }

  async #giveUpOldest(): Promise<void> {
    const shelf = this.#shelf
    const { maxBytes, segmentBytes } = this.#parts
    const step = nextStep(shelf.segments.slice(0, -1), covered(this.#books), segmentBytes)
    if (step === null) throw new Error(`${maxBytes} bytes full of sealed reports`)
    const rows = (await Promise.all(step.segments.map((segment) => shelf.rowsOf(segment)))).flat()
    const { kept, books } = giveUp(step, rows, this.#books)
    if (kept.length === 0) {
      await this.#save(books)
      await shelf.remove(step.segments)
      return
    }
    const [into, through] = [step.segments[0]!.number, step.segments.at(-1)!.number]
    const fresh = await shelf.writeFresh(into, kept, step.level)
    // Declared before the rows go; from here on the copy counts.
    await this.#save({ ...books, rewrite: { into, through } })
    this.#unfinished = { fresh, through }
    await this.#finishRewrite()
  }

  async #finishRewrite(): Promise<void> {
    if (this.#unfinished === null) return
    await this.#shelf.replace(this.#unfinished.fresh, this.#unfinished.through)
    // On the disk before another copy is written under the same name.
    await this.#save({ ...this.#books, rewrite: null })
    this.#unfinished = null
  }

  /** Files that hold nothing the centre has not. @returns whether there were any; then the books are on the disk */
  async #removeSettled(): Promise<boolean> {
    const done = this.#shelf.within(this.#books.settled)
    if (done.length === 0) return false
    // First: else rows that are not there would count as damaged.
    await this.#save(this.#books)
    await this.#shelf.remove(done)
    return true
  }
}

const keyOf = ({ epoch, seq }: { epoch: number; seq: number }): string => `${epoch}/${seq}`

/** Tombstones before all rows, then by age. */
const placeOf = (note: SealedNote): number => (note.kind === 'loss' ? 0 : note.first)
