import type { GoodbyeReason } from '#protocol/goodbye.ts'
import type { BootEnd } from '#protocol/hello.ts'
import { areaId, deviceId, siteId } from '#protocol/ids.ts'
import { advance } from '../../server/incidents/engine.ts'
import type { IncidentEvent } from '../../server/incidents/incident.ts'
import type { Observation, Warning } from '../../server/incidents/observation.ts'
import { DEFAULT_RULES } from '../../server/incidents/rules.ts'
import { emptyState } from '../../server/incidents/state.ts'
import type { World } from '../../server/incidents/world.ts'

const VIETNAM_MS = 7 * 3600_000

/** "10:02:30" on 21 June 2026 in Vietnam, "+1 07:30:00" on the day after. */
export function at(clock: string): number {
  const [, days = '0', hours, minutes, seconds] = /^(?:\+(\d+) )?(\d\d):(\d\d):(\d\d)$/.exec(clock)!
  return Date.UTC(2026, 5, 21 + Number(days), Number(hours), Number(minutes), Number(seconds)) - VIETNAM_MS
}

export function clockOf(ms: number): string {
  return new Date(ms + VIETNAM_MS).toISOString().slice(11, 19)
}

type Untimed = Observation extends infer One ? (One extends { t: number } ? Omit<One, 't'> : never) : never

export const tick: Untimed = { type: 'tick' }
export const started: Untimed = { type: 'platform', event: 'started' }
export const stopping: Untimed = { type: 'platform', event: 'stopping' }
export const connected = (
  device: string,
  keepaliveSeconds = 60,
  boot: number | null = null,
  previousEnd: BootEnd | null = null,
  awaySeconds = 0,
): Untimed => ({
  type: 'connected',
  device: deviceId(device),
  boot,
  previousEnd,
  keepaliveSeconds,
  awaySeconds,
})
export const report = (device: string): Untimed => ({
  type: 'report',
  device: deviceId(device),
  now: null,
  clockMs: null,
  history: [],
})
export const acknowledged = (incident: string, by: string): Untimed => ({
  type: 'acknowledged',
  incident,
  by,
})
export const power = (device: string, source: 'battery' | 'mains'): Untimed => ({
  type: 'power',
  device: deviceId(device),
  source,
})
export const cell = (device: string, id: string): Untimed => ({
  type: 'cell',
  device: deviceId(device),
  cell: id,
})
export const silent = (device: string): Untimed => ({
  type: 'lost',
  device: deviceId(device),
  why: 'keepalive',
})
export const cut = (device: string): Untimed => ({ type: 'lost', device: deviceId(device), why: 'socket' })
export const goodbye = (device: string, reason: GoodbyeReason = 'shutdown'): Untimed => ({
  type: 'goodbye',
  device: deviceId(device),
  reason,
})

/** A severe warning over C01, or what else is said of it; `from` and `to` as in "10:02:30". */
export const warned = (id: string, from: string, to: string, changed: Partial<Warning> = {}): Untimed => ({
  ...{ type: 'warning', id, action: 'alert', status: 'actual', severity: 'severe', areas: [areaId('C01')] },
  ...{ onset: at(from), expires: at(to) },
  ...changed,
})
export const planned = (id: string, sites: readonly string[], from: string, to: string): Untimed => ({
  ...{ type: 'planned', id, cause: 'power', sites: sites.map(siteId), from: at(from), to: at(to) },
})

/** One line an event, as in "11:03:00 I1 opened page device R1". */
export function line({ t, incident, event, priority }: IncidentEvent): string {
  return `${clockOf(t)} ${incident.id} ${event} ${priority} ${incident.scope} ${incident.devices.join(' ')}`
}

/** The real engine, told what happens when; each telling answers with what people would hear. */
export function engineStory(world: World) {
  const state = emptyState()
  const events: IncidentEvent[] = []
  return {
    state,
    events,
    tell(clock: string, ...observations: Untimed[]): string[] {
      const now = observations.flatMap(
        (observation) =>
          advance(state, world, DEFAULT_RULES, { ...observation, t: at(clock) } as Observation).events,
      )
      events.push(...now)
      return now.map(line)
    },
  }
}
