import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  changedTraits,
  encodeTraits,
  mergeTraits,
  type NumberedTraits,
  type Traits,
} from '#protocol/traits.ts'
import { TRAITS } from '#protocol/traits-table.ts'
import { replaceFile } from './durable.ts'
import type { Log } from './log.ts'
import { reasonOf } from './reason.ts'

/** What the centre was told last, kept over restarts. */
const FILE = 'traits.json'

/** What wavers costs 200 bytes at most so often: 29 kB a day would be, were it every minute, more than all readings. */
const CALM_MS = 3600_000

/** A technician who has mended what could not be measured waits for that on the page. */
const MENDED_MS = 600_000
const FAULTS = TRAITS.find(({ name }) => name === 'faults')!.number

/** By then every collector has looked once: a server's disks, asked one after another, take four minutes. */
const FIRST_LOOKS_MS = 600_000

export interface TellerParts {
  folder: string
  /** Asked each time; cheap. */
  traits(): Traits
  /** Resolves with whether the centre has it on disk. */
  say(payload: Uint8Array): Promise<boolean>
  now?: () => number
  log: Pick<Log, 'warn'>
}

/**
 * Tells the centre in words what the device is and what of it cannot be measured: once, and what changes again, at most
 * once an hour. What was not heard is told again. What a slow collector has not found yet since the start is not taken
 * back: it would be told twice, and be missing on the device's page for an hour.
 */
export class Teller {
  readonly #parts: TellerParts
  readonly #now: () => number
  #told: Traits = {}
  /** Told in this run, by number: what is found a minute after the start is told at once all the same. */
  readonly #seen = new Set<number>()
  /** Had in this run, by name. */
  readonly #had = new Set<string>()
  #begunMs: number | null = null
  #saidAtMs = Number.NEGATIVE_INFINITY
  #telling = false

  constructor(parts: TellerParts) {
    this.#parts = parts
    this.#now = parts.now ?? (() => performance.now())
  }

  /** A file that cannot be read costs that everything is told again. */
  async start(): Promise<void> {
    try {
      const told: unknown = JSON.parse(await readFile(join(this.#parts.folder, FILE), 'utf8'))
      if (isTraits(told)) this.#told = told
    } catch {
      // Nothing was told, or nobody knows what.
    }
  }

  /** Called at each sample while there is a connection. Never rejects. */
  async look(): Promise<void> {
    const { say, log } = this.#parts
    const changed = changedTraits(this.#present(), this.#told)
    if (changed.size === 0 || this.#telling) return
    const wavers = [...changed.keys()].every((number) => this.#seen.has(number))
    const calmMs = isMended(changed) ? MENDED_MS : CALM_MS
    if (wavers && this.#now() - this.#saidAtMs < calmMs) return
    this.#telling = true
    try {
      if (!(await say(encodeTraits(changed)))) return
      this.#saidAtMs = this.#now()
      for (const number of changed.keys()) this.#seen.add(number)
      this.#told = mergeTraits(this.#told, changed)
      await replaceFile(join(this.#parts.folder, FILE), `${JSON.stringify(this.#told)}\n`)
    } catch (error) {
      log.warn({ reason: reasonOf(error) }, 'traits not told, or not kept as told')
    } finally {
      this.#telling = false
    }
  }

  /** What is had; at first also what was told before this run and nobody may have looked for yet. */
  #present(): Traits {
    const had = this.#parts.traits()
    for (const name of Object.keys(had)) this.#had.add(name)
    this.#begunMs ??= this.#now()
    if (this.#now() - this.#begunMs >= FIRST_LOOKS_MS) return had
    const awaited = Object.entries(this.#told).filter(([name]) => !this.#had.has(name))
    return { ...Object.fromEntries(awaited), ...had }
  }
}

/** Nothing is news but that all can be measured again. */
function isMended(changed: NumberedTraits): boolean {
  return changed.size === 1 && changed.get(FAULTS) === ''
}

function isTraits(value: unknown): value is Traits {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every((text) => typeof text === 'string')
  )
}
