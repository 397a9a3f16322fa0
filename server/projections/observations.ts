import { baseStationOf, numberOf, POWER_SOURCES } from '#protocol/metrics.ts'
import { awaySeconds, keepaliveOf } from '#protocol/pace.ts'
import type { Report } from '#protocol/report.ts'
import type { BootSpan, Observation } from '../incidents/observation.ts'
import type { Entry } from '../ledger/entry.ts'

type Of<Kind extends Entry['kind']> = Entry & { kind: Kind }

/**
 * A report whose last row was measured no longer ago than this tells the present: it leaves right behind a sample, and a
 * relay holds it for at most a minute. Older ones were kept while nobody could hear, and tell the past too.
 */
const PRESENT_SECONDS = 60

const POWER_SOURCE = numberOf('power_source')
const CELL_ID = numberOf('cell_id')

/** What the incident engine is told by one entry of the ledger, all of it at the moment of arrival. */
export function observationsOf(entry: Entry): Observation[] {
  const t = entry.at
  switch (entry.kind) {
    case 'connected':
      return ofConnected(entry)
    case 'goodbye':
      return [{ t, type: 'goodbye', device: entry.device, reason: entry.goodbye.reason }]
    case 'lost':
      return [{ t, type: 'lost', device: entry.device, why: entry.why }]
    case 'report':
      return ofReport(entry)
    case 'loss':
      return [lives(entry)]
    case 'pace': {
      const keepaliveSeconds = keepaliveOf(entry.pace)
      if (keepaliveSeconds === null) return [lives(entry)]
      const habit = { keepaliveSeconds, awaySeconds: awaySeconds(entry.pace) }
      return [{ t, type: 'pace', device: entry.device, ...habit }]
    }
    case 'platform':
      return [{ t, type: 'platform', event: entry.event }]
    case 'warning':
      return [{ t, type: 'warning', ...entry.warning }]
    case 'planned':
      return [{ t, type: 'planned', ...entry.plan }]
    case 'acknowledged':
      return [{ t, type: 'acknowledged', incident: entry.incident, by: entry.by }]
  }
}

/** Something of the device came, and says nothing of its boots. */
function lives({ at, device }: Of<'loss' | 'pace'>): Observation {
  return { t: at, type: 'report', device, now: null, clockMs: null, history: [] }
}

/** A hello also anchors the boot in time. */
function ofConnected({ at: t, device, keepaliveSeconds, hello }: Of<'connected'>): Observation[] {
  if (hello === null) {
    return [{ t, type: 'connected', device, boot: null, previousEnd: null, keepaliveSeconds, awaySeconds: 0 }]
  }
  const { boot, uptimeSeconds, previousEnd, pace } = hello
  const habit = { keepaliveSeconds, awaySeconds: awaySeconds(pace) }
  return [
    { t, type: 'connected', device, boot, previousEnd, ...habit },
    { t, type: 'report', device, now: { boot, uptimeSeconds }, clockMs: null, history: [] },
  ]
}

function ofReport({ at: t, device, age, report }: Of<'report'>): Observation[] {
  const { boot, uptimeSeconds } = report
  const runs = age?.basis === 'monotonic'
  const present = runs && age.seconds <= PRESENT_SECONDS
  const lastSeconds = uptimeSeconds + report.offsetsSeconds.at(-1)!
  const told: Observation = {
    ...{ t, type: 'report', device },
    now: runs ? { boot, uptimeSeconds: lastSeconds + age.seconds } : null,
    clockMs:
      age === null || report.clockSeconds === null
        ? null
        : (report.clockSeconds + lastSeconds - uptimeSeconds + age.seconds) * 1000,
    history: present ? [] : [spanOf(report, lastSeconds)],
  }
  return present ? [told, ...statesOf(t, device, report)] : [told]
}

function spanOf({ boot, uptimeSeconds, clockSeconds }: Report, lastSeconds: number): BootSpan {
  const clockMs = clockSeconds === null ? null : clockSeconds * 1000
  return { boot, fromSeconds: uptimeSeconds, toSeconds: lastSeconds, clockMs, end: null }
}

/** What the newest row says of the device's power and cell; that it has said so before is the engine's to know. */
function statesOf(t: number, device: Of<'report'>['device'], report: Report): Observation[] {
  const states: Observation[] = []
  const source = POWER_SOURCES[newest(report, POWER_SOURCE) ?? 0]
  if (source === 'mains' || source === 'battery') states.push({ t, type: 'power', device, source })
  const cellId = newest(report, CELL_ID)
  if (cellId !== null && cellId > 0) states.push({ t, type: 'cell', device, cell: baseStationOf(cellId) })
  return states
}

function newest(report: Report, number: number): number | null {
  return report.columns.find(({ metric }) => metric === number)?.values.at(-1) ?? null
}
