import type { DeviceId } from '#protocol/ids.ts'
import type { Incident } from '../incidents/incident.ts'
import type { Observation, PlannedCut } from '../incidents/observation.ts'
import type { DeviceFacts, Facts, IncidentFacts, IncidentView, Membership } from './facts.ts'
import { hear } from './heard.ts'
import { pushRow, type Row, rowBefore } from './rows.ts'

/** Adds what an observation says to the facts; they may come in any order, and twice. */
export function observe(facts: Facts, observation: Observation): void {
  const { t } = observation
  switch (observation.type) {
    case 'connected': {
      const { device, boot, previousEnd, keepaliveSeconds } = observation
      add(facts, device, { type: 'connected', t, boot, previousEnd, keepaliveSeconds })
      break
    }
    case 'goodbye':
      add(facts, observation.device, { type: 'goodbye', t, reason: observation.reason })
      break
    case 'lost':
      add(facts, observation.device, { type: 'lost', t, why: observation.why })
      break
    case 'pace':
      add(facts, observation.device, { type: 'pace', t, keepaliveSeconds: observation.keepaliveSeconds })
      break
    case 'power':
      add(facts, observation.device, { type: 'power', t, source: observation.source })
      break
    case 'report':
      addReport(facts, observation)
      break
    case 'platform':
      facts.platform.push({ t, event: observation.event })
      break
    case 'planned':
      addPlan(facts, t, observation)
      break
    // What these say is in the incidents, or says nothing of whether anything ran.
    case 'cell':
    case 'warning':
    case 'acknowledged':
    case 'tick':
  }
}

function addPlan(facts: Facts, knownAt: number, { id, cause, sites, from, to }: PlannedCut): void {
  let versions = own(facts.plans, id)
  if (!versions) {
    versions = []
    facts.plans[id] = versions
  }
  versions.push({ knownAt, plan: { id, cause, sites: [...sites], from, to } })
}

/** Own properties only: `constructor` is a valid device id. */
function own<Value>(record: Record<string, Value>, key: string): Value | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined
}

function deviceFacts(facts: Facts, id: DeviceId): DeviceFacts {
  const known = own(facts.devices, id)
  if (known) return known
  const made: DeviceFacts = { log: [], heard: [], incidents: [] }
  facts.devices[id] = made
  return made
}

function add(facts: Facts, id: DeviceId, row: Row): void {
  pushRow(deviceFacts(facts, id).log, row)
}

function addReport(facts: Facts, report: Extract<Observation, { type: 'report' }>): void {
  const { t, now, clockMs, history } = report
  const device = deviceFacts(facts, report.device)
  hear(device.heard, t)
  if (now) {
    const { boot } = now
    // Whole seconds, as the age is told: a finer start would be a new fact with every report.
    const zero = Math.floor((t - now.uptimeSeconds * 1000) / 1000) * 1000
    const row: Row = { type: 'anchor', t, boot, zero }
    if (!isKnown(device.log, row)) pushRow(device.log, row)
  }
  const aheadMs = clockMs === null ? 0 : clockMs - t
  for (const { boot, fromSeconds, toSeconds, clockMs: clock, end } of history) {
    const from = Math.max(0, fromSeconds)
    const row: Row = {
      type: 'span',
      t,
      boot,
      fromSeconds: from,
      toSeconds: Math.max(from, toSeconds),
      clock: clock === null ? null : clock - aheadMs,
      end,
    }
    if (!isKnown(device.log, row)) pushRow(device.log, row)
  }
}

/** How far back a fact that is told again is looked for; one that is not found is kept twice and harms nothing. */
const LOOK_BACK_ROWS = 8

/** Whether a fact known earlier says all that `row` says. */
function isKnown(log: readonly number[], row: Extract<Row, { type: 'anchor' | 'span' }>): boolean {
  for (let index = log.length, looked = 0; index > 0 && looked < LOOK_BACK_ROWS; looked++) {
    const before = rowBefore(log, index)
    index = before.index
    // Who did not name its boot when it connected names it here.
    if (row.type === 'anchor' && before.row.type === 'connected' && before.row.boot === null) return false
    if (before.row.t <= row.t && saysAll(before.row, row)) return true
  }
  return false
}

function saysAll(one: Row, other: Row): boolean {
  if (one.type === 'anchor' && other.type === 'anchor') {
    return one.boot === other.boot && one.zero <= other.zero
  }
  return (
    one.type === 'span' &&
    other.type === 'span' &&
    one.boot === other.boot &&
    one.fromSeconds === other.fromSeconds &&
    one.toSeconds === other.toSeconds &&
    one.clock === other.clock &&
    one.end === other.end
  )
}

/** Adds what the engine holds of an incident since `t`; for each that `advance` answers as changed. */
export function observeIncident(facts: Facts, t: number, incident: Incident): void {
  let known = own(facts.incidents, incident.id)
  if (!known) {
    known = { views: [], members: {} }
    facts.incidents[incident.id] = known
  }
  noteView(known, t, incident)
  const backAt = new Map(incident.returned.map(({ device, at }) => [device, at]))
  for (const device of incident.devices) {
    const memberships = own(known.members, device)
    const now: Membership = { t, backAt: backAt.get(device) ?? null }
    if (!memberships) {
      known.members[device] = [now]
      deviceFacts(facts, device).incidents.push(incident.id)
    } else if (memberships.at(-1)!.backAt !== now.backAt || memberships.at(-1)!.t > t) {
      insertByTime(memberships, now)
    }
  }
}

function noteView(known: IncidentFacts, t: number, incident: Incident): void {
  const { scope, cause, start, storm, areas, end } = incident
  const view: IncidentView = { t, scope, cause, start: [...start], storm, areas: [...areas], end }
  const last = known.views.at(-1)
  const same =
    last &&
    last.t <= t &&
    last.scope === scope &&
    last.cause === cause &&
    last.storm === storm &&
    last.end === end &&
    last.areas.length === areas.length &&
    last.start[0] === start[0] &&
    last.start[1] === start[1]
  if (!same) insertByTime(known.views, view)
}

function insertByTime<Timed extends { t: number }>(list: Timed[], item: Timed): void {
  const before = list.findLastIndex(({ t }) => t <= item.t)
  list.splice(before + 1, 0, item)
}
