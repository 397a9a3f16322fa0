import type { AreaId, SiteId } from '#protocol/ids.ts'
import { countStates } from '../../web/parts/counts.ts'
import type { AreaView, DeviceView, NowView, SiteView, SummaryView } from '../../web/view.ts'
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
import { faultsOf } from './faults.ts'
import { incidentsView } from './incidents.ts'
import { marksOf } from './marks.ts'
import { actualWarnings } from './notices.ts'
import { sessionView } from './session.ts'
import { supportOf } from './support.ts'

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

export function nowView(parts: ViewParts & { notices: Pick<Notices, 'warnings'> }): NowView {
  return { ...incidentsView(parts), areas: areaViews(parts), warnings: actualWarnings(parts, parts.now()) }
}

export function summaryView({ registry, incidents, now }: ViewParts): SummaryView {
  const sessions = registry.devices().map((device) => sessionView(incidents, device))
  return { at: now(), counts: countStates(sessions), openIncidents: incidents.open().length }
}

export function deviceView({ live, traits, incidents, now }: ViewParts, device: Device): DeviceView {
  const newest = live.device(device.id, now())
  const told = traits.of(device.id).traits
  const [values, readAt] = [newest?.values ?? {}, newest?.readAt ?? null]
  const support = supportOf(told.os_id, now())
  return {
    ...{ id: device.id, name: device.name, kind: device.kind },
    ...sessionView(incidents, device),
    ...{ readAt, values },
    marks: marksOf({ kind: device.kind, values, readAt, faults: faultsOf(told.faults), support }, now()),
  }
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
