import type { DeviceId } from '#protocol/ids.ts'
import { baseStationOf, numberOf, stateOf } from '#protocol/metrics.ts'
import { awaySeconds, keepaliveOf } from '#protocol/pace.ts'
import type { Report } from '#protocol/report.ts'
import type { BootSpan, Observation } from '../incidents/observation.ts'
import type { Entry } from '../ledger/entry.ts'
import { speaksForAnother } from './readings/values.ts'

type Of<Kind extends Entry['kind']> = Entry & { kind: Kind }

/**
 * A report whose last row was measured no longer ago than this tells the present: it leaves right behind a sample, and a
 * relay holds it for at most a minute. Older ones were kept while nobody could hear, and tell the past too.
 */
const PRESENT_SECONDS = 60

const POWER_SOURCE = numberOf('power_source')
const CELL_ID = numberOf('cell_id')
const PROBED_BOOT = numberOf('probed_boot')
const UPTIME = numberOf('uptime_seconds')

/**
 * What the incident engine is told by one entry of the ledger, all of it at the moment of arrival.
 * @param isProbed whether another speaks for a device
 */
export function observationsOf(entry: Entry, isProbed: (device: DeviceId) => boolean): Observation[] {
  const t = entry.at
  switch (entry.kind) {
    case 'connected':
      return isProbed(entry.device) ? ofProbedConnected(entry) : ofConnected(entry)
    case 'goodbye':
      return [{ t, type: 'goodbye', device: entry.device, reason: entry.goodbye.reason }]
    case 'lost':
      return [ofLost(entry)]
    case 'report':
      return ofReport(entry)
    case 'loss':
    case 'traits':
      return [lives(entry)]
    case 'pace': {
      // A prober's word on how often it tells; how soon it notices is settled when the device is enrolled.
      if (isProbed(entry.device)) return [lives(entry)]
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
function lives({ at, device }: Of<'loss' | 'pace' | 'traits'>): Observation {
  return { t: at, type: 'report', device, now: null, clockMs: null, history: [] }
}

/** Whose prober is away has not failed: nobody looks. */
function ofLost({ at: t, device, why }: Of<'lost'>): Observation {
  if (why === 'unwatched') return { t, type: 'goodbye', device, reason: 'service-stop' }
  return { t, type: 'lost', device, why }
}

/** The boot that its hello tells is the prober's. */
function ofProbedConnected({ at: t, device, keepaliveSeconds }: Of<'connected'>): Observation[] {
  return [{ t, type: 'connected', device, boot: null, previousEnd: null, keepaliveSeconds, awaySeconds: 0 }]
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

function ofReport(entry: Of<'report'>): Observation[] {
  if (speaksForAnother(entry.report)) return ofProbedReport(entry)
  const { at: t, device, age, report } = entry
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

/**
 * What a prober tells of a device. Which boot of it runs only some can say; of the others a report tells no more than
 * that they answered.
 */
function ofProbedReport({ at: t, device, age, report }: Of<'report'>): Observation[] {
  const present = age?.basis === 'monotonic' && age.seconds <= PRESENT_SECONDS
  const [boot, uptimeSeconds] = [newest(report, PROBED_BOOT), newest(report, UPTIME)]
  const known = boot !== null && boot > 0 && uptimeSeconds !== null
  const lasted = report.offsetsSeconds.at(-1)!
  const told: Observation = {
    ...{ t, type: 'report', device },
    now: known && age?.basis === 'monotonic' ? { boot, uptimeSeconds: uptimeSeconds + age.seconds } : null,
    clockMs: null,
    history:
      known && !present
        ? [
            {
              ...{ boot, toSeconds: uptimeSeconds, clockMs: null, end: null },
              fromSeconds: Math.max(0, uptimeSeconds - lasted),
            },
          ]
        : [],
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
  const source = stateOf('power_source', newest(report, POWER_SOURCE) ?? 0)
  if (source === 'mains' || source === 'battery') states.push({ t, type: 'power', device, source })
  const cellId = newest(report, CELL_ID)
  if (cellId !== null && cellId > 0) states.push({ t, type: 'cell', device, cell: baseStationOf(cellId) })
  return states
}

function newest(report: Report, number: number): number | null {
  return report.columns.find(({ metric }) => metric === number)?.values.at(-1) ?? null
}
