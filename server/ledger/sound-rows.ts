import { closeSync, existsSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs'
import { entrySum, quarantinedSum } from './checksum.ts'
import type { Quarantined } from './entry.ts'
import { type FindPage, isLeaf, PAGE_BYTES, type Row, rowsIn } from './pages.ts'
import type { Record } from './record.ts'
import { ROW_COLUMNS } from './schema.ts'
import { type Frame, readWal } from './wal.ts'

/** A row of the ledger whose sum is right, found in the raw pages of its files. */
export type Found =
  | { type: 'entry'; offset: number; record: Record; crc: number }
  | { type: 'quarantine'; id: number; item: Quarantined; crc: number }

export interface Source {
  found: Found
  /** It was part of a transaction that went through. */
  isCommitted: boolean
}

const PAGES_A_READ = 256

/** Every sound row in the file and its log, first those that certainly were committed, of the rest the newest first. */
export function* soundRows(path: string): Generator<Source> {
  const file = existsSync(path) ? openSync(path, 'r') : null
  try {
    const inFile = file === null ? NO_PAGES : pagesOf(file)
    const wal = existsSync(`${path}-wal`) ? readWal(readFileSync(`${path}-wal`)) : { committed: [], rest: [] }
    yield* inFrames(wal.committed, inFile.find, true)
    for (const page of inFile.all())
      for (const found of foundIn(page, inFile.find)) yield { found, isCommitted: true }
    yield* inFrames(wal.rest.toReversed(), inFile.find, false)
  } finally {
    if (file !== null) closeSync(file)
  }
}

function* inFrames(frames: readonly Frame[], inFile: FindPage, isCommitted: boolean): Generator<Source> {
  // Bytes that overflow a page lie in pages of the same transaction, and each of those holds nothing else, ever.
  const images = new Map(frames.map(({ page, image }) => [page, image]))
  const find = (number: number) => images.get(number) ?? inFile(number)
  for (const { image } of frames) for (const found of foundIn(image, find)) yield { found, isCommitted }
}

interface Pages {
  all(): Generator<Uint8Array>
  find: FindPage
}

const NO_PAGES: Pages = { *all() {}, find: () => null }

/** The pages of a file; the last may have been cut and is filled up with zeros. */
function pagesOf(file: number): Pages {
  const count = Math.ceil(fstatSync(file).size / PAGE_BYTES)
  const read = (number: number, pages: number): Buffer => {
    const bytes = Buffer.alloc(pages * PAGE_BYTES)
    readSync(file, bytes, 0, bytes.length, (number - 1) * PAGE_BYTES)
    return bytes
  }
  return {
    *all() {
      for (let number = 1; number <= count; number += PAGES_A_READ) {
        const bytes = read(number, Math.min(PAGES_A_READ, count - number + 1))
        for (let at = 0; at < bytes.length; at += PAGE_BYTES) yield bytes.subarray(at, at + PAGE_BYTES)
      }
    },
    find: (number) => (number >= 1 && number <= count ? read(number, 1) : null),
  }
}

function foundIn(page: Uint8Array, find: FindPage): Found[] {
  const found: Found[] = []
  if (!isLeaf(page)) return found
  rowsIn(page, ROW_COLUMNS, find, (row) => {
    const one = entryIn(row) ?? quarantinedIn(row)
    if (one) found.push(one)
    return one !== null
  })
  return found
}

/** The key stands in front of the row, and as null in it. */
function entryIn({ rowid: offset, columns }: Row): Found | null {
  const [key, at, kind, device, epoch, seq, payload, crc] = columns
  if (key !== null || typeof at !== 'number' || typeof kind !== 'number' || typeof crc !== 'number')
    return null
  if (!isTextOrNull(device) || !isNumberOrNull(epoch) || !isNumberOrNull(seq)) return null
  if (!(payload instanceof Uint8Array)) return null
  const record = { at, kind, device, epoch, seq, payload }
  return entrySum(offset, record) === crc ? { type: 'entry', offset, record, crc } : null
}

function quarantinedIn({ rowid: id, columns }: Row): Found | null {
  const [key, at, device, topic, code, reason, payload, crc] = columns
  if (key !== null || typeof at !== 'number' || typeof device !== 'string' || typeof crc !== 'number')
    return null
  if (typeof topic !== 'string' || typeof code !== 'string' || typeof reason !== 'string') return null
  if (!(payload instanceof Uint8Array)) return null
  const item = { at, device, topic, code, reason, payload }
  return quarantinedSum(item) === crc ? { type: 'quarantine', id, item, crc } : null
}

const isTextOrNull = (value: unknown): value is string | null => value === null || typeof value === 'string'
const isNumberOrNull = (value: unknown): value is number | null => value === null || typeof value === 'number'
