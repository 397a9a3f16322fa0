import type { Life } from './life.ts'
import { credited, type Effect, type Outage } from './outage.ts'
import { firstEndingAfter, type Span, union, without } from './span.ts'

export const STATES = ['up-connected', 'up-unreachable', 'down-power', 'down-fault', 'off-planned'] as const
export type State = (typeof STATES)[number]

export interface Piece extends Span {
  state: State
  outage: Outage | null
}

/** Seconds in each state over the period, and the faults that took five minutes and more. */
export interface States {
  upConnectedSeconds: number
  upUnreachableSeconds: number
  downPowerSeconds: number
  downFaultSeconds: number
  offPlannedSeconds: number
  failures: number
  repairSeconds: number
}

/** A shorter loss is momentary and no failure. */
const MOMENTARY_SECONDS = 300

function stateBy(outage: Outage): State {
  switch (outage.cause) {
    case 'power':
      return 'down-power'
    case 'device':
      return 'down-fault'
    case 'planned':
    case 'user':
    case 'link':
    case 'platform':
      return 'off-planned'
  }
}

/** The period of one device cut into states, in order and without a gap. */
export function partitionOf({ life, dark }: { life: Life; dark: readonly Effect[] }, until: number): Piece[] {
  const pieces: Piece[] = []
  const add = (from: number, to: number, state: State, outage: Outage | null = null) => {
    const last = pieces.at(-1)
    if (to <= from) return
    if (last !== undefined && last.state === state && last.outage === outage) last.to = to
    else pieces.push({ from, to, state, outage })
  }
  const causes = credited(life.down)
  /** Boots and clerks take their seconds: what darkened the device last keeps them. */
  const notRunning = (gap: Span) => {
    let reached = gap.from
    let state: State = 'off-planned'
    let by: Outage | null = null
    for (let i = firstEndingAfter(causes, gap.from); i < causes.length && causes[i]!.from < gap.to; i++) {
      const { from, to, outage } = causes[i]!
      add(reached, Math.min(from, gap.to), state, by)
      reached = Math.max(reached, from)
      by = outage
      state = stateBy(outage)
      add(reached, Math.min(to, gap.to), state, by)
      reached = Math.min(to, gap.to)
    }
    if (life.wishes === null) add(reached, gap.to, state, by)
    else add(reached, gap.to, 'off-planned')
  }
  const away = (gap: Span) => {
    if (life.wishes === null) return notRunning(gap)
    let reached = gap.from
    for (let i = firstEndingAfter(life.wishes, gap.from); i < life.wishes.length; i++) {
      const wish = life.wishes[i]!
      if (wish.from >= gap.to) break
      add(reached, wish.from, 'off-planned')
      const wanted = { from: Math.max(wish.from, gap.from), to: Math.min(wish.to, gap.to) }
      notRunning(wanted)
      reached = wanted.to
    }
    add(reached, gap.to, 'off-planned')
  }
  const unreachable = union(dark)
  let reached = 0
  for (const boot of life.boots) {
    away({ from: reached, to: boot.from })
    let at = boot.from
    for (const up of without(boot, unreachable, firstEndingAfter(unreachable, boot.from))) {
      add(at, up.from, 'up-unreachable')
      add(up.from, up.to, 'up-connected')
      at = up.to
    }
    add(at, boot.to, 'up-unreachable')
    reached = boot.to
  }
  away({ from: reached, to: until })
  return pieces
}

/** The totals of a device's partition. A fault that lasts over several working days of a PC is one failure. */
export function statesOf(one: { life: Life; dark: readonly Effect[] }, until: number): States {
  const seconds: Record<State, number> = {
    ...{ 'up-connected': 0, 'up-unreachable': 0, 'down-power': 0, 'down-fault': 0, 'off-planned': 0 },
  }
  const faults = new Map<Outage, number>()
  for (const { from, to, state, outage } of partitionOf(one, until)) {
    seconds[state] += to - from
    if (state === 'down-fault') faults.set(outage!, (faults.get(outage!) ?? 0) + to - from)
  }
  const repairs = [...faults.values()].filter((lasted) => lasted >= MOMENTARY_SECONDS)
  return {
    upConnectedSeconds: seconds['up-connected'],
    upUnreachableSeconds: seconds['up-unreachable'],
    downPowerSeconds: seconds['down-power'],
    downFaultSeconds: seconds['down-fault'],
    offPlannedSeconds: seconds['off-planned'],
    failures: repairs.length,
    repairSeconds: repairs.reduce((sum, lasted) => sum + lasted, 0),
  }
}
