import {
  type AreaId,
  BULLETIN_CLASSES,
  type BulletinClass,
  type DeviceId,
  type DeviceKind,
  type SiteId,
  type UplinkId,
} from '#protocol/ids.ts'
import { type Figures, figures } from '../availability/figures.ts'
import type { Judge } from '../availability/judge.ts'
import { type MajorDays, majorEventDays } from '../availability/major-days.ts'
import type { Rules } from '../incidents/rules.ts'
import type { Calendar } from '../incidents/world.ts'
import type { AvailabilityFacts } from '../projections/availability.ts'
import type { Device, Registry } from '../registry/registry.ts'
import { inTurns } from './in-turns.ts'
import { judgeDevices } from './judge-devices.ts'

export interface ReportParts {
  registry: Pick<
    Registry,
    | 'areas'
    | 'sites'
    | 'area'
    | 'site'
    | 'devices'
    | 'device'
    | 'uplinks'
    | 'uplink'
    | 'uplinksOf'
    | 'calendar'
  >
  facts: Pick<AvailabilityFacts, 'facts'>
  rules: Rules
}

/** What is asked for: the devices that all of these hold for; what is null holds for every device. */
export interface Scope {
  area: AreaId | null
  site: SiteId | null
  uplink: UplinkId | null
  device: DeviceId | null
}

export const EVERYTHING: Scope = { area: null, site: null, uplink: null, device: null }

export interface Period {
  from: number
  to: number
  /** What was known then counts. */
  asOf: number
}

export interface Line<Id extends string> {
  id: Id
  name: string
  figures: Figures
}

export interface DeviceLine extends Line<DeviceId> {
  kind: DeviceKind
  site: SiteId
  uplink: UplinkId | null
}

/** Figures of a period by all that they can be asked for, with what they rest on. */
export interface AvailabilityReport extends Period {
  scope: Scope
  calendar: Calendar
  whole: Figures
  /** Days so bad that they are told apart; only of a period long enough to say. */
  majorDays: MajorDays
  /** Those with a device of the report in them or below, in the registry's order; so are the others. */
  areas: (Line<AreaId> & { parent: AreaId | null })[]
  sites: (Line<SiteId> & { area: AreaId })[]
  uplinks: (Line<UplinkId> & { site: SiteId; isp: string })[]
  devices: DeviceLine[]
  /** Loudspeakers by the most urgent bulletins that they are there for, as the registry says today; without the others. */
  classes: { class: BulletinClass; figures: Figures }[]
}

/** The devices that a scope takes in. */
export function devicesOf({ registry }: Pick<ReportParts, 'registry'>, scope: Scope): Device[] {
  const areas = scope.area === null ? null : withBelow(registry, scope.area)
  return registry.devices().filter((device) => {
    if (scope.device !== null && device.id !== scope.device) return false
    if (scope.site !== null && device.site !== scope.site) return false
    if (scope.uplink !== null && lineOf(registry, device) !== scope.uplink) return false
    return areas === null || areas.has(registry.site(device.site)!.area)
  })
}

/** The report of a scope, all of it in the light of one moment's knowledge. */
export async function availabilityReport(
  parts: ReportParts,
  scope: Scope,
  period: Period,
): Promise<AvailabilityReport> {
  return reportBy(await judgeScope(parts, scope, period), parts, scope, period)
}

/** Judges all devices of a scope. */
export function judgeScope(parts: ReportParts, scope: Scope, period: Period): Promise<Judge> {
  return judgeDevices(parts, devicesOf(parts, scope), period)
}

/** The same by a judge of the scope and period that is there already. */
export async function reportBy(
  judge: Judge,
  { registry }: Pick<ReportParts, 'registry'>,
  scope: Scope,
  period: Period,
): Promise<AvailabilityReport> {
  const devices = devicesOf({ registry }, scope)
  const { from, to, asOf } = period
  const of = (some: Iterable<DeviceId>) => figures(judge, registry, some, from, to)
  const { area, site, uplink, device } = scope
  // Of what lies only partly in the scope there is no figure: it would pass for that of the whole.
  const within = area === null ? null : withBelow(registry, area)
  const areasOf = (each: Device) =>
    withAbove(registry, registry.site(each.site)!.area).filter((id) => !within || within.has(id))
  const wholeSites = uplink === null && device === null
  const byUplink =
    device === null ? grouped(devices, (each) => [lineOf(registry, each)]) : new Map<never, DeviceId[]>()
  const bySite = wholeSites ? grouped(devices, (each) => [each.site]) : new Map<never, DeviceId[]>()
  const byArea =
    wholeSites && site === null ? grouped(devices, (each) => areasOf(each)) : new Map<never, DeviceId[]>()
  const speakers = device === null ? devices.filter(({ kind }) => kind === 'speaker') : []
  const byClass = grouped(speakers, ({ bulletinClass }) => [bulletinClass])
  const whole = of(devices.map(({ id }) => id))
  const days = Object.entries(whole.downMsByDay).map(([day, downMs]) => ({ day, downMs }))
  return {
    ...{ from, to, asOf, scope },
    calendar: registry.calendar(),
    whole,
    majorDays: majorEventDays(days),
    areas: await inTurns(
      registry.areas().filter(({ id }) => byArea.has(id)),
      ({ id, name, parent }) => ({ id, name, parent, figures: of(byArea.get(id)!) }),
    ),
    sites: await inTurns(
      registry.sites().filter(({ id }) => bySite.has(id)),
      ({ id, name, area }) => ({ id, name, area, figures: of(bySite.get(id)!) }),
    ),
    uplinks: await inTurns(
      registry.uplinks().filter(({ id }) => byUplink.has(id)),
      ({ id, name, site, isp }) => ({ id, name, site, isp, figures: of(byUplink.get(id)!) }),
    ),
    devices: await inTurns(devices, (device) => ({
      ...{ id: device.id, name: device.name, kind: device.kind, site: device.site },
      ...{ uplink: lineOf(registry, device), figures: of([device.id]) },
    })),
    classes: await inTurns(
      BULLETIN_CLASSES.filter((each) => byClass.has(each)),
      (each) => ({ class: each, figures: of(byClass.get(each)!) }),
    ),
  }
}

/** The line that carries a device: its own, or, where nobody has said, the site's first; null with a SIM of its own. */
function lineOf(registry: Pick<Registry, 'uplinksOf'>, { site, uplink, sim }: Device): UplinkId | null {
  if (uplink !== null) return uplink
  return sim === null ? (registry.uplinksOf(site)[0]?.id ?? null) : null
}

function withAbove(registry: Pick<Registry, 'area'>, area: AreaId): AreaId[] {
  const above: AreaId[] = []
  for (let at: AreaId | null = area; at !== null && !above.includes(at); ) {
    above.push(at)
    at = registry.area(at)?.parent ?? null
  }
  return above
}

function withBelow(registry: Pick<Registry, 'areas' | 'area'>, area: AreaId): Set<AreaId> {
  return new Set(
    registry
      .areas()
      .map(({ id }) => id)
      .filter((id) => withAbove(registry, id).includes(area)),
  )
}

function grouped<Key extends string>(
  devices: readonly Device[],
  keysOf: (device: Device) => (Key | null)[],
): Map<Key, DeviceId[]> {
  const groups = new Map<Key, DeviceId[]>()
  for (const device of devices) {
    for (const key of keysOf(device)) {
      if (key === null) continue
      const group = groups.get(key)
      if (group) group.push(device.id)
      else groups.set(key, [device.id])
    }
  }
  return groups
}
