import type { Books } from './books.ts'
import type { Disk } from './disk.ts'
import { isIn } from './ranges.ts'
import { RECORD_KINDS, scan } from './record.ts'
import { headOf, type RowHead } from './row.ts'
import { segmentName } from './segment.ts'
import type { Shelved } from './shelf.ts'

/** What lies in the files, to be held against the books. */
export interface Stock {
  segments: readonly Shelved[]
  /** Rows that are not settled. */
  rows: number
  /** By the place of a sealed report in the books: how many of its rows are there. */
  sealedRows: readonly number[]
  /** One above the highest row number. */
  nextRow: number
  lastBoot: number
  /** The last good rows before the first stretch that cannot be read and behind the last one. */
  damage: { before: RowHead | null; after: RowHead } | null
  /** Where the last good record of the last segment ends. */
  endBytes: number
  /** Something lies behind it. */
  torn: boolean
}

export async function takeStock(
  disk: Disk,
  numbers: readonly number[],
  books: Pick<Books, 'settled' | 'sealed'> | null,
): Promise<Stock> {
  const settled = books?.settled ?? []
  const reports = (books?.sealed ?? [])
    .map((note, at) => ({ note, at }))
    .filter(({ note }) => note.kind === 'report')
  const sealedRows = (books?.sealed ?? []).map(() => 0)
  const stock = { rows: 0, nextRow: 1, lastBoot: 0, endBytes: 0, torn: false }
  const segments: Shelved[] = []
  let damage: Stock['damage'] = null
  let before: RowHead | null = null
  let unreadable = false
  for (const number of numbers) {
    const bytes = await disk.read(segmentName(number))
    const segment = { number, bytes: 0, level: 0, first: stock.nextRow, last: stock.nextRow - 1 }
    stock.endBytes = scan(bytes, {
      record(kind, bytes, from, to) {
        if (kind === RECORD_KINDS.head) segment.level = bytes[from] ?? 0
        const row = kind === RECORD_KINDS.row ? headOf(bytes, from, to) : null
        if (row === null) return
        if (unreadable) damage = { before: damage ? damage.before : before, after: row }
        unreadable = false
        before = row
        if (segment.first > segment.last) segment.first = row.number
        segment.last = row.number
        stock.nextRow = row.number + 1
        stock.lastBoot = Math.max(stock.lastBoot, row.boot)
        if (isIn(settled, row.number)) return
        stock.rows++
        const report = reports.find(({ note }) => note.kind === 'report' && isIn([note], row.number))
        if (report) sealedRows[report.at]!++
      },
      damage() {
        unreadable = true
      },
    })
    segments.push({ ...segment, bytes: stock.endBytes })
    stock.torn = stock.endBytes < bytes.length
    unreadable ||= stock.torn
  }
  return { ...stock, segments, sealedRows, damage }
}
