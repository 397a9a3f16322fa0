import type { AreaId } from '#protocol/ids.ts'
import type { AreaView, DevicePageView, DeviceView, IncidentView, NowView } from '../../web/view.ts'
import type { Parts } from '../api/parts.ts'
import type { Incident } from '../incidents/incident.ts'
import type { Area, Device } from '../registry/registry.ts'

/** From what the centre knows to what a page shows; the same queries answer the API. */
export type ViewParts = Pick<Parts, 'registry' | 'live' | 'incidents' | 'now'>

const RESOLVED_SHOWN_MS = 24 * 3600_000

export function nowView(parts: ViewParts): NowView {
  const now = parts.now()
  const recent = parts.incidents
    .recent(200)
    .filter(({ end }) => end !== null && end > now - RESOLVED_SHOWN_MS)
  return {
    at: now,
    areas: areaViews(parts),
    incidents: parts.incidents.open().map((incident) => incidentView(parts, incident)),
    resolved: recent.filter(isOver).map((incident) => incidentView(parts, incident)),
  }
}

export function deviceView({ live, incidents, now }: ViewParts, device: Device): DeviceView {
  const newest = live.device(device.id, now())
  const { state, since } = incidents.session(device.id)
  return {
    id: device.id,
    name: device.name,
    kind: device.kind,
    session: state,
    since,
    readAt: newest?.readAt ?? null,
    values: newest?.values ?? {},
  }
}

export function devicePageView(
  parts: ViewParts,
  device: Device,
  charts: DevicePageView['charts'],
): DevicePageView {
  const site = parts.registry.site(device.site)!
  const about = parts.incidents.recent(200).filter(({ devices }) => devices.includes(device.id))
  return {
    at: parts.now(),
    device: deviceView(parts, device),
    siteName: site.name,
    areaName: parts.registry.area(site.area)!.name,
    charts,
    incidents: about.map((incident) => incidentView(parts, incident)),
  }
}

function isOver({ state }: Incident): boolean {
  return state === 'resolved' || state === 'closed'
}

function incidentView({ registry }: ViewParts, incident: Incident): IncidentView {
  const site = registry.site(incident.site)
  return {
    id: incident.id,
    scope: incident.scope,
    state: SHOWN_STATE[incident.state],
    start: incident.start,
    end: incident.end,
    areaName: site ? (registry.area(site.area)?.name ?? '') : '',
    siteName: site?.name ?? incident.site,
    deviceNames: incident.devices.map((id) => registry.device(id)?.name ?? id),
    siteDevices: site?.devices.length ?? incident.devices.length,
  }
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

/** Areas as a reader walks the tree: each behind its parent, by name as Vietnamese sorts it. */
function areaViews(parts: ViewParts): AreaView[] {
  const { registry } = parts
  const byName = (one: { name: string }, other: { name: string }): number =>
    collator.compare(one.name, other.name)
  const siteViews = (area: AreaId): AreaView['sites'] =>
    registry
      .sites()
      .filter((site) => site.area === area)
      .sort(byName)
      .map((site) => ({
        id: site.id,
        name: site.name,
        devices: registry
          .site(site.id)!
          .devices.map((id) => deviceView(parts, registry.device(id)!))
          .sort(byName),
      }))
  const below = (parent: AreaId | null, depth: number): AreaView[] =>
    registry
      .areas()
      .filter((area: Area) => area.parent === parent)
      .sort(byName)
      .flatMap((area) => [
        { id: area.id, name: area.name, depth, sites: siteViews(area.id) },
        ...below(area.id, depth + 1),
      ])
  return below(null, 0)
}

const collator = new Intl.Collator('vi', { numeric: true })
