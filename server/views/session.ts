import type { SessionState } from '../../web/view.ts'
import type { Incidents } from '../projections/incidents.ts'
import type { Device } from '../registry/registry.ts'

export interface SessionView {
  session: SessionState
  /** ms since 1970; null of one that was never heard. */
  since: number | null
  /** Its prober is away, so nobody sees it. */
  unwatched: boolean
}

/**
 * What is told of a device's session. One that is probed never says goodbye by itself: when its prober is away it may
 * well run, or not, and to call it switched off would be a guess.
 */
export function sessionView(
  incidents: Pick<Incidents, 'session'>,
  { id, prober }: Pick<Device, 'id' | 'prober'>,
): SessionView {
  const { state, since } = incidents.session(id)
  const unwatched = prober !== null && state === 'goodbye'
  return { session: unwatched ? 'stale' : state, since, unwatched }
}
