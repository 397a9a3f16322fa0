import { randomInt } from 'node:crypto'
import type { Log } from '../log.ts'
import type { Sealed } from '../outbox.ts'
import { reasonOf } from '../reason.ts'
import { openBooks } from './book-keeper.ts'
import { type Books, covered, emptyBooks } from './books.ts'
import { type Disk, openFolder } from './disk.ts'
import { Journal } from './journal.ts'
import { addRange, gapsIn, type Range } from './ranges.ts'
import { recoverBooks } from './recover.ts'
import { sealedLoss, sealedReport } from './sealed.ts'
import { freshName, openSegment, type Segment, segmentNumbers } from './segment.ts'
import { finishRewrite, Shelf } from './shelf.ts'
import { DEFAULT_JOURNAL_BYTES, SEGMENT_BYTES } from './size.ts'
import { takeStock } from './stock.ts'

/** 28 bits fill four bytes of varint, and chance gives two journals of one device the same once in 268 million. */
const EPOCH_END = 2 ** 28

/** Files of a format that no release wrote: a developer's folder may hold some, with rows in them. */
const FIRST_FORMAT = /\.journal$/

export interface JournalOptions {
  log: Pick<Log, 'warn'>
  /** All files together take no more. */
  maxBytes?: number
  segmentBytes?: number
  disk?: Disk
}

/**
 * Opens the journal in `folder`, made where there is none. A torn tail is cut off; rows that cannot be read are
 * counted, declared and logged. @throws Error that names the path when the folder cannot be read or written
 */
export async function openJournal(folder: string, options: JournalOptions): Promise<Journal> {
  const { log, maxBytes = DEFAULT_JOURNAL_BYTES, segmentBytes = SEGMENT_BYTES } = options
  const undo: (() => Promise<void>)[] = []
  try {
    const disk = options.disk ?? (await openFolder(folder))
    const found = await openBooks(disk)
    undo.push(() => found.keeper.close())
    await tidyUp(disk, found.books?.rewrite ?? null)
    const names = await disk.names()
    const foreign = names.filter((name) => FIRST_FORMAT.test(name))
    if (foreign.length > 0)
      log.warn({ folder, foreign }, 'journal: files of its first format are left unread')
    const numbers = segmentNumbers(names)
    const stock = await takeStock(disk, numbers, found.books)
    const active = await openActive(disk, numbers.at(-1) ?? 1, stock.endBytes)
    undo.push(() => active.close())
    const none = { number: active.number, bytes: 0, level: 0, first: 1, last: 0 }
    const shelf = new Shelf({ disk, active, segments: stock.segments.length > 0 ? stock.segments : [none] })

    // Without books nobody knows what is missing and what was sent: all that is there counts, under a new epoch, in
    // which no number is given a second time.
    const known = found.books ?? {
      ...emptyBooks(randomInt(1, EPOCH_END)),
      ...{ nextRow: stock.nextRow, here: stock.rows },
    }
    const recovered = recoverBooks(known, stock)
    const books = await settleSurplus(shelf, recovered.books, recovered.surplus)
    if (!found.sound || books !== found.books) await found.keeper.save(books, { durable: true })
    await shelf.remove(shelf.within(books.settled))
    const isUnknown = found.books === null && stock.rows > 0
    if (recovered.damagedRows > 0 || isUnknown) {
      log.warn(
        { folder, rows: recovered.damagedRows, books: !isUnknown },
        'journal: left out what could not be read',
      )
    }
    const sealed = await Promise.all(books.sealed.map((note) => sealedOf(shelf, note)))
    return new Journal({ folder, maxBytes, segmentBytes, shelf, keeper: found.keeper, books, sealed })
  } catch (error) {
    for (const close of undo) await close().catch(() => {})
    throw new Error(`journal: expected to read and write ${folder}, got ${reasonOf(error)}`, { cause: error })
  }
}

/** Finishes what a crash left half done, and throws away what it left undone. */
async function tidyUp(disk: Disk, rewrite: Books['rewrite']): Promise<void> {
  if (rewrite) await finishRewrite(disk, rewrite)
  const names = await disk.names()
  const left = segmentNumbers(names).map(freshName)
  for (const name of left) if (names.includes(name)) await disk.remove(name)
}

async function openActive(disk: Disk, number: number, endBytes: number): Promise<Segment> {
  const active = await openSegment(disk, number, endBytes)
  try {
    await active.cut()
    return active
  } catch (error) {
    await active.close()
    throw error
  }
}

/** Rows that were declared lost and are there all the same must not come: the oldest ones go for them. */
async function settleSurplus(shelf: Shelf, books: Books, surplus: number): Promise<Books> {
  if (surplus === 0) return books
  const ranges = covered(books)
  let left = surplus
  let last = 0
  for await (const row of shelf.rowsOutside(ranges, 'rising')) {
    if (left-- === 0) break
    last = row.seq
  }
  const settled = gapsIn(ranges, { first: 1, last }).reduce<readonly Range[]>(addRange, books.settled)
  return { ...books, settled, here: books.here - surplus }
}

async function sealedOf(shelf: Shelf, note: Books['sealed'][number]): Promise<Sealed> {
  return note.kind === 'loss' ? sealedLoss(note.gone, note) : sealedReport(await shelf.rowsWithin(note), note)
}
