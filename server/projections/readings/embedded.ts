import { setImmediate as nextTurn } from 'node:timers/promises'
import type { DeviceId } from '#protocol/ids.ts'
import { decodeReport, type Report } from '#protocol/report.ts'
import { type Database, openDatabase } from '../../sqlite/database.ts'
import type { PlacedReport, Point, ReadingQuery, ReadingStore } from './store.ts'
import { bucketMeans, checkQuery, valuesOf } from './values.ts'

/**
 * The stored report is the wire frame: one record a report, and its rows are placed again from the first
 * row's time and the offsets inside. Bytes a row of 8 metrics and an uptime, 15 rows a report, measured on the
 * file: frame 119 + key and times 23 + entry of the index 35, and a quarter more for pages that are not full,
 * is 224 / 15 = 15; a table of rows and columns takes 72.
 *
 * Clustered by device, so that a month of one device is 100 neighbouring pages and not 2,900 scattered ones.
 * The index covers the question "which frames of a device overlap [from, to)": it is entered at `from`, and
 * what begins at `to` or later is passed over without a look at the frame.
 */
const MIGRATIONS = [
  `CREATE TABLE frames (
     device   TEXT    NOT NULL,
     epoch    INTEGER NOT NULL,
     seq      INTEGER NOT NULL,
     first_at INTEGER NOT NULL,
     last_at  INTEGER NOT NULL,
     frame    BLOB    NOT NULL,
     PRIMARY KEY (device, epoch, seq)
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX frames_in_time ON frames (device, last_at, first_at);`,
]

const INSERT = `INSERT INTO frames (device, epoch, seq, first_at, last_at, frame) VALUES (?, ?, ?, ?, ?, ?)
  ON CONFLICT DO NOTHING`

/** The order also decides where two reports claim one instant: the later one in it stands. */
const OVERLAPPING = `SELECT epoch, seq, first_at AS firstAt, frame FROM frames
  WHERE device = ? AND last_at >= ? AND first_at < ? ORDER BY first_at, epoch, seq`

/** A frame takes about 80 µs to decode: the event loop is lent to others every 8 ms. */
const FRAMES_A_TURN = 100

interface Frame {
  epoch: number
  seq: number
  firstAt: number
  frame: Uint8Array
}

interface Options {
  /** The SQLite file; its folder exists. */
  path: string
  log?: { warn(fields: object, message: string): void }
}

/** Readings in a SQLite file of their own, for a centre without InfluxDB. */
export function createEmbeddedStore(options: Options): ReadingStore {
  return new EmbeddedStore(options)
}

class EmbeddedStore implements ReadingStore {
  readonly #path: string
  readonly #log: Options['log']
  #database: Database | null = null

  constructor({ path, log }: Options) {
    this.#path = path
    this.#log = log
  }

  async start(): Promise<void> {
    this.#database = openDatabase(this.#path, { migrations: MIGRATIONS })
  }

  /** All of the reports, or, when it rejects, none. */
  async write(reports: readonly PlacedReport[]): Promise<void> {
    const database = this.#opened()
    database.transaction(() => {
      for (const { device, report, bytes, rowsAt } of reports) {
        database.run(INSERT, device, report.epoch, report.seq, rowsAt[0]!, rowsAt.at(-1)!, bytes)
      }
    })
  }

  async read(query: ReadingQuery): Promise<Point[]> {
    checkQuery(query)
    const { device, metric, from, to, stepMs } = query
    const frames = this.#opened().all<Frame>(OVERLAPPING, device, from, to)
    const valueAt = new Map<number, number>()
    for (const [turn, { firstAt, ...frame }] of frames.entries()) {
      if (turn % FRAMES_A_TURN === FRAMES_A_TURN - 1) await nextTurn()
      const report = this.#decode(device, frame)
      if (!report) continue
      valuesOf(report, metric).forEach((value, row) => {
        const at = firstAt + report.offsetsSeconds[row]! * 1000
        if (value !== null && at >= from && at < to) valueAt.set(at, value)
      })
    }
    const points = [...valueAt].map(([at, value]) => ({ at, value })).sort((a, b) => a.at - b.at)
    return stepMs === null ? points : bucketMeans(points, stepMs)
  }

  async stop(): Promise<void> {
    this.#database?.close()
    this.#database = null
  }

  /** One damaged frame must not hide the others of its device. */
  #decode(device: DeviceId, { epoch, seq, frame }: Omit<Frame, 'firstAt'>): Report | null {
    try {
      return decodeReport(frame)
    } catch (error) {
      const got = (error as Error).message
      this.#log?.warn(
        { device, epoch, seq },
        `readings ${this.#path}: expected a report's bytes, got: ${got}`,
      )
      return null
    }
  }

  #opened(): Database {
    if (!this.#database)
      throw new Error(`readings ${this.#path}: expected a started store, got a stopped one`)
    return this.#database
  }
}
