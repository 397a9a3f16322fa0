import { type Download, download, NO_VERSION, type Version } from './download.ts'
import { type FeedEntry, feedEntries } from './feed-entries.ts'
import type { Outcome, WarningIntake } from './intake.ts'
import { CapError } from './read-cap.ts'
import { readXml, XmlError } from './xml.ts'

interface Log {
  info(data: object, text: string): void
  warn(data: object, text: string): void
}

export interface FeedParts {
  url: URL
  intake: Pick<WarningIntake, 'take' | 'takeElement'>
  now: () => number
  log: Log
}

export interface FeedState {
  url: string
  /** When it last answered, ms since 1970. */
  answeredAt: number | null
  /** Why the last try failed. */
  fault: string | null
}

/** Polls are left out behind a failure: 1, 2, 4, … and at most so many, which with one in five minutes is an hour. */
const MAX_LEFT_OUT = 12

/** Five polls of the largest feed that is read. */
const MAX_REMEMBERED = 1000

/** One address that is asked for warnings again and again; what it lists is read once. */
export class Feed {
  readonly #parts: FeedParts
  readonly #stopping = new AbortController()
  /** Marks of entries that were read, the oldest first. */
  readonly #read = new Set<string>()
  #version: Version = NO_VERSION
  #failures = 0
  #leaveOut = 0
  #answeredAt: number | null = null
  #fault: string | null = null
  #polling: Promise<void> = Promise.resolve()

  constructor(parts: FeedParts) {
    this.#parts = parts
  }

  get state(): FeedState {
    // Without what stands behind the path: it may be a key.
    const { origin, pathname } = this.#parts.url
    return { url: origin + pathname, answeredAt: this.#answeredAt, fault: this.#fault }
  }

  /** Asks now, unless it failed not long ago. */
  poll(): Promise<void> {
    this.#polling = this.#polling.then(() => this.#poll())
    return this.#polling
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#polling
  }

  async #poll(): Promise<void> {
    if (this.#stopping.signal.aborted) return
    if (this.#leaveOut > 0) {
      this.#leaveOut--
      return
    }
    const { url, log, now } = this.#parts
    try {
      await this.#ask()
      if (this.#fault !== null) log.info({ url: this.state.url }, 'warnings: a feed answers again')
      this.#answeredAt = now()
      this.#fault = null
      this.#failures = 0
    } catch (error) {
      if (this.#stopping.signal.aborted) return
      this.#fault = messageOf(error)
      this.#leaveOut = Math.min(2 ** this.#failures++, MAX_LEFT_OUT)
      // The next answer is to be a whole one: not all of this one was read.
      this.#version = NO_VERSION
      log.warn({ url: url.host, error: this.#fault, polls: this.#leaveOut }, 'warnings: a feed failed')
    }
  }

  async #ask(): Promise<void> {
    const answer = await this.#download(this.#parts.url, this.#version)
    if (answer.type === 'unchanged') return
    const faults: unknown[] = []
    for (const entry of feedEntries(readXml(answer.bytes), this.#parts.url)) {
      // One message that cannot be had keeps no other from being read.
      await this.#take(entry).catch((error: unknown) => faults.push(error))
    }
    if (faults.length > 0) throw faults[0]
    this.#version = answer.version
  }

  async #take(entry: FeedEntry): Promise<void> {
    if (entry.type === 'message') {
      await this.#judge('in the feed', () => this.#parts.intake.takeElement(entry.alert))
      return
    }
    if (this.#read.has(entry.mark)) return
    const answer = await this.#download(entry.url, NO_VERSION)
    if (answer.type === 'document') {
      await this.#judge(entry.url.pathname, () => this.#parts.intake.take(answer.bytes))
    }
    this.#remember(entry.mark)
  }

  /** A message that is wrong will be wrong tomorrow: that is said, and it counts as read. */
  async #judge(name: string, take: () => Promise<Outcome>): Promise<void> {
    const { log, url } = this.#parts
    try {
      const result = await take()
      if (result.outcome === 'taken') {
        log.info({ url: url.host, name, id: result.taken.warning.id }, 'warnings: taken from a feed')
      }
    } catch (error) {
      if (!(error instanceof CapError)) throw error
      log.warn({ url: url.host, name, problems: error.problems }, 'warnings: a message of a feed is wrong')
    }
  }

  #remember(mark: string): void {
    this.#read.add(mark)
    const [oldest] = this.#read
    if (this.#read.size > MAX_REMEMBERED && oldest !== undefined) this.#read.delete(oldest)
  }

  #download(url: URL, version: Version): Promise<Download> {
    return download(url, version, this.#stopping.signal)
  }
}

function messageOf(error: unknown): string {
  if (error instanceof XmlError) return `expected a feed or a message, got: ${error.message}`
  const { message, cause } = error as Error & { cause?: { code?: string; message?: string } }
  // What `fetch` itself says is that it failed, and no more.
  return cause?.code ?? cause?.message ?? message
}
