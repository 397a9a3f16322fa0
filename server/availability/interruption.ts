import type { Stretch } from './absence.ts'
import type { Plan } from './plans.ts'

/** In Vietnam as elsewhere what is shorter enters no figure of sustained interruptions (SAIDI) but that of momentary ones. */
export const MOMENTARY_MS = 300_000

/** Announced cuts laid over what was: they excuse what they explain. */
export function underPlans(
  stretches: readonly Stretch[],
  plans: readonly Plan[],
  marginMs: number,
): Stretch[] {
  return plans.reduce<Stretch[]>(
    (current, plan) =>
      plan.cause === 'power' ? underPowerCut(current, plan, marginMs) : underMaintenance(current, plan),
    [...stretches],
  )
}

function isDown({ state }: Stretch): boolean {
  return state === 'down-power' || state === 'down-fault' || state === 'unknown'
}

/** A loss about the announced time belongs to it: to the end if that is on time, else until it should have ended. */
function underPowerCut(stretches: readonly Stretch[], plan: Plan, marginMs: number): Stretch[] {
  const [earliest, latest] = [plan.from - marginMs, plan.to + marginMs]
  let begun: number | null = null
  return stretches.flatMap((stretch, index) => {
    if (!isDown(stretch)) {
      begun = null
      return [stretch]
    }
    begun ??= stretch.from
    if (begun < earliest || begun > latest || stretch.from >= latest) return [stretch]
    const end = stretches.slice(index).findIndex((later) => !isDown(later))
    const over = end === -1 ? stretches.at(-1)!.to : stretches[index + end]!.from
    return split(stretch, stretch.from, over <= latest ? stretch.to : plan.to, excused)
  })
}

function underMaintenance(stretches: readonly Stretch[], plan: Plan): Stretch[] {
  return stretches.flatMap((stretch) =>
    isDown(stretch) || stretch.state === 'up-unreachable'
      ? split(stretch, plan.from, plan.to, (part) => ({ ...part, state: 'maintenance' }))
      : [stretch],
  )
}

function excused(part: Stretch): Stretch {
  return { ...part, state: 'off-planned' }
}

/** `change` for the part of a stretch that lies in [from, to]. */
function split(stretch: Stretch, from: number, to: number, change: (part: Stretch) => Stretch): Stretch[] {
  const start = Math.max(from, stretch.from)
  const end = Math.min(to, stretch.to)
  if (start >= end) return [stretch]
  return [
    { ...stretch, to: start },
    change({ ...stretch, from: start, to: end }),
    { ...stretch, from: end },
  ].filter((part) => part.to > part.from)
}

/** Neighbours that differ in nothing made one. */
export function joined(stretches: readonly Stretch[]): Stretch[] {
  const result: Stretch[] = []
  for (const stretch of stretches) {
    const last = result.at(-1)
    if (last && last.to === stretch.from && isSame(last, stretch)) last.to = stretch.to
    else if (stretch.to > stretch.from) result.push({ ...stretch })
  }
  return result
}

function isSame(one: Stretch, other: Stretch): boolean {
  return (
    one.state === other.state &&
    one.provisional === other.provisional &&
    one.unanchored === other.unanchored &&
    one.incident === other.incident &&
    one.storm === other.storm &&
    one.restart === other.restart
  )
}

/**
 * Which of the stretches, which are in order, are part of a momentary interruption: all between two times of being
 * connected or off when it is short; else, of a longer one, what is down only shortly.
 */
export function momentaryOf(stretches: readonly Stretch[]): boolean[] {
  const momentary = stretches.map(() => false)
  const mark = (matches: (stretch: Stretch) => boolean) => {
    for (let from = 0; from < stretches.length; from++) {
      if (!matches(stretches[from]!)) continue
      let to = from
      while (to + 1 < stretches.length && matches(stretches[to + 1]!)) to++
      const short = stretches[to]!.to - stretches[from]!.from < MOMENTARY_MS
      // The last one may grow.
      if (short && to + 1 < stretches.length) momentary.fill(true, from, to + 1)
      from = to
    }
  }
  mark(isInterruption)
  mark(
    (stretch) => isInterruption(stretch) && stretch.state !== 'up-unreachable' && stretch.state !== 'unknown',
  )
  return momentary
}

function isInterruption({ state, restart }: Stretch): boolean {
  switch (state) {
    case 'up-unreachable':
    case 'down-fault':
    case 'down-power':
    case 'unknown':
      return true
    case 'off-planned':
      return restart
    case 'up-connected':
    case 'maintenance':
      return false
  }
}
