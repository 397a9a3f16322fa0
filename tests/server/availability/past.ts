import type { BootEnd } from '#protocol/hello.ts'
import { deviceId, siteId } from '#protocol/ids.ts'
import { emptyFacts, type Facts } from '../../../server/availability/facts.ts'
import { type Figures, figures } from '../../../server/availability/figures.ts'
import { judge } from '../../../server/availability/judge.ts'
import { observe, observeIncident } from '../../../server/availability/observe.ts'
import type { Verdict } from '../../../server/availability/verdict.ts'
import type { Incident } from '../../../server/incidents/incident.ts'
import type { BootSpan, Observation } from '../../../server/incidents/observation.ts'
import { DEFAULT_RULES } from '../../../server/incidents/rules.ts'
import type { World } from '../../../server/incidents/world.ts'
import { smallWorld } from '../../support/small-world.ts'

const VIETNAM_MS = 7 * 3600_000
export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/** "10:02:30" or "10:02" on Monday, 22 June 2026 in Vietnam; "+1 07:30" on the day after. */
export function at(clock: string): number {
  const read = /^(?:([+-]\d+) )?(\d\d):(\d\d)(?::(\d\d))?$/.exec(clock)
  if (!read) throw new Error(`clock: expected "+1 10:02:30", got "${clock}"`)
  const [, days = '0', hours, minutes, seconds = '0'] = read
  return Date.UTC(2026, 5, 22 + Number(days), Number(hours), Number(minutes), Number(seconds)) - VIETNAM_MS
}

/** "+1 07:30:00", without the day on the first. */
export function clockOf(ms: number): string {
  const days = Math.floor((ms - at('00:00')) / DAY)
  const sign = days > 0 ? '+' : ''
  return `${days === 0 ? '' : `${sign}${days} `}${new Date(ms + VIETNAM_MS).toISOString().slice(11, 19)}`
}

/** An office with a router and three PCs, and two poles with loudspeakers. */
export function office(): World {
  return smallWorld({
    S1: {
      name: 'S1',
      devices: {
        R1: 'router',
        ...{ P1: 'pc', P2: 'pc', P3: 'pc' },
        L1: { kind: 'speaker', sim: 'B' },
        L2: { kind: 'speaker', sim: 'B', battery: true },
      },
    },
    S2: { name: 'S2', devices: { R2: { kind: 'router', battery: true }, P4: 'pc' } },
  })
}

type Told = Partial<Omit<BootSpan, 'clockMs'>> & { boot: number; clock?: string }

/** What a centre hears, told by the clock; and what it then holds. */
export function past(world: World = office(), facts: Facts = emptyFacts()) {
  const heard: Observation[] = []
  const incidents: [number, Incident][] = []
  const add = (observation: Observation) => {
    heard.push(observation)
    observe(facts, observation)
  }
  const latest = (to: string): string => clockOf(Math.max(at(to), ...heard.map(({ t }) => t)))
  const told = {
    facts,
    world,
    heard,
    incidents,
    hear(observation: Observation) {
      add(observation)
      return told
    },
    connected(device: string, clock: string, boot: number | null, previousEnd: BootEnd | null = null) {
      const t = at(clock)
      add({ t, type: 'connected', device: deviceId(device), boot, previousEnd, keepaliveSeconds: 60 })
      return told
    },
    /** A report of a boot that began at `since`, which tells of spans in the past, in minutes. */
    report(device: string, clock: string, boot: number, since: string, history: Told[] = []) {
      const t = at(clock)
      const spans = history.map(({ clock: own, ...span }) => ({
        ...{ fromSeconds: 0, toSeconds: 0, end: null },
        ...span,
        clockMs: own === undefined ? null : at(own),
      }))
      const now = { boot, uptimeSeconds: (t - at(since)) / 1000 }
      add({ t, type: 'report', device: deviceId(device), now, clockMs: t, history: spans })
      return told
    },
    /** Connects and reports. */
    boots(device: string, clock: string, boot: number, previousEnd: BootEnd | null, history: Told[] = []) {
      const since = clockOf(at(clock) - 30_000)
      told.connected(device, clock, boot, previousEnd)
      return told.report(device, clockOf(at(clock) + 2000), boot, since, history)
    },
    goodbye(device: string, clock: string, reason: 'shutdown' | 'restart' | 'sleep' | 'service-stop') {
      add({ t: at(clock), type: 'goodbye', device: deviceId(device), reason })
      return told
    },
    lost(device: string, clock: string, why: 'keepalive' | 'socket' = 'keepalive') {
      add({ t: at(clock), type: 'lost', device: deviceId(device), why })
      return told
    },
    power(device: string, clock: string, source: 'battery' | 'mains') {
      add({ t: at(clock), type: 'power', device: deviceId(device), source })
      return told
    },
    platform(clock: string, event: 'started' | 'stopping' | 'unhealthy' | 'healthy') {
      add({ t: at(clock), type: 'platform', event })
      return told
    },
    planned(announced: string, cause: 'power' | 'maintenance', from: string, to: string, id = 'M1') {
      const plan = { id, cause, sites: [siteId('S1')], from: at(from), to: at(to) }
      add({ t: at(announced), type: 'planned', ...plan })
      return told
    },
    incident(clock: string, incident: Incident) {
      incidents.push([at(clock), incident])
      observeIncident(facts, at(clock), incident)
      return told
    },
    /** By default as is held once all has been heard. */
    judged(device: string, from: string, to: string, asOf = latest(to)): Verdict[] {
      return judge(facts, world, DEFAULT_RULES, at(asOf)).verdicts(deviceId(device), at(from), at(to))
    },
    /** "10:00:00 down-power" for each stretch, with ? for provisional, ~ for unanchored and * for momentary. */
    story(device: string, from: string, to: string, asOf = latest(to)): string[] {
      return told.judged(device, from, to, asOf).map((verdict) => {
        const marks = `${verdict.provisional ? '?' : ''}${verdict.unanchored ? '~' : ''}${verdict.momentary ? '*' : ''}`
        return `${clockOf(verdict.from)} ${verdict.state}${marks}`
      })
    },
    figures(devices: string[], from: string, to: string, asOf = latest(to)): Figures {
      const judged = judge(facts, world, DEFAULT_RULES, at(asOf))
      return figures(judged, world, devices.map(deviceId), at(from), at(to))
    },
  }
  return told
}

/** An incident as the engine would hold it. */
export function incident(
  given: Partial<Omit<Incident, 'devices'>> & { devices: string[]; since: string },
): Incident {
  const { devices, since, ...rest } = given
  const start = at(since)
  return {
    ...{ id: 'I1', root: null, scope: 'site', element: 'S1', cause: 'undetermined', state: 'open' },
    ...{ severity: 'major', sites: [], areas: [], returned: [], end: null, storm: null, priority: 'page' },
    ...{ openedAt: start, resolveAt: null, acknowledgedBy: null, acknowledgedAt: null, flapping: false },
    revisions: [],
    start: [start, start],
    devices: devices.map(deviceId),
    ...rest,
  } as Incident
}
