import { decodeDelivery } from '#protocol/delivery.ts'
import type { DeviceId } from '#protocol/ids.ts'
import { decodeReport, type Report } from '#protocol/report.ts'
import { type Database, isDamage, openDatabase } from '../sqlite/database.ts'
import { type EntryRow, isSoundEntry, isSoundQuarantined, type QuarantinedRow } from './checksum.ts'
import type { Entry, Quarantined } from './entry.ts'
import { type Gap, gapFault, loadGaps, missingIn } from './gaps.ts'
import { entryOf, KIND } from './record.ts'

/** Decoding this much takes a tenth of a second, and whoever waits for a PUBACK waits no longer than that. */
const MAX_READ_BYTES = 262_144

/** Damaged rows are counted once each, up to so many: 8 MB of memory. */
const MAX_REMEMBERED_DAMAGED = 100_000

/**
 * Every column is told what to be: damage can make a text of anything, and at a text that is no UTF-8 the driver ends
 * the process.
 */
const ENTRY_COLUMNS = `"offset", CAST(at AS INTEGER) AS at, CAST(kind AS INTEGER) AS kind, CAST(device AS BLOB) AS device,
  CAST(epoch AS INTEGER) AS epoch, CAST(seq AS INTEGER) AS seq, CAST(payload AS BLOB) AS payload, CAST(crc AS INTEGER) AS crc`
const QUARANTINE_COLUMNS = `id, CAST(at AS INTEGER) AS at, CAST(device AS BLOB) AS device, CAST(topic AS BLOB) AS topic,
  CAST(code AS BLOB) AS code, CAST(reason AS BLOB) AS reason, CAST(payload AS BLOB) AS payload, CAST(crc AS INTEGER) AS crc`

interface Parts {
  path: string
  log: { warn(data: object, text: string): void }
  /** Told when pages, and not only a row, are damaged: the file is not to be read as it is. */
  onDamage: (why: string) => void
}

/** Reads the ledger's file. A row whose sum is wrong is left out and counted. */
export class LedgerReader {
  readonly #path: string
  readonly #log: Parts['log']
  readonly #onDamage: Parts['onDamage']
  readonly #database: Database
  readonly #damaged = new Set<string>()
  #gaps: readonly Gap[]

  /** @throws Error with the path when the file cannot be opened */
  constructor({ path, log, onDamage }: Parts) {
    this.#path = path
    this.#log = log
    this.#onDamage = onDamage
    this.#database = openDatabase(path, { migrations: [], readOnly: true })
    this.#gaps = loadGaps(this.#database)
  }

  /** Entries that are known to be missing, and rows that were found damaged so far. */
  get lost(): number {
    return missingIn(this.#gaps) + this.#damaged.size
  }

  /** A gap was added. */
  reloadGaps(): void {
    this.#gaps = loadGaps(this.#database)
  }

  /**
   * Entries behind `offset`, oldest first: at most `limit`, and no more than can be decoded at a stretch. `head` is the
   * newest offset that was committed. @throws Error when pages are damaged
   */
  entries(offset: number, limit: number, head: number): Entry[] {
    for (let after = offset; ; ) {
      const rows = this.#rows<Raw<EntryRow>>(
        `SELECT ${ENTRY_COLUMNS} FROM entry WHERE "offset" > ? ORDER BY "offset" LIMIT ?`,
        after,
        limit,
      ).map(entryRow)
      const offsets = rows.map((row) => row.offset)
      const fault = gapFault(after, offsets, rows.length < limit ? head : after, this.#gaps)
      if (fault !== null) throw this.#damage(fault)
      const sound = rows.filter((row) => this.#count(`entry ${row.offset}`, isSoundEntry(row)))
      const batch = withinBytes(sound)
      const entries = batch.flatMap((row) => this.#entry(row))
      // A batch without one that can be read must not look like the end.
      if (entries.length > 0 || rows.length === 0) return entries
      after = batch.at(-1)?.offset ?? offsets.at(-1)!
    }
  }

  /** None when it is sound and yet no entry, as another version of this program may have written: it is left out. */
  #entry(row: EntryRow): Entry[] {
    try {
      return [entryOf(row.offset, row)]
    } catch (error) {
      this.#count(`entry ${row.offset}`, false, (error as Error).message)
      return []
    }
  }

  /** The report of this key, or null when there is none that is sound. @throws Error when pages are damaged */
  report(device: DeviceId, epoch: number, seq: number): Report | null {
    const [row] = this.#rows<Raw<EntryRow>>(
      // In the words of the index, which SQLite would not use for `kind = 4` alone.
      `SELECT ${ENTRY_COLUMNS} FROM entry WHERE kind IN (4, 6) AND device = ? AND epoch = ? AND seq = ?`,
      device,
      epoch,
      seq,
    ).map(entryRow)
    if (row?.kind !== KIND.report || !this.#count(`entry ${row.offset}`, isSoundEntry(row))) return null
    return decodeReport(decodeDelivery(row.payload).report)
  }

  /** The newest first. @throws Error when pages are damaged */
  quarantined(limit: number): Quarantined[] {
    return this.#rows<Raw<QuarantinedRow>>(
      `SELECT ${QUARANTINE_COLUMNS} FROM quarantine ORDER BY id DESC LIMIT ?`,
      limit,
    )
      .map(quarantinedRow)
      .filter((row) => this.#count(`quarantined ${row.id}`, isSoundQuarantined(row)))
      .map(({ id, crc, ...item }) => item)
  }

  close(): void {
    this.#database.close()
  }

  #rows<Row>(sql: string, ...parameters: (string | number)[]): Row[] {
    try {
      return this.#database.all<Row>(sql, ...parameters)
    } catch (error) {
      if (isDamage(error)) throw this.#damage((error as Error).message)
      throw error
    }
  }

  /** @returns `isSound` */
  #count(name: string, isSound: boolean, why = 'its sum is wrong'): boolean {
    if (isSound || this.#damaged.has(name)) return isSound
    this.#log.warn({ path: this.#path, why }, `ledger: left out ${name}, which cannot be read`)
    if (this.#damaged.size < MAX_REMEMBERED_DAMAGED) this.#damaged.add(name)
    return false
  }

  #damage(why: string): Error {
    this.#onDamage(why)
    return new Error(`ledger ${this.#path}: expected sound pages, got: ${why}`)
  }
}

/** As it comes out of the file: texts are bytes. */
type Raw<Row> = { [Name in keyof Row]: Row[Name] extends string | null ? Uint8Array | null : Row[Name] }

const textOf = (bytes: Uint8Array | null): string | null =>
  bytes === null ? null : Buffer.from(bytes).toString()

function entryRow(row: Raw<EntryRow>): EntryRow {
  return { ...row, device: textOf(row.device) }
}

function quarantinedRow({ device, topic, code, reason, ...row }: Raw<QuarantinedRow>): QuarantinedRow {
  return {
    ...row,
    device: textOf(device) ?? '',
    topic: textOf(topic) ?? '',
    code: textOf(code) ?? '',
    reason: textOf(reason) ?? '',
  }
}

/** The rows of at most so many bytes, one at least: reports of a whole day are a hundred times those of a quarter hour. */
function withinBytes(rows: readonly EntryRow[]): readonly EntryRow[] {
  let bytes = 0
  const end = rows.findIndex(({ payload }) => {
    bytes += payload.length
    return bytes > MAX_READ_BYTES
  })
  return rows.slice(0, end === -1 ? rows.length : Math.max(1, end))
}
