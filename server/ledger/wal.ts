import { PAGE_BYTES } from './pages.ts'

/**
 * SQLite's write-ahead log, read without SQLite (https://www.sqlite.org/fileformat2.html#walformat). SQLite itself
 * takes the frames up to the first whose checksum is wrong and, without a word, none of those behind it.
 */

export interface Frame {
  page: number
  image: Uint8Array
}

export interface Wal {
  /** What SQLite would take: frames of whole transactions. */
  committed: Frame[]
  /** Frames of the same generation behind those, oldest first: damaged, behind damage, or of a transaction cut short. */
  rest: Frame[]
  /** What was expected and what came, or null for a log without damage. */
  fault: string | null
}

const HEADER_BYTES = 32
const FRAME_HEADER_BYTES = 24
const FRAME_BYTES = FRAME_HEADER_BYTES + PAGE_BYTES
const MAGIC_LITTLE_ENDIAN = 0x377f0682
const MAGIC_BIG_ENDIAN = 0x377f0683
const VERSION = 3_007_000

/** Where the fields of the header and of a frame's header lie. */
const VERSION_AT = 4
const PAGE_BYTES_AT = 8
const HEADER_SALTS_AT = 16
const HEADER_SUM_AT = 24
const COMMIT_AT = 4
const FRAME_SALTS_AT = 8
const FRAME_SUM_AT = 16

type Sum = [number, number]
/** Drawn anew each time that the log begins at its start again, the first by counting up. */
type Salts = [number, number]

export function readWal(bytes: Uint8Array): Wal {
  const wal: Wal = { committed: [], rest: [], fault: null }
  const frames = Math.floor((bytes.length - HEADER_BYTES) / FRAME_BYTES)
  if (frames <= 0) return wal
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const startOf = (frame: number) => HEADER_BYTES + frame * FRAME_BYTES
  const frameAt = (frame: number): Frame => {
    const start = startOf(frame)
    const image = bytes.subarray(start + FRAME_HEADER_BYTES, start + FRAME_BYTES)
    return { page: view.getUint32(start), image }
  }

  const headerIsSound = isSoundHeader(view)
  const salts = saltsAt(view, HEADER_SALTS_AT)
  let sound = 0
  if (headerIsSound) {
    let sum = pairAt(view, HEADER_SUM_AT)
    for (; sound < frames; sound++) {
      const start = startOf(sound)
      sum = frameSum(view, start, sum)
      if (!isSame(saltsAt(view, start + FRAME_SALTS_AT), salts)) break
      if (!isSame(pairAt(view, start + FRAME_SUM_AT), sum)) break
      if (view.getUint32(start + COMMIT_AT) > 0) {
        while (wal.committed.length <= sound) wal.committed.push(frameAt(wal.committed.length))
      }
    }
  }

  // What a bit has been turned in: one of the two salts is still right, here as in the header.
  const ofFrame = (frame: number) => saltsAt(view, startOf(frame) + FRAME_SALTS_AT)
  const all = Array.from({ length: frames }, (_, frame) => frame)
  const generation = headerIsSound || all.some((frame) => isAlike(ofFrame(frame), salts)) ? salts : ofFrame(0)
  const alike = all.filter((frame) => frame >= wal.committed.length && isAlike(ofFrame(frame), generation))
  wal.rest = alike.map(frameAt)
  const unsound = alike.find((frame) => frame >= sound)
  if (unsound !== undefined) {
    const where = headerIsSound ? `frame ${unsound + 1} of ${frames}` : 'the header'
    wal.fault = `write-ahead log: expected right checksums, got a wrong one in ${where}`
  }
  return wal
}

function isSoundHeader(view: DataView): boolean {
  const magic = view.getUint32(0)
  return (
    (magic === MAGIC_LITTLE_ENDIAN || magic === MAGIC_BIG_ENDIAN) &&
    view.getUint32(VERSION_AT) === VERSION &&
    view.getUint32(PAGE_BYTES_AT) === PAGE_BYTES &&
    isSame(sumOver(view, 0, HEADER_SUM_AT, [0, 0]), pairAt(view, HEADER_SUM_AT))
  )
}

/** Over the first 8 bytes of the frame's header and its page, going on from the frame before. */
function frameSum(view: DataView, start: number, before: Sum): Sum {
  const header = sumOver(view, start, start + FRAME_SALTS_AT, before)
  return sumOver(view, start + FRAME_HEADER_BYTES, start + FRAME_BYTES, header)
}

function sumOver(view: DataView, start: number, end: number, [first, second]: Sum): Sum {
  const littleEndian = view.getUint32(0) !== MAGIC_BIG_ENDIAN
  let one = first | 0
  let other = second | 0
  for (let at = start; at < end; at += 8) {
    one = (one + view.getInt32(at, littleEndian) + other) | 0
    other = (other + view.getInt32(at + 4, littleEndian) + one) | 0
  }
  return [one >>> 0, other >>> 0]
}

function pairAt(view: DataView, at: number): [number, number] {
  return [view.getUint32(at), view.getUint32(at + 4)]
}

const saltsAt = (view: DataView, at: number): Salts => pairAt(view, at)

function isSame(one: readonly number[], other: readonly number[]): boolean {
  return one[0] === other[0] && one[1] === other[1]
}

/** Zeros are no salts: a piece of the file that was never written. */
function isAlike(one: Salts, other: Salts): boolean {
  return (one[0] === other[0] && one[0] !== 0) || (one[1] === other[1] && one[1] !== 0)
}
