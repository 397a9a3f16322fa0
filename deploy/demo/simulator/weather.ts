import type { ContractLine } from './contract-line.ts'
import { type Random, randomOf } from './random.ts'
import type { Rates } from './rates.ts'
import type { Span } from './span.ts'
import type { SimWorld } from './world.ts'

/** A storm over one commune; `strength` up to 1 scales every chance of damage. */
export interface Passage extends Span {
  commune: string
  strength: number
}

export interface Storm extends Span {
  id: string
  kind: 'typhoon' | 'squall'
  passages: Passage[]
}

export interface Weather {
  storms: Storm[]
  /** In seconds; the simulator moves them onto the calendar. */
  warnings: Warning[]
}

export type Warning = Extract<ContractLine, { type: 'warning' }>

const HOUR = 3600

function passagesOf(kind: Storm['kind'], start: number, world: SimWorld, random: Random): Passage[] {
  const typhoon = kind === 'typhoon'
  const most = Math.min(world.communes.length, typhoon ? 10 : 3)
  const count = random.whole(typhoon ? Math.min(4, most) : 1, most)
  let at = start
  return random
    .shuffled(world.communes)
    .slice(0, count)
    .map(({ id }) => {
      const from = at
      at += typhoon ? random.between(0.3, 2) * HOUR : random.between(0, 0.5) * HOUR
      const lasts = typhoon ? random.between(7, 16) : random.between(0.7, 2.5)
      const strength = typhoon ? random.between(0.5, 1) : random.between(0.15, 0.5)
      return { commune: id, from, to: from + lasts * HOUR, strength }
    })
}

/** Alert, mostly an update that moves the end or the areas, and a cancel when it is over. */
function bulletins(
  warning: Omit<Warning, 't' | 'type' | 'action'>,
  issued: number,
  wholeProvince: readonly string[],
  random: Random,
): Warning[] {
  const alert: Warning = { t: issued, type: 'warning', action: 'alert', ...warning }
  const lines = [alert]
  let last = alert
  if (random.chance(0.6)) {
    const more = random.chance(0.3) ? [random.pick(wholeProvince)] : []
    const t = random.between(issued, warning.onset)
    const expires = warning.expires + random.between(-1, 4) * HOUR
    last = { ...alert, t, action: 'update', expires, areas: [...new Set([...warning.areas, ...more])] }
    lines.push(last)
  }
  if (random.chance(0.7))
    lines.push({ ...last, t: last.expires - random.between(0, 2) * HOUR, action: 'cancel' })
  return lines
}

function warningsOf(storm: Storm, world: SimWorld, rates: Rates, random: Random): Warning[] {
  const typhoon = storm.kind === 'typhoon'
  if (!typhoon && !random.chance(rates.weather.squallWarned)) return []
  const hit = storm.passages.filter(() => !typhoon || random.chance(rates.weather.typhoonWarned))
  if (hit.length === 0) return []
  const communes = world.communes.map(({ id }) => id)
  const beside = typhoon ? random.shuffled(communes).slice(0, random.whole(0, 3)) : []
  const onset = storm.from + random.between(-2, 1) * HOUR
  return bulletins(
    {
      id: `W-${storm.id}`,
      status: 'actual',
      severity: typhoon ? 'extreme' : random.pick(['severe', 'severe', 'moderate'] as const),
      areas: [...new Set([...hit.map(({ commune }) => commune), ...beside])].sort(),
      onset,
      expires: Math.max(...hit.map(({ to }) => to)) + random.between(0, 5) * HOUR,
    },
    Math.max(0, onset - (typhoon ? random.between(6, 30) : random.between(0.3, 2)) * HOUR),
    communes,
    random,
  )
}

function warningsOfNothing(
  prefix: string,
  perYear: number,
  status: Warning['status'],
  world: SimWorld,
  until: number,
  random: Random,
): Warning[] {
  const communes = world.communes.map(({ id }) => id)
  return random.moments(perYear, until).flatMap((onset, i) => {
    const areas = random
      .shuffled(communes)
      .slice(0, random.whole(1, Math.min(6, communes.length)))
      .sort()
    const expires = onset + random.between(6, 24) * HOUR
    const issued = Math.max(0, onset - random.between(1, 12) * HOUR)
    return bulletins(
      { id: `W-${prefix}${i + 1}`, status, severity: 'severe', areas, onset, expires },
      issued,
      communes,
      random,
    )
  })
}

/** Typhoons and squalls of the period, each commune hit in its turn, and what the forecasters say of them. */
export function weatherOf(seed: number, world: SimWorld, rates: Rates, until: number): Weather {
  const random = randomOf(seed, 'weather')
  const kinds = [
    ['typhoon', random.moments(rates.weather.typhoonsPerYear, until)],
    ['squall', random.moments(rates.weather.squallsPerYear, until)],
  ] as const
  const storms = kinds.flatMap(([kind, starts]) =>
    starts.map((start, i): Storm => {
      const passages = passagesOf(kind, start, world, random)
      const to = Math.max(...passages.map((passage) => passage.to))
      return { id: `${kind === 'typhoon' ? 'T' : 'Q'}${i + 1}`, kind, from: start, to, passages }
    }),
  )
  const warnings = [
    ...storms.flatMap((storm) => warningsOf(storm, world, rates, random)),
    ...warningsOfNothing('N', rates.weather.falseWarningsPerYear, 'actual', world, until, random),
    ...warningsOfNothing('E', rates.weather.testWarningsPerYear, 'test', world, until, random),
  ]
  return { storms, warnings: warnings.filter(({ t }) => t >= 0 && t < until).sort((a, b) => a.t - b.t) }
}
