import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { decodeDelivery } from '#protocol/delivery.ts'
import type { DeviceId } from '#protocol/ids.ts'
import { decodeReport, type Report } from '#protocol/report.ts'
import { type Database, openDatabase } from '../sqlite/database.ts'
import type { Entry, Quarantined } from './entry.ts'
import { entryOf, type Record } from './record.ts'
import type { Write, WriterMessage, Written } from './writer.ts'

/** Built, the writer lies beside this file in one folder; in the source tree it is its own file. */
const WRITER_URL = new URL(
  import.meta.url.endsWith('.ts') ? './writer.ts' : './ledger-writer.js',
  import.meta.url,
)

/** Decoding this much takes a tenth of a second, and whoever waits for a PUBACK waits no longer than that. */
const MAX_READ_BYTES = 262_144

/** The rows of at most so many bytes, one at least: reports of a whole day are a hundred times those of a quarter hour. */
function withinBytes<Row extends Record>(rows: readonly Row[]): Row[] {
  let bytes = 0
  const end = rows.findIndex(({ payload }) => {
    bytes += payload.length
    return bytes > MAX_READ_BYTES
  })
  return rows.slice(0, end === -1 ? rows.length : Math.max(1, end))
}

interface LastRead {
  offset: number
  limit: number
  head: number
  entries: readonly Entry[]
}

const NOTHING_READ: LastRead = { offset: -1, limit: 0, head: 0, entries: [] }

interface Waiting {
  write: Write
  resolve: (result: Written) => void
  reject: (error: Error) => void
}

/**
 * The append-only, durable record of everything that arrived; all else is a projection of it.
 *
 * Group commit: while the writer thread waits for the disk, what arrives gathers and becomes the next
 * transaction, so the busier it is the more each wait for the disk carries. Order of appends is order of offsets.
 */
export class Ledger {
  readonly #path: string
  readonly #followers = new Set<() => void>()
  #writer: Worker | null = null
  #reader: Database | null = null
  #waiting: Waiting[] = []
  #committing: Waiting[] = []
  #head = 0
  #lastRead: LastRead = NOTHING_READ
  #fault: string | null = null
  #stopping = false

  constructor(path: string) {
    this.#path = path
  }

  async start(): Promise<void> {
    const writer = new Worker(WRITER_URL, { workerData: { path: this.#path } })
    this.#writer = writer
    const [ready] = (await once(writer, 'message')) as [WriterMessage]
    if (ready.type === 'ready') this.#head = ready.head
    writer.on('message', (message: WriterMessage) => this.#settle(message))
    // No listener for 'error': a writer that died is not to be lived on with. The process ends, and the next one
    // finds everything that was acknowledged.
    this.#reader = openDatabase(this.#path, { migrations: [], readOnly: true })
  }

  /** Waits for what was appended, then closes the file. */
  async stop(): Promise<void> {
    const writer = this.#writer
    if (!writer) return
    this.#stopping = true
    // Failed commits settle too, so this comes to an end on a full disk as well.
    while (this.#committing.length > 0) await new Promise<void>((resolve) => this.#followers.add(resolve))
    const ended = once(writer, 'exit')
    writer.postMessage('close')
    await ended
    this.#writer = null
    this.#reader?.close()
    this.#reader = null
  }

  /** The newest offset; 0 when the ledger is empty. */
  get head(): number {
    return this.#head
  }

  /** Why the last commit failed, or null while all is well. */
  get fault(): string | null {
    return this.#fault
  }

  /**
   * Resolves when the record is on disk, with its offset, or with null when it is a report that the ledger had
   * already. Rejects when it is not on disk: the disk is full, read-only or broken.
   */
  async append(record: Record): Promise<number | null> {
    const result = await this.#write({ type: 'entry', record })
    return 'offset' in result ? result.offset : null
  }

  /** Keeps what cannot be read, for a person or a newer centre. Rejects when the device has too much there. */
  async quarantine(item: Quarantined): Promise<void> {
    const result = await this.#write({ type: 'quarantine', ...item })
    if ('refused' in result) throw new Error(result.refused)
  }

  /** Entries behind `offset`, oldest first: at most `limit`, and no more than can be decoded at a stretch. */
  read(offset: number, limit: number): readonly Entry[] {
    const last = this.#lastRead
    // Several followers walk side by side: what one has just had decoded serves the others.
    if (last.offset === offset && last.limit === limit && last.head === this.#head) return last.entries
    const rows = this.#open().all<Record & { offset: number }>(
      'SELECT * FROM entry WHERE "offset" > ? ORDER BY "offset" LIMIT ?',
      offset,
      limit,
    )
    const entries = withinBytes(rows).map((row) => entryOf(row.offset, row))
    this.#lastRead = { offset, limit, head: this.#head, entries }
    return entries
  }

  /** The report of this key, or null when the ledger has none. */
  report(device: DeviceId, epoch: number, seq: number): Report | null {
    const row = this.#open().get<{ payload: Uint8Array }>(
      'SELECT payload FROM entry WHERE kind = 4 AND device = ? AND epoch = ? AND seq = ?',
      device,
      epoch,
      seq,
    )
    return row ? decodeReport(decodeDelivery(row.payload).report) : null
  }

  quarantined(limit: number): Quarantined[] {
    return this.#open().all<Quarantined>(
      'SELECT at, device, topic, code, reason, payload FROM quarantine ORDER BY id DESC LIMIT ?',
      limit,
    )
  }

  /** Calls `wake` after each commit, also one that failed; returns how to stop that. */
  follow(wake: () => void): () => void {
    this.#followers.add(wake)
    return () => this.#followers.delete(wake)
  }

  #open(): Database {
    if (!this.#reader) throw new Error('ledger: expected to be started, it is not')
    return this.#reader
  }

  #write(write: Write): Promise<Written> {
    if (this.#stopping)
      return Promise.reject(new Error(`ledger ${this.#path}: expected to be running, got stopped`))
    return new Promise((resolve, reject) => {
      this.#waiting.push({ write, resolve, reject })
      this.#commit()
    })
  }

  #commit(): void {
    if (this.#committing.length > 0 || this.#waiting.length === 0 || !this.#writer) return
    this.#committing = this.#waiting
    this.#waiting = []
    this.#writer.postMessage(this.#committing.map(({ write }) => write))
  }

  #settle(message: WriterMessage): void {
    const settled = this.#committing
    this.#committing = []
    if (message.type === 'committed') {
      this.#fault = null
      this.#head = message.head
      settled.forEach(({ resolve }, at) => {
        resolve(message.results[at]!)
      })
    } else if (message.type === 'failed') {
      this.#fault = message.error
      for (const { reject } of settled)
        reject(new Error(`ledger ${this.#path}: not on disk: ${message.error}`))
    }
    this.#commit()
    for (const wake of this.#followers) wake()
  }
}
