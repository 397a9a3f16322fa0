import { randomBytes } from 'node:crypto'
import type { AreaId } from '#protocol/ids.ts'
import type { NotedWarning, Notices } from '../projections/notices.ts'
import { type Registry, RegistryError } from '../registry/registry.ts'
import type { WarningIntake } from './intake.ts'
import { type Switched, switchedOff, switchedOn } from './switch.ts'

export interface StormsParts {
  registry: Pick<Registry, 'area'>
  notices: Pick<Notices, 'chain' | 'stormAreas'>
  intake: Pick<WarningIntake, 'switch'>
  /** So long before its onset a warning is heeded. */
  leadSeconds: number
  now: () => number
  /** Drawn for the id of each that is switched on. */
  number?: () => string
}

const drawn = (): string => randomBytes(4).toString('hex')

/** The switch for people, and the question where there is a storm. */
export class Storms {
  readonly #parts: Required<StormsParts>

  constructor(parts: StormsParts) {
    this.#parts = { number: drawn, ...parts }
  }

  /** Resolves when everybody can see it. @throws RegistryError when an area is unknown */
  async switchOn(switched: Switched): Promise<NotedWarning> {
    const { registry, notices, intake, now, number } = this.#parts
    const unknown = switched.areas.find((id) => !registry.area(id))
    if (unknown !== undefined) {
      throw new RegistryError('unknown', `area: expected the id of a known one, got ${unknown}`)
    }
    const noted = switchedOn(switched, number(), now())
    await intake.switch(noted)
    return notices.chain(noted.warning.id)!
  }

  /** @returns what has ended, or null when there is no such warning in force */
  async switchOff(id: string, by: string): Promise<NotedWarning | null> {
    const { notices, intake, now } = this.#parts
    const known = notices.chain(id)
    if (!known || known.warning.action === 'cancel' || known.warning.expires <= now()) return null
    await intake.switch(switchedOff(known, by, now()))
    return notices.chain(id)!
  }

  /** Whether a storm is announced, from the moment at which the announcement can be seen, for an area or for one that it lies in. */
  isStorm(area: AreaId): boolean {
    const { registry, notices, leadSeconds, now } = this.#parts
    const struck = notices.stormAreas(now(), leadSeconds)
    if (struck.size === 0) return false
    for (let at = registry.area(area); at; at = at.parent === null ? undefined : registry.area(at.parent)) {
      if (struck.has(at.id)) return true
    }
    return false
  }
}
