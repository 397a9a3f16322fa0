import type { ServerResponse } from 'node:http'
import type { DeviceId } from '#protocol/ids.ts'
import type { Language } from '../../web/view.ts'

/** An element of the page by its id, and what it is to be replaced with. */
export interface Fragment {
  id: string
  html: string
}

/** What changed since the last look. */
export interface Changes {
  /** Whose newest values changed. */
  values: ReadonlySet<DeviceId>
  /** Whose session changed. */
  sessions: ReadonlySet<DeviceId>
  incidents: boolean
  /** The headline is due, for its time of day if for nothing else. */
  summary: boolean
}

/** What a reader has open: the front page, perhaps with one site or area unfolded, one device or one incident. */
export type Scope =
  | { kind: 'front'; site: string | null; area: string | null }
  | { kind: 'device'; device: string }
  | { kind: 'incident'; incident: string }

export interface Audience {
  language: Language
  scope: Scope
}

/** Draws what changed for those who have the same open. What audiences share is the same object for all. */
export type Draw = (audience: Audience) => readonly Fragment[]

export interface LiveStreamParts {
  /** Called once for all audiences of a change; may throw only when it draws. */
  render: (changes: Changes) => Draw
  log: { warn(data: object, text: string): void }
  /** Differs after an upgrade, so that an open page loads itself again. */
  version: string
}

/** Changes of one second go out together: a hundred reports at once are one write to each reader. */
const GATHER_MS = 1000

/** Proxies and phones drop a silent stream after a minute or so; a comment line is 3 bytes. */
const HEARTBEAT_MS = 30_000

/** The headline says when it was last true. */
const SUMMARY_MS = 60_000

/** Each open page holds a socket and some kilobytes; a province has fewer people than this looking at once. */
const MAX_READERS = 500

/** A reader that takes nothing is dropped when this much waits for it: it will come back and load the page. */
const MAX_WAITING_BYTES = 262_144

/** Who may read is asked when a stream opens, so it ends after a while and the browser opens it anew. */
const STREAM_MS = 3600_000

interface Reader {
  audience: Audience
  /** When the stream ends, on the clock of `performance`. */
  untilMs: number
}

/** Sends changed pieces of the page to whoever has it open, as server-sent events (WHATWG HTML, 9.2). */
export class LiveStream {
  readonly #parts: LiveStreamParts
  readonly #readers = new Map<ServerResponse, Reader>()
  #values = new Set<DeviceId>()
  #sessions = new Set<DeviceId>()
  #incidents = false
  #summaryMs = 0
  #timers: NodeJS.Timeout[] = []

  constructor(parts: LiveStreamParts) {
    this.#parts = parts
  }

  start(): void {
    this.#timers = [
      setInterval(() => this.#flush(), GATHER_MS),
      setInterval(() => this.#beat(), HEARTBEAT_MS),
    ]
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer)
    for (const reader of this.#readers.keys()) reader.end()
    this.#readers.clear()
  }

  valuesChanged(device: DeviceId): void {
    this.#values.add(device)
  }

  sessionChanged(device: DeviceId): void {
    this.#sessions.add(device)
  }

  incidentsChanged(): void {
    this.#incidents = true
  }

  /** @returns false when too many are reading already */
  add(reader: ServerResponse, audience: Audience): boolean {
    if (this.#readers.size >= MAX_READERS) return false
    reader.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    })
    reader.write(`event: hello\ndata: ${this.#parts.version}\n\n`)
    this.#readers.set(reader, { audience, untilMs: performance.now() + STREAM_MS })
    reader.on('close', () => this.#readers.delete(reader))
    // What is written to a socket that has just gone fails here; `close` follows.
    reader.on('error', () => this.#readers.delete(reader))
    return true
  }

  #beat(): void {
    const now = performance.now()
    for (const [reader, { untilMs }] of this.#readers) {
      if (now < untilMs) continue
      this.#readers.delete(reader)
      reader.end('event: again\ndata:\n\n')
    }
    this.#send(() => ':\n\n')
  }

  #flush(): void {
    const changes = this.#takeChanges()
    if (this.#readers.size === 0 || !changes) return
    const draw = this.#parts.render(changes)
    const events = new Map<Fragment, string>()
    const eventOf = (fragment: Fragment): string => {
      const event = events.get(fragment) ?? `data: ${JSON.stringify(fragment)}\n\n`
      events.set(fragment, event)
      return event
    }
    const texts = new Map<string, string>()
    const failures: unknown[] = []
    // A page that cannot be drawn must not end the process, in which the broker runs too.
    const textFor = (audience: Audience): string => {
      try {
        return draw(audience).map(eventOf).join('')
      } catch (error) {
        failures.push(error)
        return ''
      }
    }
    this.#send((audience) => {
      const key = JSON.stringify(audience)
      const text = texts.get(key) ?? textFor(audience)
      texts.set(key, text)
      return text
    })
    if (failures.length > 0) {
      const error = failures[0] instanceof Error ? failures[0].message : String(failures[0])
      this.#parts.log.warn({ error, audiences: failures.length }, 'changes of a page could not be drawn')
    }
  }

  #takeChanges(): Changes | null {
    const [values, sessions, incidents] = [this.#values, this.#sessions, this.#incidents]
    const summary = sessions.size > 0 || incidents || performance.now() - this.#summaryMs >= SUMMARY_MS
    if (!summary && values.size === 0) return null
    if (summary) this.#summaryMs = performance.now()
    this.#values = new Set()
    this.#sessions = new Set()
    this.#incidents = false
    return { values, sessions, incidents, summary }
  }

  #send(textFor: (audience: Audience) => string): void {
    for (const [reader, { audience }] of this.#readers) {
      if (reader.writableLength <= MAX_WAITING_BYTES) {
        reader.write(textFor(audience))
        continue
      }
      this.#readers.delete(reader)
      reader.destroy()
    }
  }
}
