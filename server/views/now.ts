import type { AreaId, SiteId } from '#protocol/ids.ts'
import { countStates } from '../../web/parts/counts.ts'
import type { AreaView, DevicePageView, DeviceView, NowView, SiteView, SummaryView } from '../../web/view.ts'
import type { Fleet } from '../fleet/fleet.ts'
import type { Paces } from '../fleet/paces.ts'
import { groupBy } from '../group-by.ts'
import type { Outbox } from '../notify/outbox.ts'
import type { Completeness } from '../projections/completeness.ts'
import type { Incidents } from '../projections/incidents.ts'
import type { Live } from '../projections/live.ts'
import type { Notices } from '../projections/notices.ts'
import type { Traits } from '../projections/traits.ts'
import type { Device, Registry } from '../registry/registry.ts'
import { incidentsView, incidentView } from './incidents.ts'
import { actualWarnings } from './notices.ts'

/** From what the centre knows to what a page shows; the same queries answer the API. */
export interface ViewParts {
  registry: Pick<Registry, 'areas' | 'sites' | 'devices' | 'area' | 'site' | 'device'>
  live: Pick<Live, 'device'>
  incidents: Pick<Incidents, 'open' | 'ofDevice' | 'resolvedSince' | 'session' | 'find' | 'children'>
  outbox: Pick<Outbox, 'ofIncident'>
  paces: Pick<Paces, 'of'>
  fleet: Pick<Fleet, 'isSentinel'>
  completeness: Pick<Completeness, 'of'>
  traits: Pick<Traits, 'of'>
  now: () => number
}

/** A device's page is read from the top: what is older is the API's to tell. */
const OF_DEVICE_READ = 50

export function nowView(parts: ViewParts & { notices: Pick<Notices, 'warnings'> }): NowView {
  return { ...incidentsView(parts), areas: areaViews(parts), warnings: actualWarnings(parts, parts.now()) }
}

export function summaryView({ registry, incidents, now }: ViewParts): SummaryView {
  const sessions = registry.devices().map(({ id }) => ({ session: incidents.session(id).state }))
  return { at: now(), counts: countStates(sessions), openIncidents: incidents.open().length }
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
  bill: DevicePageView['bill'],
  thisMonth: DevicePageView['thisMonth'],
): DevicePageView {
  const site = parts.registry.site(device.site)!
  const open = parts.incidents.open().filter(({ devices }) => devices.includes(device.id))
  const past = parts.incidents
    .ofDevice(device.id, OF_DEVICE_READ)
    .filter(({ id }) => !open.some((incident) => incident.id === id))
  return {
    at: parts.now(),
    device: deviceView(parts, device),
    pace: paceView(parts, device),
    rows: parts.completeness.of(device.id),
    siteName: site.name,
    areaName: parts.registry.area(site.area)!.name,
    charts,
    bill,
    thisMonth,
    incidents: [...open, ...past].map((incident) => incidentView(parts.registry, incident)),
  }
}

function paceView({ paces, fleet }: ViewParts, device: Device): DevicePageView['pace'] {
  const { pace } = paces.of(device.id)
  if (pace === null) return null
  const { reportSeconds, keepaliveSeconds, step } = pace
  return { reportSeconds, keepaliveSeconds, step, sentinel: fleet.isSentinel(device) }
}

/** Areas as a reader walks the tree: each behind its parent, by name as Vietnamese sorts it. */
function areaViews(parts: ViewParts): AreaView[] {
  const { registry } = parts
  const sitesIn = groupBy(registry.sites(), ({ area }) => area)
  const areasIn = groupBy(registry.areas(), ({ parent }) => parent)
  const siteView = ({ id, name }: { id: SiteId; name: string }): SiteView => ({
    id,
    name,
    devices: registry
      .site(id)!
      .devices.map((device) => deviceView(parts, registry.device(device)!))
      .sort(byName),
  })
  const below = (parent: AreaId | null, depth: number): AreaView[] =>
    (areasIn.get(parent) ?? [])
      .sort(byName)
      .flatMap(({ id, name }) => [
        { id, name, depth, sites: (sitesIn.get(id) ?? []).sort(byName).map(siteView) },
        ...below(id, depth + 1),
      ])
  return below(null, 0)
}

const collator = new Intl.Collator('vi', { numeric: true })

const byName = (one: { name: string }, other: { name: string }): number =>
  collator.compare(one.name, other.name)
