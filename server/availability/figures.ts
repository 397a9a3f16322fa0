import type { DeviceId } from '#protocol/ids.ts'
import type { Calendar, World } from '../incidents/world.ts'
import { byDay } from './days.ts'
import { sumOf } from './device-sum.ts'
import type { Judge } from './judge.ts'
import type { Verdict } from './verdict.ts'
import { type Span, workingSpans } from './working-time.ts'

/** A share between 0 and 1: with all that is unknown counted as down, and as up. null: nothing was required. */
export interface Share {
  lower: number | null
  upper: number | null
}

/** Downtime of required time by cause, without what was momentary. */
export interface Downtime {
  powerMs: number
  /** Up, but not to be reached. */
  linkMs: number
  faultMs: number
  unknownMs: number
}

/** Time within the hours in which offices work. */
export interface WorkingFigures {
  requiredMs: number
  upMs: number
  connectedMs: number
  device: Share
  service: Share
}

/** Of one device, or the sum over several: a site, a line, an area. */
export interface Figures {
  devices: number
  totalMs: number
  /** Without what was off on purpose and maintenance that was announced before it began. */
  requiredMs: number
  upMs: number
  connectedMs: number
  /** Up of required time: the device itself. */
  device: Share
  /** Connected of required time: what people have of it. */
  service: Share
  /** Share of the period for which no more history is to be expected. */
  historyComplete: number
  downtime: Downtime
  /** The part of `downtime` in incidents of a storm. */
  stormDowntime: Downtime
  offPlannedMs: number
  maintenanceMs: number
  /** Interruptions shorter than five minutes. */
  momentary: { count: number; ms: number }
  /** Those that began in the period. */
  failures: number
  /** Mean time from a failure to its restoration, over those restored in the period; null: none was. */
  mttrMs: number | null
  /** Up time by failures; null: there was none. */
  mtbfMs: number | null
  /** The same of PCs within the hours in which offices work; null: no PC among them. */
  working: WorkingFigures | null
  /** `downtime` by the days of the calendar that had some, keyed by `2026-06-21`. */
  downMsByDay: Record<string, number>
}

/** What several devices of any place come to from `from` to `to`; a device that the world does not know counts too. */
export function figures(
  judge: Judge,
  world: World,
  devices: Iterable<DeviceId>,
  from: number,
  to: number,
): Figures {
  const calendar = world.calendar()
  const spans = workingSpans(calendar, from, to)
  const total = emptyTotal()
  for (const device of devices) {
    const verdicts = judge.verdicts(device, from, to)
    addDevice(total, verdicts, to - from)
    addDowntime(total, calendar, verdicts)
    if (world.device(device)?.kind === 'pc') {
      total.working ??= { requiredMs: 0, upMs: 0, connectedMs: 0, unknownMs: 0 }
      addTimes(total.working, within(verdicts, spans))
    }
  }
  return finish(total)
}

interface Times {
  requiredMs: number
  upMs: number
  connectedMs: number
  unknownMs: number
}

interface Total extends Times {
  devices: number
  totalMs: number
  /** What there are verdicts of: of a device that came in the middle of the period, the rest of it. */
  judgedMs: number
  provisionalMs: number
  downtime: Downtime
  stormDowntime: Downtime
  offPlannedMs: number
  maintenanceMs: number
  momentary: { count: number; ms: number }
  failures: number
  repaired: { count: number; ms: number }
  working: Times | null
  downMsByDay: Record<string, number>
}

function emptyTotal(): Total {
  return {
    devices: 0,
    totalMs: 0,
    judgedMs: 0,
    requiredMs: 0,
    upMs: 0,
    connectedMs: 0,
    unknownMs: 0,
    provisionalMs: 0,
    downtime: { powerMs: 0, linkMs: 0, faultMs: 0, unknownMs: 0 },
    stormDowntime: { powerMs: 0, linkMs: 0, faultMs: 0, unknownMs: 0 },
    offPlannedMs: 0,
    maintenanceMs: 0,
    momentary: { count: 0, ms: 0 },
    failures: 0,
    repaired: { count: 0, ms: 0 },
    working: null,
    downMsByDay: {},
  }
}

