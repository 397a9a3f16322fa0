import http from 'node:http'
import https from 'node:https'
import { HttpError, InfluxDB, Point as InfluxPoint } from '@influxdata/influxdb-client'
import type { PlacedReport, Point, ReadingQuery, ReadingStore } from './store.ts'
import { checkQuery, isMetric, rowsOf } from './values.ts'

const MEASUREMENT = 'reading'

/**
 * Points in one request, InfluxData's own advice. A line of 64 columns is about 2.5 kB: at worst 12.5 MB,
 * below the 25 MB of body that InfluxDB 1.x takes and the 50 MB at which the client would cut by itself.
 */
const BATCH_POINTS = 5000

/**
 * Rows in one answer. 1.x chunks its answers at 10,000, and of longer ones it says `partial` even where they are
 * whole; up to here the word means that its `max-row-limit` cut the answer.
 */
const PAGE_ROWS = 10_000

/** A server that has not answered by now will not; the caller tries again. */
const ANSWER_TIMEOUT_MS = 10_000

/** InfluxDB counts nanoseconds in 64 bits: the last whole millisecond is 2^63 / 10^6. */
const LAST_MS = 9_223_372_036_854

/** So much of the server's own words goes to the log. */
const MAX_QUOTED_CHARACTERS = 500

interface Options {
  url: string
  /** 2.x and 3.x: an API token. 1.x: null where authentication is off, else `user:password`. */
  token: string | null
  /** null means InfluxDB 1.x, where `bucket` names a database. */
  org: string | null
  bucket: string
  log?: { warn(fields: object, message: string): void }
  /** For a whole request, from the connection to the last byte of the answer. */
  timeoutMs?: number
}

export interface InfluxStore extends ReadingStore {
  /** Points, since start, that the server will never take; see `refusal`. */
  readonly refusedPoints: number
}

/** Readings in InfluxDB 1.x, 2.x or 3.x: written as line protocol, read by InfluxQL, which all three speak. */
export function createInfluxStore(options: Options): InfluxStore {
  return new Store(options)
}

class Store implements InfluxStore {
  readonly #options: Options
  readonly #agent: http.Agent
  #databaseMade = false
  #refusedPoints = 0

  constructor(options: Options) {
    this.#options = options
    const { Agent } = new URL(options.url).protocol === 'https:' ? https : http
    this.#agent = new Agent({ keepAlive: true })
  }

  get refusedPoints(): number {
    return this.#refusedPoints
  }

  /** Does not wait for a server that is down: centre and InfluxDB may well boot together. */
  async start(): Promise<void> {
    try {
      await this.#makeDatabase()
    } catch (error) {
      this.#options.log?.warn({}, `${(error as Error).message}; readings are written as soon as it answers`)
    }
  }

  async write(reports: readonly PlacedReport[]): Promise<void> {
    await this.#makeDatabase()
    const points = reports.flatMap(pointsOf)
    for (let sent = 0; sent < points.length; sent += BATCH_POINTS) {
      await this.#store(points.slice(sent, sent + BATCH_POINTS))
    }
  }

  async read(query: ReadingQuery): Promise<Point[]> {
    checkQuery(query)
    // InfluxDB answers a field called `time` with an error, any other unknown one with nothing.
    if (!isMetric(query.metric)) return []
    // A device that moved has two series; the same reading written under both is still one.
    const valueAt = new Map<number, number>()
    let { from } = query
    for (;;) {
      const { values, partial } = await this.#query('GET', selectStatement({ ...query, from }))
      for (const [at, value] of values) valueAt.set(at, value)
      if (values.length === 0 || (values.length < PAGE_ROWS && !partial)) break
      from = values.at(-1)![0] + (query.stepMs ?? 1)
    }
    return [...valueAt].map(([at, value]) => ({ at, value }))
  }

  async stop(): Promise<void> {
    this.#agent.destroy()
  }

  /** Only 1.x lets a client make its database; making it again changes nothing. */
  async #makeDatabase(): Promise<void> {
    if (this.#databaseMade || this.#options.org !== null) return
    try {
      await this.#query('POST', `CREATE DATABASE ${quoted(this.#options.bucket, '"')}`)
    } catch (error) {
      // A user without that right writes to the database that an administrator made.
      const { cause } = error as Error
      if (!(cause instanceof HttpError && cause.statusCode === 403)) throw error
    }
    this.#databaseMade = true
  }

