import type { Disk, DiskFile } from './disk.ts'

const NAME = /^(\d{8})\.rows$/

export function segmentName(number: number): string {
  return `${String(number).padStart(8, '0')}.rows`
}

/** Where what is to take the place of a segment is written first. */
export function freshName(number: number): string {
  return `${segmentName(number)}.new`
}

/** The numbers of the segments among the names in a folder, rising. */
export function segmentNumbers(names: readonly string[]): number[] {
  return names
    .map((name) => Number(NAME.exec(name)?.[1]))
    .filter((number) => number > 0)
    .sort((a, b) => a - b)
}

/** The file that is written to: it only grows, by whole records. */
export class Segment {
  readonly number: number
  readonly #file: DiskFile
  #bytes: number
  /** A write or sync failed: nobody knows what lies behind `#bytes`. */
  #torn = false

  constructor(number: number, file: DiskFile, bytes: number) {
    this.number = number
    this.#file = file
    this.#bytes = bytes
  }

  get bytes(): number {
    return this.#bytes
  }

  /**
   * Writes behind the last good record; on the disk when this resolves.
   * @throws the system's error; then nothing was appended, and a later call cuts off what may lie there
   */
  async append(bytes: Uint8Array): Promise<void> {
    if (this.#torn) await this.cut()
    this.#torn = true
    await this.#file.write(bytes, this.#bytes)
    await this.#file.sync()
    this.#torn = false
    this.#bytes += bytes.length
  }

  /** Cuts off everything behind the last good record; what is before it is on the disk when this resolves. */
  async cut(): Promise<void> {
    await this.#file.truncate(this.#bytes)
    await this.#file.sync()
    this.#torn = false
  }

  async close(): Promise<void> {
    // Whoever opens it next would take what a refused write has left for a row of its own.
    if (this.#torn) await this.cut().catch(() => {})
    await this.#file.close()
  }
}

/** To be written to from `endBytes` on; a new one's name is on the disk when this resolves. */
export async function openSegment(disk: Disk, number: number, endBytes: number): Promise<Segment> {
  const file = await disk.open(segmentName(number))
  try {
    if (endBytes === 0) await disk.syncNames()
  } catch (error) {
    await file.close()
    throw error
  }
  return new Segment(number, file, endBytes)
}
