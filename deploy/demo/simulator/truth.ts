import type { Kind } from './contract-line.ts'
import type { Life } from './life.ts'
import {
  credited,
  type Effect,
  type Outage,
  type OutageCause,
  type OutageKind,
  type OutageScope,
} from './outage.ts'
import { byStart, type Span } from './span.ts'
import { type States, statesOf } from './states.ts'
import type { SimDevice } from './world.ts'

/** A stretch in which this outage and nothing before it kept a device that was wanted away from the centre. */
export interface Blackout {
  device: string
  /** Milliseconds since 1970 UTC. */
  from: number
  to: number
}

/**
 * What the centre should make of an outage. `alertable`: a device that somebody wanted was away for ten minutes and
 * more by it alone; `neutral`: three to ten minutes, or nothing that could be known: a message is neither right nor
 * wrong; `pc`: one PC that died, a matter for the digest; `platform`: the centre's own; `silent`: say nothing.
 */
export type Duty = 'alertable' | 'neutral' | 'pc' | 'platform' | 'silent'

export interface TrueIncident {
  id: string
  /** Outages of one storm in one commune share a root; any other is its own. */
  root: string
  kind: OutageKind
  cause: OutageCause
  scope: OutageScope
  element: string
  commune: string | null
  storm: string | null
  duty: Duty
  /** Milliseconds since 1970 UTC. */
  start: number
  end: number
  /** Only stretches of three minutes and more. */
  blackouts: Blackout[]
  /** The sites that were told of it beforehand; a device elsewhere goes without warning. */
  announcedSites: readonly string[]
  /** Devices that its loss of mains put on their battery. */
  onBattery: Blackout[]
}

export interface TrueDevice {
  device: string
  kind: Kind
  site: string
  commune: string
  wired: boolean
  /** The caretaker of its site cuts the mains by night. */
  nightCut: boolean
  states: States
}

export interface TrueStorm {
  id: string
  kind: 'typhoon' | 'squall'
  start: number
  end: number
  passages: { commune: string; from: number; to: number }[]
}

export interface Truth {
  from: number
  to: number
  incidents: TrueIncident[]
  devices: TrueDevice[]
  storms: TrueStorm[]
}

/** One device as the simulator made it. */
export interface Lived {
  device: SimDevice
  life: Life
  /** When its line or the centre is away, by what. May overlap. */
  dark: readonly Effect[]
  mainsAway: readonly Effect[]
}

const ALERTABLE_SECONDS = 600
const NEUTRAL_SECONDS = 180
/** The centre allows a plan 30 minutes and waits another 15 before it speaks of an overrun. */
const OVERRUN_ALLOWED_SECONDS = 45 * 60
const OVERRUN_SURE_SECONDS = OVERRUN_ALLOWED_SECONDS + 10 * 60

/** The stretches of `effects` in which somebody wanted the device, each credited to what was there first. */
export function blackoutsOf({ life, dark }: Pick<Lived, 'life' | 'dark'>): Effect[] {
  const pieces = credited([...life.down, ...dark])
  const wanted: Effect[] = []
  if (life.wishes === null) wanted.push(...pieces)
  else {
    let first = 0
    for (const wish of life.wishes) {
      while (first < pieces.length && pieces[first]!.to <= wish.from) first++
      for (let i = first; i < pieces.length && pieces[i]!.from < wish.to; i++) {
        const { from, to, outage } = pieces[i]!
        wanted.push({ outage, from: Math.max(from, wish.from), to: Math.min(to, wish.to) })
      }
    }
  }
  return joined(wanted)
}

/** Neighbours of one outage that touch, as one. */
function joined(effects: Effect[]): Effect[] {
  const whole: Effect[] = []
  for (const effect of effects) {
    const last = whole.at(-1)
    if (last !== undefined && last.outage === effect.outage && effect.from <= last.to) last.to = effect.to
    else whole.push({ ...effect })
  }
  return whole
}

function dutyOf(outage: Outage, blackouts: readonly Span[], kinds: ReadonlySet<Kind>): Duty {
  const longest = Math.max(0, ...blackouts.map(({ from, to }) => to - from))
  switch (outage.cause) {
    case 'platform':
      return 'platform'
    case 'user':
      // The caretaker was not back when an office works: asking after it is neither right nor wrong.
      return outage.kind === 'late-return' ? 'neutral' : 'silent'
    case 'planned':
      return 'silent'
    case 'power':
    case 'link':
    case 'device':
      if (outage.kind === 'overrun' && longest < OVERRUN_SURE_SECONDS)
        return longest >= NEUTRAL_SECONDS ? 'neutral' : 'silent'
      if (outage.kind === 'dead' && kinds.has('pc')) return 'pc'
      if (longest >= ALERTABLE_SECONDS) return 'alertable'
      if (longest >= NEUTRAL_SECONDS) return 'neutral'
      return outage.cause === 'power' && outage.to - outage.from >= NEUTRAL_SECONDS ? 'neutral' : 'silent'
  }
}

/** The record of what really happened, from what was made to happen. */
export function truthOf(
  lived: readonly Lived[],
  outages: readonly Outage[],
  announcedSites: ReadonlyMap<string, readonly string[]>,
  { startMs, until }: { startMs: number; until: number },
): Pick<Truth, 'incidents' | 'devices'> {
  const ms = (seconds: number) => startMs + Math.round(seconds * 1000)
  const byOutage = new Map<
    Outage,
    { blackouts: Blackout[]; onBattery: Blackout[]; kinds: Set<Kind>; spans: Span[] }
  >()
  const recordOf = (outage: Outage) => {
    const known = byOutage.get(outage)
    if (known) return known
    const fresh = { blackouts: [], onBattery: [], kinds: new Set<Kind>(), spans: [] }
    byOutage.set(outage, fresh)
    return fresh
  }
  for (const one of lived) {
    const device = one.device.id
    for (const { from, to, outage } of blackoutsOf(one)) {
      if (to - from < NEUTRAL_SECONDS) continue
      const record = recordOf(outage)
      record.blackouts.push({ device, from: ms(from), to: ms(to) })
      record.spans.push({ from, to })
      record.kinds.add(one.device.kind)
    }
    if (one.device.batterySeconds === null) continue
    for (const { from, to, outage } of one.mainsAway)
      if (to - from >= NEUTRAL_SECONDS)
        recordOf(outage).onBattery.push({ device, from: ms(from), to: ms(to) })
  }
  const incidents = outages.map((outage): TrueIncident => {
    const { blackouts, onBattery, kinds, spans } = recordOf(outage)
    return {
      id: outage.id,
      root: outage.storm === null ? outage.id : `${outage.storm}/${outage.commune}`,
      ...{ kind: outage.kind, cause: outage.cause, scope: outage.scope, element: outage.element },
      ...{ commune: outage.commune, storm: outage.storm, duty: dutyOf(outage, spans, kinds) },
      ...{ start: ms(outage.from), end: ms(outage.to) },
      announcedSites: announcedSites.get(outage.id) ?? [],
      blackouts: blackouts.sort(byStart),
      onBattery: onBattery.sort(byStart),
    }
  })
  const devices = lived.map(
    (one): TrueDevice => ({
      device: one.device.id,
      kind: one.device.kind,
      site: one.device.site.id,
      commune: one.device.site.commune.id,
      wired: one.device.kind !== 'speaker' && one.device.site.uplinks[0]!.medium !== 'cell',
      nightCut: one.device.site.nightCut,
      states: statesOf(one, until),
    }),
  )
  return { incidents: incidents.sort((a, b) => a.start - b.start), devices }
}
