import type { Database } from '../sqlite/database.ts'
import type { Channel, Delivery } from './channel.ts'
import type { Notification } from './notification.ts'
import { GIVE_UP_MS, retryDelayMs } from './retry.ts'

/** The table that the outbox works on, for the database in which incidents are kept. */
export const OUTBOX_SCHEMA = `
  CREATE TABLE notification (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    channel TEXT NOT NULL,
    incident TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'sent', 'failed')),
    attempts INTEGER NOT NULL,
    queued_ms INTEGER NOT NULL,
    due_ms INTEGER NOT NULL,
    done_ms INTEGER,
    error TEXT,
    payload TEXT NOT NULL,
    UNIQUE (id, channel)
  ) STRICT;
  CREATE INDEX notification_queue ON notification (channel, due_ms) WHERE state = 'queued';`

/** With it the messages of one incident are found among those of a quarter. */
export const OUTBOX_INDEX = 'CREATE INDEX notification_incident ON notification (incident, seq)'

/** setTimeout counts in 31 bits; an early look does no harm. */
const LONGEST_SLEEP_MS = 3600_000

/** Nothing queued can be due later than this from now, unless the clock was set back since. */
const LONGEST_RETRY_MS = retryDelayMs(Number.POSITIVE_INFINITY, 0)

/** A database that refuses, being full or locked, is asked again after so long. */
const DATABASE_RETRY_MS = 5000

interface Log {
  info(data: object, text: string): void
  warn(data: object, text: string): void
}

export interface OutboxParts {
  /** Has the table of OUTBOX_SCHEMA. */
  database: Database
  channels: readonly Channel[]
  now: () => number
  log: Log
  /** From 0 to below 1; spreads the retries. */
  random?: () => number
}

/** A notification on its way through one channel, as pages and the API show it. */
export interface Dispatch {
  notification: Notification
  channel: string
  state: 'queued' | 'sent' | 'failed'
  attempts: number
  queuedAt: number
  /** When it is tried next, or was last. */
  dueAt: number
  /** When it was sent or given up. */
  doneAt: number | null
  error: string | null
}

interface Row {
  seq: number
  id: string
  channel: string
  state: Dispatch['state']
  attempts: number
  queued_ms: number
  due_ms: number
  done_ms: number | null
  error: string | null
  payload: string
}

/**
 * The next of a channel. Messages of one incident leave in order, or "recovered" could overtake "down"; those
 * of other incidents do not wait.
 */
const NEXT = `
  SELECT * FROM notification AS this
  WHERE channel = ? AND state = 'queued' AND NOT EXISTS (
    SELECT 1 FROM notification AS earlier
    WHERE earlier.channel = this.channel AND earlier.state = 'queued'
      AND earlier.incident = this.incident AND earlier.seq < this.seq)
  ORDER BY due_ms, seq LIMIT 1`

/** What a clock that ran ahead has queued is due now, and is not held until the clock is there again. */
const BRING_BACK = `
  UPDATE notification SET queued_ms = min(queued_ms, ?), due_ms = ?
  WHERE channel = ? AND state = 'queued' AND due_ms > ?`

/**
 * Notifications to be sent, on disk until they are. Each is sent at least once through every channel: a stop
 * between the sending and its record repeats it, under the same id.
 */
export class Outbox {
  readonly #parts: OutboxParts
  /** Wakes the channels that sleep. */
  readonly #sleepers = new Set<() => void>()
  #running = false
  #ended: Promise<unknown> = Promise.resolve()

  constructor(parts: OutboxParts) {
    this.#parts = parts
  }

  start(): void {
    this.#running = true
    this.#ended = Promise.all(this.#parts.channels.map((channel) => this.#serve(channel)))
  }

  /** Waits for the sendings in hand, each bounded by its channel. */
  async stop(): Promise<void> {
    this.#running = false
    this.wake()
    await this.#ended
  }

