import type { Goodbye } from '#protocol/goodbye.ts'
import { countRows, declare, type Gone } from './losses.ts'
import { addRange, type Range } from './ranges.ts'

/** What a number was given to and the centre has not acknowledged. */
export type SealedNote = { readonly epoch: number; readonly seq: number } & (
  | ({ readonly kind: 'report'; readonly rows: number } & Range)
  | { readonly kind: 'loss'; readonly gone: Gone }
)

/**
 * What the rows on the disk amount to. The law that it keeps, whatever happens: rows produced (`nextRow` - 1) = rows
 * acknowledged + rows declared lost + rows `here`.
 */
export interface Books {
  /** Drawn when the journal was made, and anew when a number could be given twice; with seq the key for duplicates. */
  readonly epoch: number
  readonly nextSeq: number
  /** Rows are numbered from 1. */
  readonly nextRow: number
  /** The highest number of a boot that was ever told. */
  readonly lastBoot: number
  /** Rows that are on the disk, neither acknowledged nor declared lost. */
  readonly here: number
  /** Numbers of rows that are acknowledged or dropped; they may still be on the disk. */
  readonly settled: readonly Range[]
  /** In the order of sealing. */
  readonly sealed: readonly SealedNote[]
  /** Declared lost, without a number yet. */
  readonly gone: readonly Gone[]
  /** The device's last word, and the row that would come after it. */
  readonly goodbye: (Goodbye & { readonly beforeRow: number }) | null
  /** A thinned copy that takes the place of the segments `into` to `through`, if a crash left that to be done. */
  readonly rewrite: { readonly into: number; readonly through: number } | null
}

export function emptyBooks(epoch: number): Books {
  const lists = { settled: [], sealed: [], gone: [] }
  return { epoch, nextSeq: 1, nextRow: 1, lastBoot: 0, here: 0, ...lists, goodbye: null, rewrite: null }
}

/** Row numbers that are settled or in a sealed report. */
export function covered({ settled, sealed }: Books): readonly Range[] {
  return sealed.reduce<readonly Range[]>(
    (ranges, note) => (note.kind === 'report' ? addRange(ranges, note) : ranges),
    settled,
  )
}

export function unsealedRows({ here, sealed }: Books): number {
  return sealed.reduce((rows, note) => (note.kind === 'report' ? rows - note.rows : rows), here)
}

/** Gives the next number to a run of rows. */
export function withReport(books: Books, run: Range & { rows: number }): Books {
  const { epoch, nextSeq: seq, sealed } = books
  return { ...books, nextSeq: seq + 1, sealed: [...sealed, { kind: 'report', epoch, seq, ...run }] }
}

/** Gives numbers to all tombstones. */
export function withLosses(books: Books): Books {
  const { epoch, nextSeq, sealed, gone } = books
  const notes = gone.map((each, at): SealedNote => ({ kind: 'loss', epoch, seq: nextSeq + at, gone: each }))
  return { ...books, nextSeq: nextSeq + gone.length, sealed: [...sealed, ...notes], gone: [] }
}

/** The centre has it. */
export function withoutSealed(books: Books, note: SealedNote): Books {
  const sealed = books.sealed.filter((each) => each !== note)
  if (note.kind === 'loss') return { ...books, sealed }
  return { ...books, sealed, here: books.here - note.rows, settled: addRange(books.settled, note) }
}

/** Rows that never reached the disk: produced, and lost at once. */
export function withRefused(books: Books, refused: readonly Gone[]): Books {
  const gone = refused.reduce<readonly Gone[]>(declare, books.gone)
  return { ...books, gone, nextRow: books.nextRow + countRows(refused) }
}
