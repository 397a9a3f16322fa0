import type { Books } from './books.ts'
import { declare, type Gone } from './losses.ts'
import type { Stock } from './stock.ts'

export interface Recovered {
  /** The same object when the stock is as it says. */
  books: Books
  damagedRows: number
  /** Rows that are there though they were declared lost. */
  surplus: number
}

/** Holds the books against what lies in the files: what is missing is declared, exactly as many rows as it is. */
export function recoverBooks(books: Books, stock: Stock): Recovered {
  const nextRow = Math.max(books.nextRow, stock.nextRow)
  const missing = books.here + nextRow - books.nextRow - stock.rows
  // A row that was being written, or the last one damaged: it was measured, and it is gone.
  const torn = stock.torn ? 1 : 0
  const damagedRows = Math.max(missing, 0) + torn
  const sealed = books.sealed.filter(
    // What is left of a report whose rows are damaged gets another number: this one may be known with all of them.
    (note, at) => note.kind === 'loss' || stock.sealedRows[at] === note.rows,
  )
  const lastBoot = Math.max(books.lastBoot, stock.lastBoot)
  const same =
    damagedRows === 0 &&
    missing === 0 &&
    nextRow === books.nextRow &&
    sealed.length === books.sealed.length &&
    lastBoot === books.lastBoot
  if (same && books.rewrite === null) return { books, damagedRows, surplus: 0 }
  const gone = [
    ...(missing > 0 ? [tombstone(stock, missing)] : []),
    ...(torn > 0 ? [{ ...NOWHERE, rows: torn }] : []),
  ].reduce<readonly Gone[]>(declare, books.gone)
  return {
    books: { ...books, nextRow: nextRow + torn, here: stock.rows, lastBoot, sealed, gone, rewrite: null },
    damagedRows,
    surplus: Math.max(-missing, 0),
  }
}

const NOWHERE = { boot: 0, uptimeSeconds: 0, spanSeconds: 0, reason: 'damaged' } as const

/** Where the files show it; a whole file may be gone. */
function tombstone({ damage }: Stock, rows: number): Gone {
  if (!damage?.before || damage.before.boot !== damage.after.boot) return { ...NOWHERE, rows }
  const { boot, uptimeSeconds } = damage.before
  const spanSeconds = Math.max(0, damage.after.uptimeSeconds - uptimeSeconds)
  return { boot, uptimeSeconds, spanSeconds, rows, reason: 'damaged' }
}
