import type { DeviceId } from '#protocol/ids.ts'
import type { Cause, Scope } from '../incidents/incident.ts'
import type { Interval } from '../incidents/interval.ts'
import type { Facts, IncidentFacts } from './facts.ts'
import type { StormOf } from './storm-time.ts'

/** A time in which a device was out as part of an incident, as was held at the moment of looking. */
export interface Outage {
  incident: string
  scope: Scope
  cause: Cause
  start: Interval
  storm: string | null
  from: number
  /** Infinity while it lasts. */
  to: number
  /** When the incident was over; Infinity while it lasts. */
  over: number
}

/** The outages of a device as far as was known at `asOf`, in order of their beginning. */
export function outagesOf(facts: Facts, device: DeviceId, stormOf: StormOf, asOf: number): Outage[] {
  const ids = Object.hasOwn(facts.devices, device) ? facts.devices[device]!.incidents : []
  return ids
    .flatMap((id) => outagesIn(id, facts.incidents[id]!, device, stormOf, asOf))
    .sort((one, other) => one.from - other.from || (one.incident < other.incident ? -1 : 1))
}

function outagesIn(
  id: string,
  known: IncidentFacts,
  device: DeviceId,
  stormOf: StormOf,
  asOf: number,
): Outage[] {
  const view = known.views.findLast(({ t }) => t <= asOf)
  // The centre's own absence is no outage of the device.
  if (!view || view.scope === 'platform') return []
  const { scope, cause, start, end } = view
  const storm = stormOf(view)
  const over = end ?? Number.POSITIVE_INFINITY
  const outages: Outage[] = []
  let from: number | null = null
  const add = (to: number) => {
    if (from !== null)
      outages.push({ incident: id, scope, cause, start, storm, from, to: Math.max(from, to), over })
    from = null
  }
  for (const { t, backAt } of known.members[device]!) {
    if (t > asOf) break
    // The first time it may have been noticed long after it began.
    if (backAt === null) from ??= outages.length === 0 ? Math.min(start[0], t) : t
    else {
      from ??= outages.length === 0 ? Math.min(start[0], backAt) : backAt
      add(backAt)
    }
  }
  add(over)
  return outages
}

/** The outage that explains a gap best: that which covers most of it, of equals the earlier. */
export function outageOf(outages: readonly Outage[], from: number, to: number): Outage | null {
  let best: Outage | null = null
  let bestMs = -1
  for (const outage of outages) {
    if (outage.from > to) break
    // A device that rides through a power cut on its battery is a member long before it dies.
    const coveredMs = Math.min(outage.to, to) - Math.max(outage.from, from)
    if (coveredMs > bestMs && coveredMs >= 0) {
      best = outage
      bestMs = coveredMs
    }
  }
  return best
}
