import type { TrueIncident } from '../../../../deploy/demo/simulator/truth.ts'
import type { NotificationLine } from './records.ts'
import type { TruePast } from './true-past.ts'

/**
 * How a message stands to the truth. `right`: at its time one of its devices was away, or on battery, by an alertable
 * incident. `neutral`: only by something of three to ten minutes, or by an announced cut that reached a device nobody
 * had announced it to. `false`: by nothing that a person had to hear of.
 */
export interface Match {
  notification: NotificationLine
  verdict: 'right' | 'neutral' | 'false'
  /** Alertable incidents that it is about, with how many of its devices each holds. */
  about: Map<TrueIncident, number>
  /** Of these the one with most devices, the earlier of equals; null unless right. */
  best: TrueIncident | null
  /** What makes it neutral, the first of these; null unless neutral. */
  lesser: TrueIncident | null
}

/** A device needs this long to come back after its line has: a message that crosses it on the way is not false. */
const CROSSING_MS = 60_000

/** Whether `incident` may be told of by one of `device`; announced cuts may not where they were announced. */
function dutyTo(incident: TrueIncident, site: string): 'right' | 'neutral' | 'false' {
  switch (incident.duty) {
    case 'alertable':
      return 'right'
    case 'neutral':
      return 'neutral'
    case 'silent':
      return incident.cause === 'planned' && !incident.announcedSites.includes(site) ? 'neutral' : 'false'
    case 'pc':
    case 'platform':
      return 'false'
  }
}

export function matchOf(notification: NotificationLine, past: TruePast): Match {
  const about = new Map<TrueIncident, number>()
  let lesser: TrueIncident | null = null
  for (const device of notification.devices) {
    const site = past.devices.get(device)!.site
    const seen = new Set<TrueIncident>()
    for (const { from, to, incident } of past.touches(device)) {
      if (from > notification.t) break
      if (to + CROSSING_MS < notification.t || seen.has(incident)) continue
      seen.add(incident)
      const duty = dutyTo(incident, site)
      if (duty === 'right') about.set(incident, (about.get(incident) ?? 0) + 1)
      if (duty === 'neutral' && (lesser === null || incident.start < lesser.start)) lesser = incident
    }
  }
  let best: TrueIncident | null = null
  for (const [incident, devices] of about) {
    const most = best === null ? 0 : about.get(best)!
    if (devices > most || (devices === most && incident.start < best!.start)) best = incident
  }
  if (best !== null) return { notification, verdict: 'right', about, best, lesser: null }
  return { notification, verdict: lesser === null ? 'false' : 'neutral', about, best, lesser }
}
