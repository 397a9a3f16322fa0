import { judge } from './judge.ts'
import { isAlwaysOn } from './paths.ts'
import { after, deviceState, incidentOf, ownState, type Step } from './state.ts'

/** Half an hour is soon enough for what should not happen: an enrolment, a removal or a correction in the middle of a loss. */
export const SWEEP_SECONDS = 1800

/** Whoever is away and in nothing's care is judged again. */
export function sweep(step: Step): void {
  const { state, world } = step
  after(step, SWEEP_SECONDS, { kind: 'sweep' })
  for (const device of world.devices()) {
    const known = deviceState(state, device.id)
    if (known.session.state !== 'offline' || !isAlwaysOn(device)) continue
    if (known.incident !== null && !incidentOf(state, known.incident))
      ownState(state, device.id).incident = null
    judge(step, device.id)
  }
}
