import type { Report } from '#protocol/report.ts'
import type { Disk } from './disk.ts'
import { isIn, isWithin, type Range } from './ranges.ts'
import { frame, RECORD_KINDS, scan } from './record.ts'
import { decodeRow, encodeRow } from './row.ts'
import { freshName, openSegment, type Segment, segmentName } from './segment.ts'

/** What memory keeps of a segment: its rows are read back from the disk when they are sealed or thinned. */
export interface Shelved {
  readonly number: number
  readonly bytes: number
  /** How often its rows were halved. */
  readonly level: number
  /** Row numbers; of an empty one `first` is above `last`. */
  readonly first: number
  readonly last: number
}

/** The segments of a journal, and the rows in them. */
export class Shelf {
  readonly #disk: Disk
  #segments: readonly Shelved[]
  #active: Segment
  /** The rows of the segment that was read last: sealing a backlog reads the same one again and again. */
  #read: { segment: Shelved; rows: readonly Report[] } | null = null

  /** The last segment is the active one. */
  constructor(parts: { disk: Disk; segments: readonly Shelved[]; active: Segment }) {
    this.#disk = parts.disk
    this.#segments = parts.segments
    this.#active = parts.active
  }

  /** Rising. */
  get segments(): readonly Shelved[] {
    return this.#segments
  }

  get bytes(): number {
    return this.#segments.reduce((sum, { bytes }) => sum + bytes, 0)
  }

  get activeBytes(): number {
    return this.#active.bytes
  }

  /** On the disk when it resolves. */
  async append(row: Report, bytes: Uint8Array): Promise<void> {
    await this.#active.append(bytes)
    const segment = this.#segments.at(-1)!
    const first = segment.first > segment.last ? row.seq : segment.first
    const grown = { ...segment, first, last: row.seq, bytes: this.#active.bytes }
    this.#segments = this.#segments.with(-1, grown)
    if (this.#read?.segment === segment) this.#read = { segment: grown, rows: [...this.#read.rows, row] }
  }

  /** What comes from now on goes into a new segment. */
  async begin(nextRow: number): Promise<void> {
    const number = this.#segments.at(-1)!.number + 1
    const fresh = await openSegment(this.#disk, number, 0)
    const full = this.#active
    this.#active = fresh
    this.#segments = [...this.#segments, { number, bytes: 0, level: 0, first: nextRow, last: nextRow - 1 }]
    await full.close()
  }

  async rowsOf(segment: Shelved): Promise<readonly Report[]> {
    if (this.#read?.segment === segment) return this.#read.rows
    const rows: Report[] = []
    const bytes = await this.#disk.read(segmentName(segment.number))
    // Behind its end may lie a row that the disk took and then refused: it is not in the journal.
    scan(bytes.subarray(0, segment.bytes), {
      record(kind, bytes, from, to) {
        const row = kind === RECORD_KINDS.row ? decodeRow(bytes, from, to) : null
        if (row) rows.push(row)
      },
    })
    this.#read = { segment, rows }
    return rows
  }

  /** Rows whose numbers are in none of `ranges`, rising or falling. */
  async *rowsOutside(ranges: readonly Range[], order: 'rising' | 'falling'): AsyncGenerator<Report> {
    const inOrder = <Item>(items: readonly Item[]) => (order === 'rising' ? items : items.toReversed())
    for (const segment of inOrder(this.#segments)) {
      if (isWithin(ranges, segment)) continue
      for (const row of inOrder(await this.rowsOf(segment))) if (!isIn(ranges, row.seq)) yield row
    }
  }

  async rowsWithin(range: Range): Promise<Report[]> {
    const found: Report[] = []
    for (const segment of this.#segments) {
      if (segment.last < range.first || segment.first > range.last) continue
      found.push(...(await this.rowsOf(segment)).filter(({ seq }) => isIn([range], seq)))
    }
    return found
  }

  /** Segments but the active one of which every row is in the ranges. */
  within(ranges: readonly Range[]): Shelved[] {
    return this.#segments.slice(0, -1).filter((segment) => isWithin(ranges, segment))
  }

  async remove(segments: readonly Shelved[]): Promise<void> {
    for (const segment of segments) {
      await this.#disk.remove(segmentName(segment.number))
      this.#segments = this.#segments.filter((each) => each !== segment)
    }
  }

  /** Writes what will take the place of some segments beside them; on the disk, with its name, when it resolves. */
  async writeFresh(number: number, rows: readonly Report[], level: number): Promise<Shelved> {
    const head = frame(RECORD_KINDS.head, Uint8Array.of(level))
    const bytes = Buffer.concat([head, ...rows.map(frameRow)])
    const file = await this.#disk.open(freshName(number))
    try {
      await file.truncate(0)
      await file.write(bytes, 0)
      await file.sync()
    } finally {
      await file.close()
    }
    await this.#disk.syncNames()
    return { number, bytes: bytes.length, level, first: rows[0]!.seq, last: rows.at(-1)!.seq }
  }

  /** Puts it in their place. Done again after a failure it goes on where that left it. */
  async replace(fresh: Shelved, through: number): Promise<void> {
    await finishRewrite(this.#disk, { into: fresh.number, through })
    const others = this.#segments.filter(({ number }) => number < fresh.number || number > through)
    this.#segments = [...others, fresh].sort((a, b) => a.number - b.number)
    this.#read = null
  }

  async close(): Promise<void> {
    await this.#active.close()
  }
}

export function frameRow(row: Report): Uint8Array {
  return frame(RECORD_KINDS.row, encodeRow(row))
}

/** After it the thinned copy stands alone, whichever part of this had been done before. */
export async function finishRewrite(
  disk: Disk,
  { into, through }: { into: number; through: number },
): Promise<void> {
  const names = await disk.names()
  if (names.includes(freshName(into))) await disk.rename(freshName(into), segmentName(into))
  for (let number = into + 1; number <= through; number++) {
    if (names.includes(segmentName(number))) await disk.remove(segmentName(number))
  }
  await disk.syncNames()
}
