import type { AreaId, DeviceId, SiteId } from '#protocol/ids.ts'
import type {
  Happening,
  IncidentHeadView,
  IncidentPageView,
  IncidentsView,
  IncidentView,
  MemberSiteView,
  Said,
  SendingView,
} from '../../web/view.ts'
import type { Incident } from '../incidents/incident.ts'
import type { Fired } from '../incidents/why.ts'
import { areaName, deviceName, type Names, siteName } from '../notify/names.ts'
import type { Dispatch, Outbox } from '../notify/outbox.ts'
import { cannotWarn, devicesAround, shortPlaceOf } from '../notify/place.ts'
import { changeInWords } from '../notify/revision.ts'
import { said } from '../notify/said.ts'
import { capital, evidenceOf, inReadingOrder, reasonsInWords, whyInWords } from '../notify/why.ts'
import type { Incidents } from '../projections/incidents.ts'

/** From an incident as the engine keeps it to what a page shows. */
export interface IncidentViewParts {
  registry: Names
  incidents: Pick<Incidents, 'open' | 'resolvedSince' | 'children' | 'find' | 'session'>
  outbox: Pick<Outbox, 'ofIncident'>
  now: () => number
}

const RESOLVED_SHOWN_MS = 24 * 3600_000

/** A storm ends some hundreds in a day; beyond that the page's number of them is no longer exact. */
const RESOLVED_READ = 1000

/** A card has room for one more sentence. */
const REASONS_ON_CARD = 2

/** A digest every six hours through a week, and each through a few channels. */
const DISPATCHES_READ = 200

/** Whose message it is and of which incident: the page says both. */
const FRAME_OF_SUBJECT = /^\[[^\]]*\] | \(I\d+\)$/g

export function incidentsView(parts: Omit<IncidentViewParts, 'outbox'>): IncidentsView {
  const { incidents, registry, now } = parts
  const at = now()
  const view = (incident: Incident) => incidentView(registry, incident)
  return {
    at,
    incidents: incidents.open().map(view),
    resolved: incidents.resolvedSince(at - RESOLVED_SHOWN_MS, RESOLVED_READ).map(view),
  }
}

export function incidentView(names: Names, incident: Incident): IncidentView {
  const evidence = evidenceOf(incident)
  const told = { limit: REASONS_ON_CARD, beside: incident.start[1] }
  return {
    id: incident.id,
    root: incident.root,
    scope: incident.scope,
    cause: incident.cause,
    state: SHOWN_STATE[incident.state],
    severity: incident.severity,
    flapping: incident.flapping,
    storm: incident.storm,
    start: incident.start,
    end: incident.end,
    place: said((language) => shortPlaceOf(incident, names, language)),
    cannotWarn:
      incident.severity === 'critical'
        ? said((language) => cannotWarn(incident, evidence, names, language))
        : null,
    reason: said((language) => reasonsInWords(evidence, names, language, told)),
    areaNames: incident.areas.map((id) => areaName(id, names)),
    siteNames: incident.sites.map((id) => siteName(id, names)),
    // Nobody misses those that live on by their battery.
    deviceNames: incident.devices
      .filter((id) => !incident.onBattery.includes(id))
      .map((id) => deviceName(id, names)),
    siteDevices: devicesAround(incident, names),
    back: incident.returned.length,
    acknowledgedBy: incident.acknowledgedBy,
  }
}

export function incidentPageView(parts: IncidentViewParts, incident: Incident): IncidentPageView {
  const { registry, incidents, outbox } = parts
  const root = incident.root === null ? undefined : incidents.find(incident.root)
  return {
    ...incidentHeadView(parts, incident),
    reasons: reasonsOf(evidenceOf(incident), registry, incident.start[1]),
    acknowledgedAt: incident.acknowledgedAt,
    sites: memberSites(registry, incident),
    happenings: happenings(registry, incident, outbox.ofIncident(incident.id, DISPATCHES_READ)),
    root: root ? incidentView(registry, root) : null,
    children: incidents.children(incident.id).map((child) => incidentView(registry, child)),
  }
}

