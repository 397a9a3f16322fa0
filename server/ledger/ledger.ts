import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { DeviceId } from '#protocol/ids.ts'
import type { Report } from '#protocol/report.ts'
import type { Entry, Quarantined } from './entry.ts'
import { LedgerReader } from './reader.ts'
import type { Record } from './record.ts'
import type { Write, WriterData, WriterMessage, Written } from './writer.ts'

/** Built, the writer lies beside this file in one folder; in the source tree it is its own file. */
const WRITER_URL = new URL(
  import.meta.url.endsWith('.ts') ? './writer.ts' : './ledger-writer.js',
  import.meta.url,
)

/** A disk that damages the file again at once is not helped by building it anew again and again. */
const MIN_BETWEEN_REBUILDS_MS = 60_000

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

interface Log {
  warn(data: object, text: string): void
}

const NO_LOG: Log = { warn() {} }

/**
 * The append-only, durable record of everything that arrived; all else is a projection of it.
 *
 * Group commit: while the writer thread waits for the disk, what arrives gathers and becomes the next
 * transaction, so the busier it is the more each wait for the disk carries. Order of appends is order of offsets.
 *
 * Damage: an entry whose sum is wrong is left out and counted. A file that is damaged beyond that is built anew from
 * the rows that are sound; while that lasts reading fails and appending waits.
 */
export class Ledger {
  readonly #path: string
  readonly #log: Log
  readonly #followers = new Set<() => void>()
  #writer: Worker | null = null
  #reader: LedgerReader | null = null
  #waiting: Waiting[] = []
  #committing: Waiting[] = []
  #head = 0
  #quarantinedLost = 0
  #lastRead: LastRead = NOTHING_READ
  #fault: string | null = null
  #rebuilding: Promise<void> | null = null
  #rebuiltMs = Number.NEGATIVE_INFINITY
  #stopping = false

  constructor(path: string, log: Log = NO_LOG) {
    this.#path = path
    this.#log = log
  }

  /** @throws Error with the path when the file cannot be opened or built anew */
  start(): Promise<void> {
    return this.#open(null)
  }

  /** Waits for what was appended, then closes the file. */
  async stop(): Promise<void> {
    if (!this.#writer) return
    this.#stopping = true
    await this.#rebuilding
    await this.#settled()
    await this.#close()
  }

  /** The newest offset; 0 when the ledger is empty. */
  get head(): number {
    return this.#head
  }

  /** Why the last commit failed, or that it is being built anew, or null while all is well. */
  get fault(): string | null {
    return this.#rebuilding === null ? this.#fault : 'damaged: it is being built anew'
  }

  /** How many entries and messages in quarantine were lost to damage, as far as is known. */
  get damaged(): number {
    return this.#quarantinedLost + (this.#reader?.lost ?? 0)
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

  /**
   * No entry gets an offset up to this one. A projection that is further than the ledger, which has lost its end or
   * was put back from a backup, would take what comes under those offsets for what it has seen.
   */
  async reserve(offset: number): Promise<void> {
    if (offset <= this.#head) return
    this.#log.warn(
      { head: this.#head, offset },
      'ledger: entries that projections have seen are missing at its end',
    )
    await this.#write({ type: 'reserve', offset })
    this.#reading().reloadGaps()
  }

  /** Entries behind `offset`, oldest first: at most `limit`, and no more than can be decoded at a stretch. */
  read(offset: number, limit: number): readonly Entry[] {
    const last = this.#lastRead
    // Several followers walk side by side: what one has just had decoded serves the others.
    if (last.offset === offset && last.limit === limit && last.head === this.#head) return last.entries
    const entries = this.#reading().entries(offset, limit, this.#head)
    this.#lastRead = { offset, limit, head: this.#head, entries }
    return entries
  }

  /** The report of this key, or null when the ledger has none. */
  report(device: DeviceId, epoch: number, seq: number): Report | null {
    return this.#reading().report(device, epoch, seq)
  }

  /** The newest first. */
  quarantined(limit: number): Quarantined[] {
    return this.#reading().quarantined(limit)
  }

  /** Calls `wake` after each commit, also one that failed; returns how to stop that. */
  follow(wake: () => void): () => void {
    this.#followers.add(wake)
    return () => this.#followers.delete(wake)
  }

  #reading(): LedgerReader {
    if (this.#reader) return this.#reader
    const got = this.#rebuilding !== null ? 'being built anew after damage' : 'not'
    throw new Error(`ledger ${this.#path}: expected to be open, it is ${got}`)
  }

  /** @returns whether it is being built anew */
  #rebuildFor(why: string): boolean {
    if (this.#rebuilding !== null) return true
    if (this.#stopping || performance.now() - this.#rebuiltMs < MIN_BETWEEN_REBUILDS_MS) return false
    // Nobody catches what it throws: a ledger that can be neither read nor built anew is the end of the process.
    this.#rebuilding = this.#rebuild(why)
    return true
  }

  async #rebuild(why: string): Promise<void> {
    await this.#settled()
    await this.#close()
    await this.#open(why)
    this.#rebuiltMs = performance.now()
    this.#rebuilding = null
    this.#lastRead = NOTHING_READ
    this.#commit()
    for (const wake of this.#followers) wake()
  }

  async #open(damage: string | null): Promise<void> {
    const workerData: WriterData = { path: this.#path, damage, floor: this.#head }
    const writer = new Worker(WRITER_URL, { workerData })
    const [ready] = (await once(writer, 'message')) as [WriterMessage & { type: 'ready' }]
    this.#writer = writer
    this.#head = ready.head
    this.#quarantinedLost = ready.quarantinedLost
    writer.on('message', (message: WriterMessage) => this.#settle(message))
    // No listener for 'error': a writer that died is not to be lived on with. The process ends, and the next one
    // finds everything that was acknowledged.
    const onDamage = (why: string) => void this.#rebuildFor(why)
    this.#reader = new LedgerReader({ path: this.#path, log: this.#log, onDamage })
    if (ready.salvaged) this.#log.warn(ready.salvaged, 'ledger: was damaged and has been built anew')
  }

  async #close(): Promise<void> {
    const writer = this.#writer!
    const ended = once(writer, 'exit')
    writer.postMessage('close')
    await ended
    this.#writer = null
    this.#reader?.close()
    this.#reader = null
  }

  /** Failed commits settle too, so this comes to an end on a full disk as well. */
  async #settled(): Promise<void> {
    while (this.#committing.length > 0) {
      await new Promise<void>((resolve) => {
        const unfollow = this.follow(() => {
          unfollow()
          resolve()
        })
      })
    }
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
    if (
      this.#committing.length > 0 ||
      this.#waiting.length === 0 ||
      !this.#writer ||
      this.#rebuilding !== null
    )
      return
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
      // Nothing of it is in the file, so it is the first that the new one takes.
      if (message.damaged && this.#rebuildFor(message.error)) this.#waiting = [...settled, ...this.#waiting]
      else {
        for (const { reject } of settled)
          reject(new Error(`ledger ${this.#path}: not on disk: ${message.error}`))
      }
    }
    this.#commit()
    for (const wake of this.#followers) wake()
  }
}
