import type { Rules } from '../incidents/rules.ts'
import { type Death, endOf, isSudden } from './deaths.ts'
import type { Life } from './lives.ts'
import { type Outage, outageOf } from './membership.ts'
import { powerCutOf } from './power-cut.ts'
import type { SiteView } from './site-view.ts'
import { isSwitchOff } from './switch-off.ts'
import { alwaysOn, type Timeline } from './timeline.ts'
import type { VerdictState } from './verdict.ts'

/** A stretch of one state, before announced cuts are laid over it. */
export interface Stretch {
  state: VerdictState
  from: number
  to: number
  provisional: boolean
  unanchored: boolean
  incident: string | null
  storm: string | null
  /** It stopped to start again: off on purpose, but an interruption all the same. */
  restart: boolean
}

/** What was between a life and the next, when the device did not run. */
export function absenceBetween(site: SiteView, rules: Rules, timeline: Timeline, index: number): Stretch[] {
  const life = timeline.lives[index]!
  const next = timeline.lives[index + 1]!
  const [at, until] = [life.to, next.from]
  const outage = outageOf(timeline.outages, at, until)
  const make = maker(
    outage,
    !historyIsIn(rules, timeline, index, site.asOf),
    life.unanchored || next.unanchored,
  )
  const end = endOf(life)
  if (isUnwatched(timeline, end)) return [make('unknown', at, until)]
  if (end !== null && !isSudden({ end })) return onPurpose(rules, timeline, end, at, until, make)

  // It never said which boot it runs: nobody knows whether this is another.
  if (life.key === null || next.key === null) {
    return byIncidents(rules, timeline, at, until, site.asOf <= until + rules.historySeconds * 1000)
  }

  const death: Death = { timeline, index, at, until, end: end ?? 'unknown' }
  if (isSwitchOff(site, rules, timeline, death)) return [make('off-planned', at, until)]
  const cut = powerCutOf(site, rules, death)
  if (!alwaysOn(timeline)) {
    // Its user has pulled the plug, or did not come back when the power did.
    if (!cut) return [make('off-planned', at, until)]
    return [make('down-power', at, cut.backAt), make('off-planned', cut.backAt, until)]
  }
  if (!cut) return [make('down-fault', at, until)]
  // Long after the others have returned it is not the power any more that keeps it away.
  if (until - cut.backAt <= rules.residualSeconds * 1000) return [make('down-power', at, until)]
  return [make('down-power', at, cut.backAt), make('down-fault', cut.backAt, until)]
}

/** Whoever asks it stopped asking: nobody knows what it did then. */
const isUnwatched = ({ probed }: Timeline, end: ReturnType<typeof endOf>): boolean =>
  probed && end === 'service-stop'

type Make = (state: VerdictState, from: number, to: number, restart?: boolean) => Stretch

function maker(outage: Outage | null, provisional: boolean, unanchored: boolean): Make {
  return (state, from, to, restart = false) => ({
    state,
    from,
    to,
    provisional,
    unanchored,
    // Who was off anyway was not out because of anything.
    incident: state === 'off-planned' ? null : (outage?.incident ?? null),
    storm: state === 'off-planned' ? null : (outage?.storm ?? null),
    restart,
  })
}

function onPurpose(
  rules: Rules,
  timeline: Timeline,
  end: string,
  at: number,
  until: number,
  make: Make,
): Stretch[] {
  if (end !== 'restart') return [make('off-planned', at, until)]
  const hangs = alwaysOn(timeline) && until - at > rules.holdDownRestartSeconds * 1000
  return [make(hangs ? 'down-fault' : 'off-planned', at, until, true)]
}

/** Whether all has been told that will be: the boot's own account, since the return, and no boot is missing. */
function historyIsIn(rules: Rules, timeline: Timeline, index: number, asOf: number): boolean {
  const life = timeline.lives[index]!
  const next = timeline.lives[index + 1]!
  const heard = timeline.lives.slice(index + 1).find(({ sessions }) => sessions.length > 0)
  const returned = heard?.sessions[0]?.from ?? next.to
  if (asOf > returned + rules.historySeconds * 1000) return true
  if (life.key === null || next.key !== life.key + 1) return false
  const end = endOf(life)
  const goodbye = life.sessions.at(-1)?.end.by === 'goodbye' && end !== null && !isSudden({ end })
  return goodbye || (end !== null && life.toldAt !== null && life.toldAt >= returned)
}