/** Asks for nothing that is not at hand: it is drawn at every change, for each reader's incident. */
export function incidentHeadView(
  { registry, incidents, now }: Omit<IncidentViewParts, 'outbox'>,
  incident: Incident,
): IncidentHeadView {
  const children = incidents.open().filter(({ root }) => root === incident.id)
  return {
    at: now(),
    incident: incidentView(registry, incident),
    priority: incident.priority,
    version: versionOf(incident, children.length),
  }
}

function reasonsOf(fired: readonly Fired[], names: Names, beside: number): Said[] {
  return inReadingOrder(fired).map((each) => said((language) => whyInWords(each, names, language, beside)))
}

/** Lists of an incident only grow, or are made anew; with its state they tell every change of the page. */
function versionOf(incident: Incident, openChildren: number): string {
  const { state, severity, flapping, acknowledgedBy, revisions, devices, returned } = incident
  const counts = [revisions.length, devices.length, returned.length, openChildren]
  return [state, severity, flapping ? 'f' : '', acknowledgedBy === null ? '' : 'a', ...counts].join('.')
}

/**
 * Sites in the order in which they were taken, of each those first that are still missing. A member that is connected
 * and has not come back was never lost: it bridges the power cut by a battery.
 */
function memberSites(names: Names, { devices, onBattery, returned }: Incident): MemberSiteView[] {
  const returns = new Map(returned.map(({ device, at, by }) => [device, { at, by }]))
  const members = new Map<SiteId | '', DeviceId[]>()
  for (const id of devices) {
    const site = names.device(id)?.site ?? ''
    members.set(site, [...(members.get(site) ?? []), id])
  }
  return [...members].map(([site, ids]) => ({
    id: site as SiteId,
    name: site === '' ? '' : siteName(site, names),
    areaName: areaOf(site, names),
    members: ids
      .map((id) => ({
        id,
        name: deviceName(id, names),
        kind: names.device(id)?.kind ?? 'other',
        returned: returns.get(id) ?? null,
        livesOn: !returns.has(id) && onBattery.includes(id),
      }))
      .sort(
        (one, other) =>
          Number(one.returned !== null || one.livesOn) - Number(other.returned !== null || other.livesOn),
      ),
  }))
}

function areaOf(site: SiteId | '', names: Names): string {
  const area: AreaId | undefined = site === '' ? undefined : names.site(site)?.area
  return area === undefined ? '' : areaName(area, names)
}

function happenings(names: Names, incident: Incident, dispatches: readonly Dispatch[]): Happening[] {
  const { revisions, acknowledgedAt, acknowledgedBy, end, returned, devices } = incident
  const all: Happening[] = revisions.map((revision, at) => ({
    at: revision.t,
    kind: at === 0 ? 'opened' : 'revised',
    said: said((language) => capital(changeInWords(revision, revisions[at - 1], language))),
    reasons: reasonsOf(revision.why, names, revision.start[1]),
  }))
  if (acknowledgedAt !== null) {
    all.push({ at: acknowledgedAt, kind: 'acknowledged', by: acknowledgedBy ?? '' })
  }
  if (end !== null) all.push({ at: end, kind: 'back', back: returned.length, of: devices.length })
  all.push(...tellings(dispatches))
  // Sorting is stable: what fell into one moment stays in the order above.
  return all.sort((one, other) => one.at - other.at)
}

/** Each message once, with its way through each channel. */
function tellings(dispatches: readonly Dispatch[]): Happening[] {
  const told = new Map<string, Happening & { kind: 'told' }>()
  for (const { notification, channel, state, doneAt, error } of [...dispatches].reverse()) {
    const sending: SendingView = { channel, state, doneAt, error }
    const known = told.get(notification.id)
    if (known) known.sendings.push(sending)
    else {
      const subject = said((language) => notification.text[language].subject.replace(FRAME_OF_SUBJECT, ''))
      told.set(notification.id, { at: notification.t, kind: 'told', subject, sendings: [sending] })
    }
  }
  return [...told.values()]
}

/** A reader needs no more than four of the states. */
const SHOWN_STATE: Record<Incident['state'], IncidentView['state']> = {
  pending: 'open',
  open: 'open',
  acknowledged: 'acknowledged',
  recovering: 'recovering',
  resolved: 'resolved',
  closed: 'resolved',
}
