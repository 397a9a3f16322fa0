import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { syncFolder } from '../durable.ts'

const NAME = /^(\d{8})\.journal$/

export function segmentPath(folder: string, number: number): string {
  return join(folder, `${String(number).padStart(8, '0')}.journal`)
}

/** The numbers of the segment files in a folder, rising. */
export async function segmentNumbers(folder: string): Promise<number[]> {
  const names = await readdir(folder)
  return names
    .map((name) => Number(NAME.exec(name)?.[1]))
    .filter((number) => number > 0)
    .sort((a, b) => a - b)
}

/** What a segment needs of its file: a FileHandle. */
interface File {
  write(
    bytes: Uint8Array,
    offset: number,
    length: number,
    position: number,
  ): Promise<{ bytesWritten: number }>
  datasync(): Promise<void>
  truncate(bytes: number): Promise<void>
  close(): Promise<void>
}

/** The file that is written to: it only grows, by whole records. */
export class Segment {
  readonly number: number
  readonly #file: File
  #bytes: number
  /** A write or sync failed: nobody knows what lies behind `#bytes`. */
  #torn = false

  constructor(number: number, file: File, bytes: number) {
    this.number = number
    this.#file = file
    this.#bytes = bytes
  }

  get bytes(): number {
    return this.#bytes
  }

  /**
   * Writes behind the last good record. With `sync` it is on the disk when this resolves.
   * @throws the system's error; then nothing was appended, and a later call cuts off what may lie there
   */
  async append(bytes: Uint8Array, { sync }: { sync: boolean }): Promise<void> {
    if (this.#torn) await this.cut()
    this.#torn = true
    for (let done = 0; done < bytes.length; ) {
      const { bytesWritten } = await this.#file.write(bytes, done, bytes.length - done, this.#bytes + done)
      done += bytesWritten
    }
    if (sync) await this.#file.datasync()
    this.#torn = false
    this.#bytes += bytes.length
  }

  /** Cuts off everything behind the last good record. */
  async cut(): Promise<void> {
    await this.#file.truncate(this.#bytes)
    await this.#file.datasync()
    this.#torn = false
  }

  async close(): Promise<void> {
    await this.#file.close()
  }
}

/** A segment that was there, to be written to from `endBytes` on. */
export async function reopenSegment(folder: string, number: number, endBytes: number): Promise<Segment> {
  return new Segment(number, await open(segmentPath(folder, number), 'r+'), endBytes)
}

/** A new empty segment; its name is on the disk when this resolves. */
export async function createSegment(folder: string, number: number): Promise<Segment> {
  // 'w' and not 'wx': an earlier try may have left an empty file when the disk was full.
  const file = await open(segmentPath(folder, number), 'w', 0o600)
  try {
    await syncFolder(folder)
  } catch (error) {
    await file.close()
    throw error
  }
  return new Segment(number, file, 0)
}
