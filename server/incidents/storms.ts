import type { AreaId } from '#protocol/ids.ts'
import type { Warning } from './observation.ts'
import type { Step, Storm } from './state.ts'
import { schedule } from './timers.ts'
import type { World } from './world.ts'

/** A storm changes how incidents are grouped and told, and never what is seen. */

/** A warning of the weather service, or of a person: only one that is meant and severe changes anything. */
export function noteWarning(step: Step, warning: Warning): void {
  const { state, rules } = step
  const { id, action, status, severity, areas, onset, expires } = warning
  if (status === 'test') return
  const known = Object.hasOwn(state.storms, id) ? state.storms[id]! : null
  const counts = action !== 'cancel' && (severity === 'severe' || severity === 'extreme')
  if (!counts) {
    if (known) setEnd(step, known, Math.min(known.ends, state.now))
    return
  }
  const begins = onset - rules.stormLeadSeconds * 1000
  const storm: Storm = known ?? {
    ...{ id, by: 'warning', begins, ends: expires, areas: [], roots: {}, unlisted: [] },
    ...{ digestAt: null, unwarned: [] },
  }
  storm.areas = [...areas]
  storm.begins = begins
  state.storms[id] = storm
  setEnd(step, storm, expires)
  schedule(state.timers, Math.max(begins, state.now), { kind: 'storm-begin', storm: id })
}

export function setEnd({ state, rules }: Step, storm: Storm, ends: number): void {
  storm.ends = ends
  schedule(state.timers, tailOf(storm, rules.stormTailSeconds), { kind: 'storm-tail', storm: storm.id })
}

export const tailOf = ({ ends }: Storm, tailSeconds: number): number => ends + tailSeconds * 1000

/** The storm that is over an area now: a warning before what the engine has found, and of several the first. */
export function stormOver(where: Pick<Step, 'state' | 'world'>, area: AreaId): Storm | null {
  return stormsOver(where, area)[0] ?? null
}

export function stormsOver({ state, world }: Pick<Step, 'state' | 'world'>, area: AreaId): Storm[] {
  const over = Object.values(state.storms).filter(
    ({ begins, ends, areas }) => begins <= state.now && ends >= state.now && isUnder(world, area, areas),
  )
  const order = ({ by, begins }: Storm): number => (by === 'warning' ? 0 : 1e15) + begins
  return over.sort((one, other) => order(one) - order(other))
}

function isUnder(world: World, area: AreaId, above: readonly AreaId[]): boolean {
  const seen = new Set<AreaId>()
  for (let at: AreaId | null = area; at !== null && !seen.has(at); at = world.area(at)?.parent ?? null) {
    if (above.includes(at)) return true
    seen.add(at)
  }
  return false
}