  /**
   * Keeps a notification for every channel, once: a repeat of its id changes nothing. May be called inside a
   * transaction of the caller's: nothing is sent before that has ended, nor if it is undone.
   */
  enqueue(notification: Notification): void {
    const { database, channels, now } = this.#parts
    for (const { name } of channels) {
      database.run(
        `INSERT INTO notification (id, channel, incident, state, attempts, queued_ms, due_ms, payload)
         VALUES (?, ?, ?, 'queued', 0, ?, ?, ?) ON CONFLICT (id, channel) DO NOTHING`,
        notification.id,
        name,
        notification.incident,
        now(),
        now(),
        JSON.stringify(notification),
      )
    }
    // Transactions are synchronous, so the channels look when this one is over.
    this.wake()
  }

  /** Looks for what is due at once. */
  wake(): void {
    for (const awaken of this.#sleepers) awaken()
  }

  /** The newest first. */
  recent(limit: number): Dispatch[] {
    return this.#dispatches('ORDER BY seq DESC LIMIT ?', limit)
  }

  /** Those of one incident, the newest first. */
  ofIncident(incident: string, limit: number): Dispatch[] {
    return this.#dispatches('WHERE incident = ? ORDER BY seq DESC LIMIT ?', incident, limit)
  }

  #dispatches(clause: string, ...parameters: (string | number)[]): Dispatch[] {
    const rows = this.#parts.database.all<Row>(`SELECT * FROM notification ${clause}`, ...parameters)
    return rows.map((row) => ({
      notification: JSON.parse(row.payload) as Notification,
      channel: row.channel,
      state: row.state,
      attempts: row.attempts,
      queuedAt: row.queued_ms,
      dueAt: row.due_ms,
      doneAt: row.done_ms,
      error: row.error,
    }))
  }

  async #serve(channel: Channel): Promise<void> {
    const { database, now, log } = this.#parts
    while (this.#running) {
      try {
        database.run(BRING_BACK, now(), now(), channel.name, now() + LONGEST_RETRY_MS)
        const row = database.get<Row>(NEXT, channel.name)
        const waitMs = row ? row.due_ms - now() : LONGEST_SLEEP_MS
        if (row && waitMs <= 0) this.#record(row, await channel.send(JSON.parse(row.payload) as Notification))
        else await this.#sleep(waitMs)
      } catch (error) {
        log.warn(
          { channel: channel.name, error: (error as Error).message },
          'outbox could not work on, and will try again',
        )
        await this.#sleep(DATABASE_RETRY_MS)
      }
    }
  }

  #record(row: Row, delivery: Delivery): void {
    const { database, now, log, random = Math.random } = this.#parts
    const attempts = row.attempts + 1
    const { id, channel } = row
    if (delivery.kind === 'sent') {
      database.run(
        `UPDATE notification SET state = 'sent', attempts = ?, done_ms = ?, error = NULL WHERE seq = ?`,
        attempts,
        now(),
        row.seq,
      )
      log.info({ notification: id, channel, attempts }, 'notification sent')
      return
    }
    const dueMs = Math.round(now() + retryDelayMs(attempts, random()))
    const again = delivery.retry && dueMs < row.queued_ms + GIVE_UP_MS
    database.run(
      `UPDATE notification SET state = ?, attempts = ?, due_ms = ?, done_ms = ?, error = ? WHERE seq = ?`,
      again ? 'queued' : 'failed',
      attempts,
      again ? dueMs : row.due_ms,
      again ? null : now(),
      delivery.error,
      row.seq,
    )
    const what = again ? 'notification waits for another try' : 'notification given up'
    log.warn({ notification: id, channel, attempts, error: delivery.error }, what)
  }

  #sleep(ms: number): Promise<void> {
    if (!this.#running) return Promise.resolve()
    return new Promise((resolve) => {
      const awaken = () => {
        clearTimeout(timer)
        this.#sleepers.delete(awaken)
        resolve()
      }
      const timer = setTimeout(awaken, Math.min(ms, LONGEST_SLEEP_MS))
      this.#sleepers.add(awaken)
    })
  }
}
