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
  devices: ReadonlySet<DeviceId>
  incidents: boolean
}

export interface LiveStreamParts {
  /** Renders what changed, once a language, for all who read that language. */
  render: (changes: Changes, language: Language) => Fragment[]
  /** Differs after an upgrade, so that an open page loads itself again. */
  version: string
}

/** Changes of one second go out together: a hundred reports at once are one write to each reader. */
const GATHER_MS = 1000

/** Proxies and phones drop a silent stream after a minute or so; a comment line is 3 bytes. */
const HEARTBEAT_MS = 30_000

/** Each open page holds a socket and some kilobytes; a province has fewer people than this looking at once. */
const MAX_READERS = 500

/** A reader that takes nothing is dropped when this much waits for it: it will come back and load the page. */
const MAX_WAITING_BYTES = 262_144

/** Sends changed pieces of the page to whoever has it open, as server-sent events (WHATWG HTML, 9.2). */
export class LiveStream {
  readonly #parts: LiveStreamParts
  readonly #readers = new Map<ServerResponse, Language>()
  #devices = new Set<DeviceId>()
  #incidents = false
  #timers: NodeJS.Timeout[] = []

  constructor(parts: LiveStreamParts) {
    this.#parts = parts
  }

  start(): void {
    this.#timers = [
      setInterval(() => this.#flush(), GATHER_MS),
      setInterval(() => this.#send(() => ':\n\n'), HEARTBEAT_MS),
    ]
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer)
    for (const reader of this.#readers.keys()) reader.end()
    this.#readers.clear()
  }

  deviceChanged(device: DeviceId): void {
    this.#devices.add(device)
  }

  incidentsChanged(): void {
    this.#incidents = true
  }

  /** @returns false when too many are reading already */
  add(reader: ServerResponse, language: Language): boolean {
    if (this.#readers.size >= MAX_READERS) return false
    reader.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    })
    reader.write(`event: hello\ndata: ${this.#parts.version}\n\n`)
    this.#readers.set(reader, language)
    reader.on('close', () => this.#readers.delete(reader))
    return true
  }

  #flush(): void {
    const changes = { devices: this.#devices, incidents: this.#incidents }
    this.#devices = new Set()
    this.#incidents = false
    if (this.#readers.size === 0 || (changes.devices.size === 0 && !changes.incidents)) return
    const rendered = new Map<Language, string>()
    this.#send((language) => {
      const known = rendered.get(language)
      if (known !== undefined) return known
      const fragments = this.#parts.render(changes, language)
      const text = fragments.map((fragment) => `data: ${JSON.stringify(fragment)}\n\n`).join('')
      rendered.set(language, text)
      return text
    })
  }

  #send(textFor: (language: Language) => string): void {
    for (const [reader, language] of this.#readers) {
      if (reader.writableLength > MAX_WAITING_BYTES) reader.destroy()
      else reader.write(textFor(language))
    }
  }
}
