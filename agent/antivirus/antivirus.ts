import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stateNumber } from '#protocol/metrics.ts'
import type { Traits } from '#protocol/traits.ts'
import type { Clock } from '../clock.ts'
import type { Collector, Values } from '../collect/collector.ts'
import { replaceFile } from '../durable.ts'
import { type Chances, decodeChances, encodeChances, NO_CHANCES, withChance, withEngines } from './chances.ts'
import { NEW_CLOCK, trustedTime } from './clock-trust.ts'
import { type AntivirusFacts, type AntivirusVerdict, antivirusVerdict, sightOf } from './verdict.ts'

/** In the agent's folder. */
const FILE = 'antivirus.json'

/** How often it looks: signatures change daily, and whoever switches his antivirus off is told of within an hour. */
const EVERY_SECONDS = 900
/** A look that finds the line up counts for the while since the last one: for so long at most, else it slept. */
const LONGEST_CHANCE_MS = EVERY_SECONDS * 1000
/** A flash memory bears 24 writes a day; what is lost by a power cut is an hour of the 24 that blame takes. */
const WRITE_SECONDS = 3600
/** The look on Windows waits for PowerShell, which takes a minute on an old disk. */
const WITHIN_MS = 120_000

export interface AntivirusParts {
  /** The agent's own. */
  folder: string
  /** Whether the line is up: only then can signatures be renewed. */
  lineUp(): boolean
  facts(signal?: AbortSignal): Promise<AntivirusFacts>
  clock: Clock
  withinMs?: number
}

/**
 * Tells how well the machine is protected, and by what. A look that fails costs this collector's metrics only; hours
 * in which signatures could have been renewed are counted all the same.
 */
export function createAntivirusCollector({
  folder,
  lineUp,
  facts,
  clock,
  withinMs,
}: AntivirusParts): Collector {
  const file = join(folder, FILE)
  let chances: Chances | null = null
  let kept = ''
  let keptAtSeconds = Number.NEGATIVE_INFINITY
  let trust = NEW_CLOCK
  let lookedAtSeconds: number | null = null
  let verdict: AntivirusVerdict | null = null

  async function load(): Promise<Chances> {
    const text = await readFile(file, 'utf8').catch(() => '')
    kept = text
    return decodeChances(text) ?? NO_CHANCES
  }

  function chanceSinceLastLook(): number {
    const uptimeSeconds = clock.uptimeSeconds()
    const ms = lookedAtSeconds === null || !lineUp() ? 0 : (uptimeSeconds - lookedAtSeconds) * 1000
    lookedAtSeconds = uptimeSeconds
    return Math.min(ms, LONGEST_CHANCE_MS)
  }

  /** Nothing is written where no engine is on: the flash of a router is spared. */
  async function keep(record: Chances): Promise<void> {
    if (Object.keys(record.seen).length === 0) return
    const text = encodeChances(record)
    if (text === kept || clock.uptimeSeconds() - keptAtSeconds < WRITE_SECONDS) return
    keptAtSeconds = clock.uptimeSeconds()
    // A disk that takes nothing costs what was counted since, when the agent restarts; not the verdict of today.
    await replaceFile(file, text).then(
      () => {
        kept = text
      },
      () => {},
    )
  }

  async function look(signal?: AbortSignal): Promise<AntivirusVerdict> {
    const seen = await facts(signal)
    chances = withEngines(chances ?? NO_CHANCES, sightOf(seen).engines)
    const time = trustedTime(trust, clock)
    trust = time.trust
    return antivirusVerdict(seen, chances, time.nowMs)
  }

  return {
    name: 'antivirus',
    everySeconds: EVERY_SECONDS,
    withinMs: withinMs ?? WITHIN_MS,
    async read(signal): Promise<Values> {
      chances = withChance(chances ?? (await load()), chanceSinceLastLook())
      try {
        verdict = await look(signal)
      } catch (error) {
        verdict = null
        throw error
      } finally {
        await keep(chances)
      }
      return valuesOf(verdict)
    },
    traits(): Traits {
      if (!verdict) return {}
      const { product, mode, why } = verdict
      return {
        ...(product === null ? {} : { antivirus: product }),
        ...(mode === null ? {} : { antivirus_mode: mode }),
        antivirus_why: why,
      }
    },
  }
}

function valuesOf({ state, ageHours }: AntivirusVerdict): Values {
  return {
    antivirus_state: stateNumber('antivirus_state', state),
    ...(ageHours === null ? {} : { antivirus_age_hours: ageHours }),
  }
}
