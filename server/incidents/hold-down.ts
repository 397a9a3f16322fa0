import { isMobile } from './paths.ts'
import type { SessionRules } from './rules.ts'
import type { Patience } from './session.ts'
import type { DeviceState } from './state.ts'
import type { WatchedDevice, World } from './world.ts'

/** So many lonely absences must have been seen before anything is learned from them, and so many are remembered. */
const RECOVERIES_NEEDED = 5
export const RECOVERIES_KEPT = 20

/** Of ten lonely absences nine have ended by then. */
const QUANTILE = 0.9

/** How long the silence of a device is borne. `why` is that of its loss, if one is at hand. */
export function patienceOf(
  world: World,
  rules: SessionRules,
  device: WatchedDevice | undefined,
  known: Readonly<DeviceState>,
  why: 'keepalive' | 'socket' | null,
): Patience {
  const mobile = device !== undefined && isMobile(world, device)
  const wanted = mobile
    ? Math.max(rules.holdDownCellSeconds, learnedSeconds(known.recoveries, rules))
    : rules.holdDownWiredSeconds
  return {
    holdDownSeconds: wanted + (why === 'socket' ? rules.holdDownSocketExtraSeconds : 0),
    // A PC that was to restart may as well have been switched off.
    restartSeconds: device?.kind === 'pc' ? null : rules.holdDownRestartSeconds,
    staleGraceSeconds: rules.staleGraceSeconds,
  }
}

/** How long a device takes that comes back by itself; 0 while too little is known. */
function learnedSeconds(recoveries: DeviceState['recoveries'], rules: SessionRules): number {
  if (recoveries.length < RECOVERIES_NEEDED) return 0
  const sorted = recoveries.map(({ seconds }) => seconds).sort((one, other) => one - other)
  const usual = sorted[Math.floor(QUANTILE * (sorted.length - 1))]!
  return Math.min(usual, rules.holdDownLearnedMaxSeconds)
}
