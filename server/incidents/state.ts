import type { AreaId, DeviceId, SiteId } from '#protocol/ids.ts'
import type { Evidence } from './evidence.ts'
import type { Incident, IncidentEvent } from './incident.ts'
import type { Interval } from './interval.ts'
import type { PlannedCut } from './observation.ts'
import type { Rules } from './rules.ts'
import type { Session } from './session.ts'
import { type Due, noTimers, schedule, type Timers } from './timers.ts'
import type { World } from './world.ts'

/** An absence of a device. */
export interface Gap {
  loss: Interval
  backAt: number | null
  /** The boot that ran before it. */
  boot: DeviceState['boot']
  /** The first boot that was heard of behind it. */
  bootAfter: number | null
  /** The incident that took the device in it. */
  incident: string | null
}

/** What is remembered of a device. */
export interface DeviceState {
  session: Session
  /** The incident that it is a member of, unless it has been released. */
  incident: string | null
  /** The boot that ran when it was last heard, and when that began by the centre's clock; null: not known. */
  boot: { number: number; startedAt: number | null } | null
  power: { source: 'battery' | 'mains'; since: number } | null
  cell: string | null
  /** The last, so that what comes late can be laid beside it. */
  gap: Gap | null
  /** Its lonely absences that ended by themselves, the newest last: when, how long they lasted, and whether it ran through. */
  recoveries: { at: number; seconds: number; sameBoot: boolean }[]
  /** The last incident that was its alone, which a further loss opens again. */
  ownCase: string | null
}

/** What is remembered of a site. */
export interface SiteState {
  /** When it went dark and came back, the newest last; `backAt` is null while it is dark. */
  nights: { offAt: number; backAt: number | null }[]
  /** Until when it is not missed, since it has been switched off as usual; null: it is not. */
  offUntil: number | null
}

/** What the engine remembers of an incident besides what people are shown. */
export interface Case {
  /** When its device was lost each time, for one that is a single device's. */
  lostAt: number[]
  /** Whether anybody was told of it by a page or a ticket. */
  told: boolean
  /** Whether its end is to be told: a case that was opened again in silence ends in silence. */
  tellEnd: boolean
  /** The absence of a flapping device that was told as its end. */
  deadSince: number | null
  /** What each member has shown of its absence since. */
  evidence: Record<DeviceId, Evidence>
}

export interface Storm {
  id: string
  by: 'warning' | 'incidents'
  areas: AreaId[]
  begins: number
  ends: number
  /** The first incident of the storm in each area: the others are listed under it. */
  roots: Record<AreaId, string>
  /** Incidents that nobody has been told of yet. */
  unlisted: string[]
  digestAt: number | null
  /** Areas whose people it was said that they cannot be warned. */
  unwarned: AreaId[]
}

/** All that the engine remembers: plain JSON, and bounded by the number of devices and of what happened in 16 days. */
export interface EngineState {
  /** Virtual time, ms since 1970: no observation has been later. */
  now: number
  devices: Record<DeviceId, DeviceState>
  sites: Record<SiteId, SiteState>
  /** Those not closed, by id, in the order of opening. */
  incidents: Record<string, Incident>
  cases: Record<string, Case>
  storms: Record<string, Storm>
  plans: Record<string, PlannedCut>
  /** When each area's incidents of a site or more opened, while it matters. */
  openings: Record<AreaId, { at: number; incident: string }[]>
  platform: {
    awaySince: number | null
    /** Not resolved. */
    incident: string | null
    /** Until then those that vanished with most others are waited for; 0: there are none. */
    doubtUntil: number
    /** From then on silence says something again. */
    sureAt: number
    /** Of the last minutes. */
    losses: number[]
  }
  timers: Timers
  /** How many incidents were ever opened, and how many storms nobody announced. */
  opened: number
  stormsFound: number
  /** How many observations came of devices that the world does not know, by their id. */
  unknown: Record<DeviceId, number>
}

/** One step of the engine: what it works on and what it has found so far. */
export interface Step {
  state: EngineState
  world: World
  rules: Rules
  events: IncidentEvent[]
  /** Devices whose session came into another state. */
  turned: Set<DeviceId>
  /** Incidents whose record is another now. */
  changed: Set<string>
  /** Those of them that the state has forgotten. */
  closed: Map<string, Incident>
}

export function emptyState(): EngineState {
  return {
    now: 0,
    devices: {},
    sites: {},
    incidents: {},
    cases: {},
    storms: {},
    plans: {},
    openings: {},
    platform: { awaySince: null, incident: null, doubtUntil: 0, sureAt: 0, losses: [] },
    timers: noTimers(),
    opened: 0,
    stormsFound: 0,
    unknown: {},
  }
}

const NEW: Readonly<DeviceState> = Object.freeze({
  session: Object.freeze({ state: 'new' as const }),
  incident: null,
  boot: null,
  power: null,
  cell: null,
  gap: null,
  recoveries: Object.freeze([]) as unknown as DeviceState['recoveries'],
  ownCase: null,
})

/** Own properties only: `constructor` is a valid device id. */
export function deviceState(state: EngineState, id: DeviceId): Readonly<DeviceState> {
  return Object.hasOwn(state.devices, id) ? state.devices[id]! : NEW
}

/** The device's state, to be changed. */
export function ownState(state: EngineState, id: DeviceId): DeviceState {
  if (!Object.hasOwn(state.devices, id)) state.devices[id] = { ...NEW, recoveries: [] }
  return state.devices[id]!
}

export function siteState(state: EngineState, id: SiteId): SiteState {
  if (!Object.hasOwn(state.sites, id)) state.sites[id] = { nights: [], offUntil: null }
  return state.sites[id]!
}

export function incidentOf(state: EngineState, id: string | null): Incident | undefined {
  return id !== null && Object.hasOwn(state.incidents, id) ? state.incidents[id] : undefined
}

export function countUnknown(state: EngineState, id: DeviceId): void {
  state.unknown[id] = (Object.hasOwn(state.unknown, id) ? state.unknown[id]! : 0) + 1
}

/** Brings `due` up `seconds` from now. */
export function after({ state }: Step, seconds: number, due: Due): number {
  const at = state.now + seconds * 1000
  schedule(state.timers, at, due)
  return at
}
