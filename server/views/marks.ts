import type { DeviceKind } from '#protocol/ids.ts'
import { type StateMetricName, stateOf } from '#protocol/metrics.ts'
import type { FaultView, MarkName, MarkView, SupportView } from '../../web/view.ts'

export interface Marked {
  kind: DeviceKind
  values: Readonly<Record<string, number>>
  /** When the newest reading was measured, ms since 1970. */
  readAt: number | null
  faults: readonly FaultView[]
  support: SupportView | null
}

const VIETNAM_MS = 7 * 3600_000
const DAY_MS = 24 * 3600_000

/** What of a device needs care although it may run well, the worst first. @param now ms since 1970 */
export function marksOf({ kind, values, readAt, faults, support }: Marked, now: number): MarkView[] {
  const state = (name: StateMetricName): string | null => {
    const value = values[name]
    return value === undefined ? null : stateOf(name, value)
  }
  // A router or a board without an antivirus is as it should be.
  const antivirus = kind === 'pc' ? state('antivirus_state') : null
  // What was counted yesterday says nothing of today.
  const missed = readAt !== null && isSameDay(readAt, now) ? missedBulletins(values) : 0
  const found: [MarkName, boolean | number][] = [
    ['antivirus-none', antivirus === 'none'],
    ['antivirus-off', antivirus === 'off'],
    ['antivirus-stale', antivirus === 'stale'],
    ['disk-failing', state('disk_health') === 'failing'],
    ['amplifier-fault', state('amplifier_state') === 'fault'],
    ['playback-fault', state('playback_state') === 'fault'],
    ['bulletins-missed', missed],
    ['spare-line', state('uplink_carrying') === 'second'],
    ['unsupported', support?.state === 'ended'],
    ['restart-pending', state('pending_reboot') === 'yes'],
    ['not-measured', faults.length],
  ]
  return found
    .filter(([, is]) => is)
    .map(([name, is]) => ({ name, count: typeof is === 'number' ? is : null }))
}

/** Bulletins that were due and not played; the one that is being played counts as played. */
function missedBulletins({ scheduled_today, played_today, playback_state }: Marked['values']): number {
  if (scheduled_today === undefined || played_today === undefined) return 0
  const playing = playback_state !== undefined && stateOf('playback_state', playback_state) === 'playing'
  return Math.max(0, scheduled_today - played_today - (playing ? 1 : 0))
}

const isSameDay = (one: number, other: number): boolean =>
  Math.floor((one + VIETNAM_MS) / DAY_MS) === Math.floor((other + VIETNAM_MS) / DAY_MS)