  /**
   * What can never be stored is named in the log, counted and passed over, or one bad point would hold up all
   * that come behind it; the ledger still has it. Everything else rejects.
   */
  async #store(points: InfluxPoint[]): Promise<void> {
    try {
      await this.#send(points)
    } catch (error) {
      if (error instanceof HttpError && error.statusCode === 404) this.#databaseMade = false
      const refused = refusal(error)
      if (refused === null) throw this.#failure('the points to be stored', error)
      if (refused === 'request' && points.length > 1) {
        const half = Math.ceil(points.length / 2)
        await this.#store(points.slice(0, half))
        await this.#store(points.slice(half))
        return
      }
      const { body: answer = '' } = error as HttpError
      const count = Number(/dropped=(\d+)/.exec(answer)?.[1] ?? 1)
      this.#refusedPoints += count
      this.#options.log?.warn(
        { points: count, answer: answer.slice(0, MAX_QUOTED_CHARACTERS) },
        'InfluxDB refused points for good; they are in the ledger but not in its charts',
      )
    }
  }

  /**
   * One WriteApi a request, which never sends by itself: a buffer that fills up is sent without anybody to
   * wait for it, and `flush` then resolves before the server has anything.
   */
  async #send(points: InfluxPoint[]): Promise<void> {
    const { org, bucket } = this.#options
    await this.#ask(async (client) => {
      const api = client.getWriteApi(org ?? '', bucket, 'ms', {
        batchSize: points.length + 1,
        flushInterval: 0,
        maxRetries: 0,
        // Answering here keeps the client from printing the failure on the console.
        writeFailed: (error) => Promise.reject(error),
      })
      if (org === null) api.path = `/write?${new URLSearchParams({ db: bucket, precision: 'ms' })}`
      api.writePoints(points)
      await api.flush()
    })
  }

  /** Through the client's transport rather than fetch: it has the token, the path and the connections already. */
  async #query(method: 'GET' | 'POST', statement: string): Promise<Series> {
    const search = new URLSearchParams({ db: this.#options.bucket, epoch: 'ms', q: statement })
    try {
      const answer = await this.#ask(
        (client): Promise<Answer | undefined> =>
          client.transport.request(`/query?${search}`, '', {
            method,
            headers: { accept: 'application/json' },
          }),
      )
      return seriesIn(answer)
    } catch (error) {
      throw this.#failure(`an answer to ${statement}`, error)
    }
  }

  /** A client a request, because only so can each have a deadline that also closes its socket. */
  async #ask<Result>(work: (client: InfluxDB) => Promise<Result>): Promise<Result> {
    const { url, timeoutMs = ANSWER_TIMEOUT_MS } = this.#options
    const deadline = new AbortController()
    const timer = setTimeout(() => deadline.abort(), timeoutMs)
    const client = new InfluxDB({
      url,
      timeout: 0,
      transportOptions: { agent: this.#agent, signal: deadline.signal },
      headers: authorization(this.#options),
    })
    try {
      return await work(client)
    } catch (error) {
      throw deadline.signal.aborted ? new Error(`nothing within ${timeoutMs} ms`, { cause: error }) : error
    } finally {
      clearTimeout(timer)
    }
  }

  #failure(expected: string, cause: unknown): Error {
    const { message, code } = cause as NodeJS.ErrnoException
    // `localhost` with two addresses fails with an AggregateError, which has a code and no message.
    const got = message || code
    return new Error(`InfluxDB ${new URL(this.#options.url).host}: expected ${expected}, got: ${got}`, {
      cause,
    })
  }
}

/** 1.x before 1.8 knows users and no tokens. */
function authorization({ token, org }: Options): Record<string, string> {
  if (token === null) return {}
  return {
    authorization: org === null ? `Basic ${Buffer.from(token).toString('base64')}` : `Token ${token}`,
  }
}

function pointsOf(placed: PlacedReport): InfluxPoint[] {
  return rowsOf(placed).map(({ at, values }) => {
    const point = new InfluxPoint(MEASUREMENT).timestamp(at)
    for (const tag of ['device', 'site', 'area', 'kind'] as const) point.tag(tag, placed[tag])
    for (const [metric, value] of Object.entries(values)) point.floatField(metric, value)
    return point
  })
}

/**
 * What a failed write means, by the server's words, because a status alone may come from any proxy:
 * - `points`: some points are refused for what they are (one field of another type, a time past retention),
 *   each as a whole, and the others are stored. 1.x and 3.x say it with 400, 2.x with 422.
 * - `request`: a line cannot be read. 2.x then stores none of the request, so the rest must be sent again.
 * - null: no answer, or an error that may pass.
 */
function refusal(error: unknown): 'points' | 'request' | null {
  if (!(error instanceof HttpError) || ![400, 422].includes(error.statusCode)) return null
  if (error.body?.includes('partial write')) return 'points'
  return error.body?.includes('unable to parse') ? 'request' : null
}

/**
 * The question in InfluxQL. Names and texts are quoted here: bound parameters stand for values only, never
 * for the name of a field, and not every server takes them.
 */
export function selectStatement({ device, metric, from, to, stepMs }: ReadingQuery): string {
  const field = quoted(metric, '"')
  return [
    `SELECT ${stepMs === null ? field : `mean(${field})`} FROM "${MEASUREMENT}"`,
    `WHERE "device" = ${quoted(device, "'")} AND time >= ${milliseconds(from)} AND time < ${milliseconds(to)}`,
    ...(stepMs === null ? [] : [`GROUP BY time(${milliseconds(stepMs)}) fill(none)`]),
    `LIMIT ${PAGE_ROWS}`,
  ].join(' ')
}

/** InfluxQL's own rule: https://docs.influxdata.com/influxdb/v1/query_language/spec/#strings */
function quoted(text: string, quote: '"' | "'"): string {
  const escaped = text.replaceAll('\\', '\\\\').replaceAll(quote, `\\${quote}`).replaceAll('\n', '\\n')
  return quote + escaped + quote
}

function milliseconds(value: number): string {
  return `${Math.max(-LAST_MS, Math.min(value, LAST_MS))}ms`
}

/** What is asked for here comes as at most one series of time and value; `partial`: there is more. */
interface Series {
  values: [at: number, value: number][]
  partial?: boolean
}

interface Answer {
  results?: { error?: string; series?: Series[] }[]
}

/** @throws Error when the statement failed, although the status is 200 */
function seriesIn(answer: Answer | undefined): Series {
  const result = answer?.results?.[0]
  if (!result) throw new Error(`no result in ${JSON.stringify(answer)?.slice(0, MAX_QUOTED_CHARACTERS)}`)
  if (result.error !== undefined) throw new Error(result.error)
  return result.series?.[0] ?? { values: [] }
}
