import { randomBytes } from 'node:crypto'
import type { AreaId, SiteId } from '#protocol/ids.ts'
import type { PlannedCut } from '../incidents/observation.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { PlanNote } from '../ledger/notice.ts'
import { plannedRecord } from '../ledger/record.ts'
import type { NotedPlan, Notices } from '../projections/notices.ts'
import { type Registry, RegistryError } from '../registry/registry.ts'

export interface PlansParts {
  registry: Pick<Registry, 'area' | 'areas' | 'site' | 'sites'>
  notices: Pick<Notices, 'plan' | 'reached'>
  ledger: Pick<Ledger, 'append'>
  now: () => number
  /** Drawn for the id of each that is entered. */
  number?: () => string
}

export interface NewPlan {
  cause: PlannedCut['cause']
  sites: readonly SiteId[]
  /** With all the sites that lie in them now. */
  areas: readonly AreaId[]
  from: number
  to: number
  reason: string
  owner: string
}

/** What lasts longer is no cut, and a year that was mistyped is found out. */
export const MAX_PLAN_DAYS = 31

const DAY_MS = 24 * 3600_000

/** A time span that is none. */
export class PlanError extends Error {
  override readonly name = 'PlanError'
  readonly statusCode = 422
}

const drawn = (): string => randomBytes(4).toString('hex')

/** Cuts and maintenance that are known beforehand. */
export class Plans {
  readonly #parts: Required<PlansParts>

  constructor(parts: PlansParts) {
    this.#parts = { number: drawn, ...parts }
  }

  /** Resolves when everybody can see it. @throws PlanError or RegistryError saying what was expected */
  async enter(asked: NewPlan): Promise<NotedPlan> {
    const { cause, from, to, reason, owner } = asked
    const { now, number } = this.#parts
    const fault = spanFault(from, to, now())
    if (fault !== null) throw new PlanError(fault)
    const sites = this.#expand(asked)
    if (sites.length === 0) throw new PlanError('sites: expected one at least, got none')
    const id = `P-${number()}`
    return this.#keep({ id, cause, sites, from, to }, { reason: reason.normalize('NFC'), owner })
  }

  /** One that has begun ends now, one that has not is as if it had never been. @returns null when there is none to end */
  async callOff(id: string, owner: string): Promise<NotedPlan | null> {
    const { notices, now } = this.#parts
    const known = notices.plan(id)
    if (!known || known.plan.to <= known.plan.from || known.plan.to <= now()) return null
    const to = Math.max(known.plan.from, now())
    return this.#keep({ ...known.plan, to }, { ...known.note, owner })
  }

  async #keep(plan: PlannedCut, note: PlanNote): Promise<NotedPlan> {
    const { ledger, notices, now } = this.#parts
    const offset = await ledger.append(plannedRecord(now(), plan, note))
    if (offset !== null) await notices.reached(offset)
    return notices.plan(plan.id)!
  }

  #expand({ sites, areas }: NewPlan): SiteId[] {
    const { registry } = this.#parts
    for (const id of sites) {
      if (!registry.site(id)) throw unknown('site', id)
    }
    for (const id of areas) {
      if (!registry.area(id)) throw unknown('area', id)
    }
    const within = registry.sites().filter((site) => this.#liesIn(site.area, areas))
    return [...new Set([...sites, ...within.map(({ id }) => id)])]
  }

  #liesIn(area: AreaId, areas: readonly AreaId[]): boolean {
    const { registry } = this.#parts
    for (let at = registry.area(area); at; at = at.parent === null ? undefined : registry.area(at.parent)) {
      if (areas.includes(at.id)) return true
    }
    return false
  }
}

function unknown(what: string, id: string): RegistryError {
  return new RegistryError('unknown', `${what}: expected the id of a known one, got ${id}`)
}

function spanFault(from: number, to: number, now: number): string | null {
  if (to <= from) return `to: expected a time behind from, ${from}, got ${to}`
  if (to <= now) return `to: expected a time to come, got ${to}`
  if (to - from > MAX_PLAN_DAYS * DAY_MS)
    return `to: expected at most ${MAX_PLAN_DAYS} days behind from, got ${to}`
  return null
}
