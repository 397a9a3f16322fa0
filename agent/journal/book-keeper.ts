import type { Books } from './books.ts'
import { crc32 } from './crc32.ts'
import type { Disk, DiskFile } from './disk.ts'
import { turnOneBitBack } from './heal.ts'

/**
 * Two copies, so that a write that a power cut tears leaves the other; what it leaves knows every report that was
 * ever sent, since none is sent before both know it.
 */
const NAMES = ['books.1', 'books.2'] as const

/** CRC-32 of all that follows (4 bytes), length of the text (4), the text: JSON. Big endian. */
const HEAD_BYTES = 8

/** 64 ranges of 32 bytes, 32 tombstones of 85 and 20 sealed of 70 are 6 kB: from then on it is written in place, also on a full disk. */
const ROOM_BYTES = 8192

/** What the two copies take. */
export const BOOKS_BYTES = NAMES.length * ROOM_BYTES

interface Copy {
  /** Counts the writes: the higher one is newer. */
  generation: number
  books: Books
}

export interface FoundBooks {
  keeper: BookKeeper
  /** The newest that can be read. */
  books: Books | null
  /** Both copies are there and hold the same. */
  sound: boolean
}

export async function openBooks(disk: Disk): Promise<FoundBooks> {
  const names = await disk.names()
  const copies = await Promise.all(
    NAMES.map(async (name) => (names.includes(name) ? decode(await disk.read(name)) : null)),
  )
  const [one, two] = [copies[0] ?? null, copies[1] ?? null]
  const best = (two?.generation ?? 0) > (one?.generation ?? 0) ? 1 : 0
  const found = copies[best] ?? null
  const files = await Promise.all(NAMES.map((name) => disk.open(name)))
  try {
    // It may be in the system's memory only, of a process that was killed; and the other will be written first.
    await files[best]!.sync()
    if (NAMES.some((name) => !names.includes(name))) await disk.syncNames()
  } catch (error) {
    await Promise.all(files.map((file) => file.close()))
    throw error
  }
  return {
    keeper: new BookKeeper(files, best, found?.generation ?? 0),
    books: found?.books ?? null,
    sound: one !== null && one.generation === two?.generation,
  }
}

export class BookKeeper {
  readonly #files: readonly DiskFile[]
  #generation: number
  /** The copy that is on the disk for certain; the next write goes to the other. */
  #safe: number

  constructor(files: readonly DiskFile[], safe: number, generation: number) {
    this.#files = files
    this.#safe = safe
    this.#generation = generation
  }

  /**
   * With `durable` it is on the disk twice when this resolves: then no single damage takes back what was promised.
   * @throws the system's error; then the next write, or the next opening, finds the old or the new
   */
  async save(books: Books, { durable }: { durable: boolean }): Promise<void> {
    const bytes = encode({ generation: ++this.#generation, books })
    const [first, second] = [1 - this.#safe, this.#safe]
    await this.#files[first]!.write(bytes, 0)
    if (!durable) return
    await this.#files[first]!.sync()
    this.#safe = first
    await this.#files[second]!.write(bytes, 0)
    await this.#files[second]!.sync()
  }

  async close(): Promise<void> {
    await Promise.all(this.#files.map((file) => file.close()))
  }
}

function encode(copy: Copy): Uint8Array {
  const text = Buffer.from(JSON.stringify(copy))
  const bytes = Buffer.alloc(Math.max(HEAD_BYTES + text.length, ROOM_BYTES))
  bytes.writeUInt32BE(text.length, 4)
  text.copy(bytes, HEAD_BYTES)
  bytes.writeUInt32BE(crc32(bytes, 4, HEAD_BYTES + text.length), 0)
  return bytes
}

function decode(bytes: Uint8Array): Copy | null {
  const text = readText(bytes) ?? turnOneBitBack(bytes, (HEAD_BYTES + lengthOf(bytes)) * 8, readText)
  return text === null ? null : (JSON.parse(text) as Copy)
}

function lengthOf(bytes: Uint8Array): number {
  return bytes.length < HEAD_BYTES ? 0 : Buffer.from(bytes.buffer, bytes.byteOffset).readUInt32BE(4)
}

function readText(bytes: Uint8Array): string | null {
  const end = HEAD_BYTES + lengthOf(bytes)
  if (end === HEAD_BYTES || end > bytes.length) return null
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, end)
  return view.readUInt32BE(0) === crc32(view, 4, view.length) ? view.toString('utf8', HEAD_BYTES) : null
}