/** What is held of a device since its last word, until `site.asOf`. */
export function absenceSince(site: SiteView, rules: Rules, timeline: Timeline, life: Life): Stretch[] {
  const [at, until] = [life.to, site.asOf]
  const last = life.sessions.at(-1)
  const provisional = until <= at + rules.historySeconds * 1000
  const make = maker(outageOf(timeline.outages, at, until), provisional, life.unanchored)
  const end = endOf(life)
  if (isUnwatched(timeline, end)) return [make('unknown', at, until)]
  if (end !== null && !isSudden({ end })) {
    return onPurpose(
      rules,
      timeline,
      end,
      at,
      until,
      last?.end.by === 'goodbye' && end !== 'restart' ? said(make) : make,
    )
  }
  if (isSwitchOff(site, rules, timeline, { at, until: Number.POSITIVE_INFINITY })) {
    return [make('off-planned', at, until)]
  }
  const backAt = powerBackAt(site, rules, timeline, life)
  if (backAt !== null) {
    return [make('down-power', at, backAt), ...byIncidents(rules, timeline, backAt, until, provisional)]
  }
  return byIncidents(rules, timeline, at, until, provisional)
}

/** Its own word: nothing more is waited for. */
function said(make: Make): Make {
  return (...given) => ({ ...make(...given), provisional: false })
}

/** Others of the site have shown that the mains failed when this one was lost: until when; null: they have not. */
function powerBackAt(site: SiteView, rules: Rules, timeline: Timeline, life: Life): number | null {
  const loss = life.sessions.at(-1)?.loss
  if (!loss || timeline.battery) return null
  const withinMs = rules.coDeathSeconds * 1000
  const halfMs = (loss[1] - loss[0]) / 2
  const cut = site
    .deathsNear((loss[0] + loss[1]) / 2, withinMs + halfMs)
    .filter(({ timeline: other }) => (other.kind === 'speaker') === (timeline.kind === 'speaker'))
    .map((death) => ({ death, cut: powerCutOf(site, rules, death) }))
    .filter(({ cut }) => cut !== null)
  // One that died alone speaks only for itself.
  if (cut.length < 2) return null
  return Math.max(life.to, Math.min(...cut.map((each) => each.cut!.backAt)))
}

/** Before its own history is in the incidents say what it probably was. */
function byIncidents(
  rules: Rules,
  timeline: Timeline,
  from: number,
  to: number,
  provisional: boolean,
): Stretch[] {
  const stretches: Stretch[] = []
  let at = from
  for (const outage of timeline.outages) {
    const start = Math.max(at, outage.from)
    const end = Math.min(to, outage.to)
    if (start >= end) continue
    if (start > at) stretches.push(maker(null, provisional, false)('unknown', at, start))
    stretches.push(maker(outage, provisional, false)(likely(rules, timeline, outage, from), start, end))
    at = end
  }
  if (at < to) stretches.push(maker(null, provisional, false)('unknown', at, to))
  return stretches
}

function likely(rules: Rules, timeline: Timeline, outage: Outage, lostAt: number): VerdictState {
  switch (outage.cause) {
    case 'power':
      // A battery may hold while the line or the base station is gone.
      if (timeline.battery) return 'unknown'
      // Without one it dies with the mains or not at all: what is lost later has lost its base station.
      return lostAt > outage.start[1] + rules.lateMemberSeconds * 1000 ? 'up-unreachable' : 'down-power'
    case 'link':
      return 'up-unreachable'
    case 'device':
      return alwaysOn(timeline) ? 'down-fault' : 'unknown'
    case 'undetermined':
    case 'platform':
      return 'unknown'
  }
}
