import type { End, Goodbye } from './contract-line.ts'
import { credited, type Effect, type OutageKind } from './outage.ts'
import type { Wish } from './people.ts'
import { type Random, randomOf } from './random.ts'
import type { Rates } from './rates.ts'
import { byStart, covers, type Span, union, without } from './span.ts'
import { element, type Troubles } from './troubles.ts'
import type { SimDevice } from './world.ts'

/** One run of a device's operating system. */
export interface Boot extends Span {
  /** As the next boot finds it; null while it runs to the end of the period. */
  end: End | null
  /** What it says before it goes, if it can. */
  goodbye: Goodbye | null
  /** The operating system closes the connection: nobody says goodbye, but the broker knows at once. */
  closesSocket: boolean
}

export interface Life {
  boots: Boot[]
  /** Stretches in which it does not run and should; by what. May overlap. */
  down: Effect[]
  /** When somebody wants it to run; null means always. */
  wishes: readonly Wish[] | null
  /** When its mains are away and its battery carries it. */
  onBattery: Span[]
}

const BOOT_SECONDS = [2, 8] as const
/** Until a clerk has seen that the light is back and has pressed the button. */
const PRESS_AFTER_DIP = [30, 180] as const
const PRESS_AFTER_CUT = [60, 600] as const
const DIP_SECONDS = 60
/** What is off can die; it cannot hang or restart. */
const NEEDS_POWER: ReadonlySet<OutageKind> = new Set(['hang', 'reboot'])

/** The stretches in which the mains of a device are away. */
export function mainsAway(device: SimDevice, troubles: Troubles): Effect[] {
  const office = device.kind === 'speaker' ? [] : troubles.effectsOn(element.mains(device.site.id))
  return [...troubles.effectsOn(element.feeder(device.feeder)), ...office].sort(byStart)
}

/** What is left of mains outages behind a battery that is full when each begins. */
function behindBattery(away: readonly Effect[], batterySeconds: number): Effect[] {
  const empty = union(away).map(({ from, to }) => ({ from: from + batterySeconds, to }))
  return away.flatMap((effect) =>
    empty.flatMap(({ from, to }) => {
      const rest = { ...effect, from: Math.max(effect.from, from), to: Math.min(effect.to, to) }
      return rest.from < rest.to ? [rest] : []
    }),
  )
}

/** How a boot ends that `effect` ends. */
function endBy({ outage }: Effect, rates: Rates, random: Random): Omit<Boot, 'from' | 'to'> {
  if (outage.kind === 'reboot')
    return random.chance(rates.devices.rebootGoodbye)
      ? { end: 'restart', goodbye: 'restart', closesSocket: false }
      : { end: 'unknown', goodbye: null, closesSocket: true }
  const misread = random.chance(rates.devices.endMisread)
  const power = outage.cause !== 'device'
  return { end: power !== misread ? 'power-loss' : 'unknown', goodbye: null, closesSocket: false }
}

function alwaysOn(device: SimDevice, troubles: Troubles, rates: Rates, random: Random, until: number): Life {
  const away = mainsAway(device, troubles)
  const battery = device.batterySeconds
  const power = battery === null ? away : behindBattery(away, battery)
  const unpowered = union(power)
  const faults = troubles
    .effectsOn(element.device(device.id))
    .filter(({ from, outage }) => !(NEEDS_POWER.has(outage.kind) && covers(unpowered, from)))
  const down = [...power, ...faults].sort(byStart)
  const firstCauses = credited(down)
  const boots: Boot[] = []
  let from = 0
  let next = 0
  for (const hole of union(down)) {
    while (firstCauses[next]!.from < hole.from) next++
    if (hole.from > from + 1) boots.push({ from, to: hole.from, ...endBy(firstCauses[next]!, rates, random) })
    from = hole.to + random.between(...BOOT_SECONDS)
  }
  if (from < until) boots.push({ from, to: until, end: null, goodbye: null, closesSocket: false })
  return { boots, down, wishes: null, onBattery: battery === null ? [] : batterySpans(away, battery) }
}

function batterySpans(away: readonly Effect[], batterySeconds: number): Span[] {
  return union(away).map(({ from, to }) => ({ from, to: Math.min(to, from + batterySeconds) }))
}

const WISH_END = {
  shutdown: { end: 'shutdown', goodbye: 'shutdown', closesSocket: false },
  restart: { end: 'restart', goodbye: 'restart', closesSocket: false },
  sleep: { end: 'sleep', goodbye: 'sleep', closesSocket: false },
  plug: { end: 'power-loss', goodbye: null, closesSocket: false },
} as const satisfies Record<Wish['end'], Omit<Boot, 'from' | 'to'>>

function pc(
  device: SimDevice,
  wishes: readonly Wish[],
  troubles: Troubles,
  rates: Rates,
  random: Random,
  until: number,
): Life {
  const press = ({ from, to }: Span) => {
    const [soonest, latest] = to - from < DIP_SECONDS ? PRESS_AFTER_DIP : PRESS_AFTER_CUT
    return random.between(soonest, latest)
  }
  const power = mainsAway(device, troubles).map((effect) => ({ ...effect, to: effect.to + press(effect) }))
  const down = [...power, ...troubles.effectsOn(element.device(device.id))].sort(byStart)
  const holes = union(down)
  const firstCauses = credited(down)
  const boots: Boot[] = []
  for (const wish of wishes)
    for (const { from, to } of without(wish, holes)) {
      const cause = to < wish.to ? firstCauses.find((effect) => effect.from === to) : undefined
      const ends = cause === undefined ? WISH_END[wish.end] : endBy(cause, rates, random)
      if (to >= until) boots.push({ from, to, end: null, goodbye: null, closesSocket: false })
      else if (to - from > 1) boots.push({ from, to, ...ends })
    }
  return { boots, down, wishes, onBattery: [] }
}

/** When a device runs, why it does not, and how each of its boots ends. */
export function lifeOf(
  seed: number,
  device: SimDevice,
  wishes: readonly Wish[] | undefined,
  troubles: Troubles,
  { rates, until }: { rates: Rates; until: number },
): Life {
  const random = randomOf(seed, `life/${device.id}`)
  if (device.kind === 'pc') return pc(device, wishes ?? [], troubles, rates, random, until)
  return alwaysOn(device, troubles, rates, random, until)
}