function addDevice(total: Total, verdicts: readonly Verdict[], lengthMs: number): void {
  const sum = sumOf(verdicts)
  total.devices++
  total.totalMs += lengthMs
  total.judgedMs += Object.values(sum.ms).reduce((whole, ms) => whole + ms, 0)
  total.provisionalMs += sum.provisionalMs
  total.offPlannedMs += sum.ms['off-planned']
  total.maintenanceMs += sum.ms.maintenance
  total.momentary.count += sum.momentary.count
  total.momentary.ms += sum.momentary.ms
  total.failures += sum.failures
  total.repaired.count += sum.repaired.count
  total.repaired.ms += sum.repaired.ms
  addTimes(total, verdicts)
}

function addTimes(times: Times, verdicts: readonly Pick<Verdict, 'state' | 'from' | 'to'>[]): void {
  for (const { state, from, to } of verdicts) {
    const ms = to - from
    switch (state) {
      case 'up-connected':
        times.connectedMs += ms
        times.upMs += ms
        break
      case 'up-unreachable':
        times.upMs += ms
        break
      case 'unknown':
        times.unknownMs += ms
        break
      case 'down-fault':
      case 'down-power':
        break
      case 'off-planned':
      case 'maintenance':
        continue
    }
    times.requiredMs += ms
  }
}

function addDowntime(total: Total, calendar: Calendar, verdicts: readonly Verdict[]): void {
  for (const { state, from, to, momentary, storm } of verdicts) {
    const cause = CAUSE_OF[state]
    if (cause === null || momentary) continue
    total.downtime[cause] += to - from
    if (storm !== null) total.stormDowntime[cause] += to - from
    for (const [day, ms] of byDay(calendar, from, to)) {
      total.downMsByDay[day] = (total.downMsByDay[day] ?? 0) + ms
    }
  }
}

const CAUSE_OF: Record<Verdict['state'], keyof Downtime | null> = {
  'up-connected': null,
  'up-unreachable': 'linkMs',
  'down-fault': 'faultMs',
  'down-power': 'powerMs',
  'off-planned': null,
  maintenance: null,
  unknown: 'unknownMs',
}

/** The parts of the verdicts that lie in the spans; both are in order. */
function within(
  verdicts: readonly Verdict[],
  spans: readonly Span[],
): Pick<Verdict, 'state' | 'from' | 'to'>[] {
  const parts: Pick<Verdict, 'state' | 'from' | 'to'>[] = []
  let first = 0
  for (const { state, from, to } of verdicts) {
    while (first < spans.length && spans[first]!.to <= from) first++
    for (let index = first; index < spans.length && spans[index]!.from < to; index++) {
      const span = spans[index]!
      parts.push({ state, from: Math.max(from, span.from), to: Math.min(to, span.to) })
    }
  }
  return parts
}

function finish({ judgedMs, provisionalMs, repaired, working, unknownMs, ...total }: Total): Figures {
  return {
    ...total,
    ...sharesOf({ ...total, unknownMs }),
    historyComplete: judgedMs > 0 ? 1 - provisionalMs / judgedMs : 1,
    mttrMs: repaired.count > 0 ? repaired.ms / repaired.count : null,
    mtbfMs: total.failures > 0 ? total.upMs / total.failures : null,
    working: working && {
      requiredMs: working.requiredMs,
      upMs: working.upMs,
      connectedMs: working.connectedMs,
      ...sharesOf(working),
    },
  }
}

function sharesOf({ requiredMs, upMs, connectedMs, unknownMs }: Times): { device: Share; service: Share } {
  const share = (ms: number): Share =>
    requiredMs > 0
      ? { lower: ms / requiredMs, upper: (ms + unknownMs) / requiredMs }
      : { lower: null, upper: null }
  return { device: share(upMs), service: share(connectedMs) }
}
