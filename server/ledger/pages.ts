/**
 * Rows read from the raw pages of an SQLite file, without SQLite: for files that it refuses.
 * The format: https://www.sqlite.org/fileformat2.html, sections 1.6 (pages), 1.5 (cells, overflow), 2.1 (records).
 */

export type Column = number | string | null | Uint8Array

export interface Row {
  rowid: number
  columns: Column[]
}

/** What SQLite takes unless told otherwise, and nothing of ours tells it; so a header that cannot be read is not needed. */
export const PAGE_BYTES = 4096

const LEAF = 0x0d

/** A leaf keeps a payload of up to so many bytes in one piece; of a longer one it keeps a part (section 1.5). */
const MAX_WHOLE_BYTES = PAGE_BYTES - 35
const MIN_LOCAL_BYTES = Math.floor(((PAGE_BYTES - 12) * 32) / 255) - 23
const OVERFLOW_BYTES = PAGE_BYTES - 4

/** A message of 64 KiB and what stands beside it: twice that. Bounds what a damaged length can claim. */
const MAX_RECORD_BYTES = 131_072

/** The page of this number as it was when the row was written, or null where there is none. */
export type FindPage = (number: number) => Uint8Array | null

/** A page whose kind says "leaf of a table", or would but for one bit: pages of overflowing bytes never look so. */
export function isLeaf(page: Uint8Array): boolean {
  const changed = page[0]! ^ LEAF
  return (changed & (changed - 1)) === 0
}

/**
 * The rows of `columns` columns that `accept` takes. The page's own head and pointers are not asked, they may be
 * what is damaged: it looks at each byte for the next row, as rows lie one behind the other.
 */
export function rowsIn(
  page: Uint8Array,
  columns: number,
  findPage: FindPage,
  accept: (row: Row) => boolean,
): number {
  let found = 0
  for (let at = 0; at < page.length; ) {
    const cell = cellAt(page, at, columns, findPage)
    if (cell && accept(cell.row)) {
      found++
      at = cell.end
    } else {
      at++
    }
  }
  return found
}

function cellAt(
  page: Uint8Array,
  at: number,
  columns: number,
  findPage: FindPage,
): { row: Row; end: number } | null {
  const cursor = { bytes: page, at }
  const length = varint(cursor)
  // The shortest head is a byte for itself and one for each column.
  if (length === null || length <= columns || length > MAX_RECORD_BYTES) return null
  const rowid = varint(cursor)
  if (rowid === null || rowid < 1) return null
  const local = localBytes(length)
  const end = cursor.at + local + (local < length ? 4 : 0)
  if (end > page.length) return null
  const types = typesOf({ bytes: page, at: cursor.at }, length, columns)
  if (!types) return null
  const record =
    local === length
      ? page.subarray(cursor.at, end)
      : withOverflow(page.subarray(cursor.at, end), length, local, findPage)
  if (!record) return null
  return { row: { rowid, columns: columnsOf(record, types) }, end }
}

function localBytes(length: number): number {
  if (length <= MAX_WHOLE_BYTES) return length
  const rest = MIN_LOCAL_BYTES + ((length - MIN_LOCAL_BYTES) % OVERFLOW_BYTES)
  return rest <= MAX_WHOLE_BYTES ? rest : MIN_LOCAL_BYTES
}

function withOverflow(
  start: Uint8Array,
  length: number,
  local: number,
  findPage: FindPage,
): Uint8Array | null {
  const record = new Uint8Array(length)
  record.set(start.subarray(0, local))
  let next = uint32(start, local)
  for (let filled = local; filled < length; ) {
    const page = findPage(next)
    if (!page) return null
    const part = page.subarray(4, 4 + Math.min(OVERFLOW_BYTES, length - filled))
    record.set(part, filled)
    filled += part.length
    if (part.length === 0) return null
    next = uint32(page, 0)
  }
  return record
}

/** The column types that a record's head lists, or null when head and length do not fit together. */
function typesOf(cursor: Cursor, length: number, columns: number): number[] | null {
  const start = cursor.at
  const headBytes = varint(cursor)
  if (headBytes === null) return null
  const types: number[] = []
  let bytes = headBytes
  for (let column = 0; column < columns; column++) {
    const type = varint(cursor)
    const size = type === null ? null : sizeOf(type)
    if (type === null || size === null) return null
    types.push(type)
    bytes += size
  }
  return cursor.at - start === headBytes && bytes === length ? types : null
}

/** By type: null, integers of 1, 2, 3, 4, 6 and 8 bytes, a real (none of ours), 0 and 1 without a byte. */
const FIXED_SIZES = [0, 1, 2, 3, 4, 6, 8, null, 0, 0] as const

function sizeOf(type: number): number | null {
  if (type >= 12) return Math.floor((type - 12) / 2)
  return FIXED_SIZES[type] ?? null
}

function columnsOf(record: Uint8Array, types: readonly number[]): Column[] {
  const headBytes = varint({ bytes: record, at: 0 })!
  let at = headBytes
  return types.map((type) => {
    const bytes = record.subarray(at, at + sizeOf(type)!)
    at += bytes.length
    if (type === 0) return null
    if (type === 8 || type === 9) return type - 8
    if (type < 12) return integer(bytes)
    return type % 2 === 0 ? bytes : Buffer.from(bytes).toString()
  })
}

interface Cursor {
  bytes: Uint8Array
  at: number
}

/** Seven bits a byte, the highest first; null when it ends beyond the bytes or is no exact integer in a double. */
function varint(cursor: Cursor): number | null {
  let value = 0
  for (let count = 0; count < 8; count++) {
    const byte = cursor.bytes[cursor.at++]
    if (byte === undefined) return null
    value = value * 128 + (byte & 0x7f)
    if (byte < 0x80) return value <= Number.MAX_SAFE_INTEGER ? value : null
  }
  return null
}

/** Two's complement, big endian. */
function integer(bytes: Uint8Array): number {
  let value = bytes[0]! >= 0x80 ? -1 : 0
  for (const byte of bytes) value = value * 256 + byte
  return value
}

function uint32(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset + at, 4).getUint32(0)
}
