import { randomInt } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import type { Log } from '../log.ts'
import { reasonOf } from '../reason.ts'
import { Contents } from './contents.ts'
import { decodeEntry, encodeEntry } from './entry.ts'
import { Journal } from './journal.ts'
import { scan } from './record.ts'
import { createSegment, reopenSegment, type Segment, segmentNumbers, segmentPath } from './segment.ts'

/** A day is 1,440 rows of about 65 bytes, 94 kB: a segment holds 17 hours, so little lies about once acknowledged. */
const SEGMENT_BYTES = 65_536

/** 28 bits fill four bytes of varint, and chance gives two journals of one device the same once in 268 million. */
const EPOCH_END = 2 ** 28

interface Found {
  contents: Contents
  /** Rising; the last is written to. */
  segments: number[]
  /** The last good record of the last segment ends here. */
  endBytes: number
  /** Stretches that could not be read, the torn tail among them. */
  unreadable: number
}

/**
 * Opens the journal in `folder`, made where there is none. A torn tail is cut off; damaged records are left out,
 * counted and logged. @throws Error that names the path when the folder cannot be read or written
 */
export async function openJournal(
  folder: string,
  { log, segmentBytes = SEGMENT_BYTES }: { log: Pick<Log, 'warn'>; segmentBytes?: number },
): Promise<Journal> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const found = await readSegments(folder)
    const { contents, segments, endBytes, unreadable } = found
    const active = await lastSegment(folder, segments, endBytes)
    // What could not be read may have held a seal: under a new epoch no number is given a second time.
    const newEpoch = contents.epoch === 0 || unreadable > 0
    if (newEpoch) contents.beginEpoch(randomInt(1, EPOCH_END))
    try {
      if (newEpoch || endBytes === 0) await active.append(encodeEntry(contents.startEntry()), { sync: true })
      // Only now: until the new epoch is on the disk, what could not be read is what a next try would draw one for.
      if (unreadable > 0) await active.cut()
    } catch (error) {
      await active.close()
      throw error
    }
    if (unreadable > 0) log.warn({ folder, unreadable }, 'journal: left out what could not be read')
    return new Journal({ folder, segmentBytes, contents, segments, active })
  } catch (error) {
    throw new Error(`journal: expected to read and write ${folder}, got ${reasonOf(error)}`, { cause: error })
  }
}

async function lastSegment(folder: string, segments: number[], endBytes: number): Promise<Segment> {
  const last = segments.at(-1)
  if (last !== undefined) return reopenSegment(folder, last, endBytes)
  segments.push(1)
  return createSegment(folder, 1)
}

async function readSegments(folder: string): Promise<Found> {
  const found: Found = {
    contents: new Contents(),
    segments: await segmentNumbers(folder),
    endBytes: 0,
    unreadable: 0,
  }
  for (const number of found.segments) {
    const bytes = await readFile(segmentPath(folder, number))
    const { records, damaged, endBytes } = scan(bytes)
    found.unreadable += damaged + (endBytes < bytes.length ? 1 : 0)
    found.endBytes = endBytes
    for (const record of records) {
      try {
        found.contents.apply(decodeEntry(record), number)
      } catch {
        // Whole but unknown, a newer agent's: to this one it is as good as damaged.
        found.unreadable++
      }
    }
  }
  return found
}
