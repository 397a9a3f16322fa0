import type { AreaId, SiteId } from '#protocol/ids.ts'
import { type Month, monthAt, monthName, monthStart } from '#protocol/month.ts'
import type {
  AvailabilityView,
  FiguresLine,
  FiguresView,
  Listed,
  ReasonView,
} from '../../web/availability-view.ts'
import type { Registry } from '../registry/registry.ts'
import {
  type AvailabilityReport,
  availabilityReport,
  EVERYTHING,
  type ReportParts,
} from '../reports/availability.ts'
import { monthState, type PublishingParts } from '../reports/publishing.ts'
import type { Reason } from '../reports/reason.ts'
import { areaTree } from './area-tree.ts'

/** What a reader asks to see. */
export interface AskedFigures {
  area: AreaId | null
  site: SiteId | null
  month: Month
  /** A published version; null: today's figures. */
  version: number | null
}

/** A screen or three of each; the worst are what somebody must see. */
const LISTED = 40

/** Two years to choose from: what is older is asked for by its address. */
const MONTHS_OFFERED = 24

/** The availability page, by today's knowledge or as it was published; null when there is no such version. */
export async function availabilityView(
  parts: PublishingParts,
  asked: AskedFigures,
): Promise<AvailabilityView | null> {
  const { registry } = parts
  const { area, site, month, version } = asked
  const at = parts.now()
  const over = monthStart(month + 1) <= at
  const today = await reportNow(parts, asked, at)
  const published =
    area !== null && site === null && over ? await monthState(parts, area, month, today) : null
  const stored = version === null ? null : published?.versions.find((each) => each.version === version)
  if (stored === undefined) return null
  const report = stored?.report ?? today
  return {
    ...{ at, over, month: monthName(month), shown: version },
    area: area === null ? null : { id: area, name: registry.area(area)?.name ?? area },
    site: site === null ? null : { id: site, name: registry.site(site)?.name ?? site },
    months: Array.from({ length: MONTHS_OFFERED }, (_, back) => monthName(monthAt(at) - back)),
    areas: areaTree(registry),
    whole: report.whole,
    lines: linesOf(registry, report, area),
    classes: report.classes.toReversed(),
    hours: report.calendar,
    published: published && {
      versions: published.versions.map((each) => ({
        ...{ version: each.version, publishedAt: each.publishedAt, publishedBy: each.publishedBy },
        ...{ reason: each.reason && reasonView(each.reason), figures: each.report.whole },
      })),
      next: published.next && {
        version: published.next.version,
        reason: published.next.reason && reasonView(published.next.reason),
      },
    },
  }
}

function reportNow(
  parts: ReportParts,
  { area, site, month }: AskedFigures,
  at: number,
): Promise<AvailabilityReport> {
  const to = Math.min(monthStart(month + 1), at)
  const from = Math.min(monthStart(month), to)
  return availabilityReport(parts, { ...EVERYTHING, area, site }, { from, to, asOf: at })
}

/** The areas right below what is asked for, all its sites, all its devices. */
function linesOf(
  registry: Pick<Registry, 'site' | 'areas'>,
  report: AvailabilityReport,
  area: AreaId | null,
): AvailabilityView['lines'] {
  const below = areasBelow(report.areas, area)
  const siteName = new Map(report.sites.map(({ id, name }) => [id, name]))
  return {
    areas: worst(below.map(({ id, name, figures }) => ({ kind: 'area', id, name, figures }))),
    sites: worst(report.sites.map(({ id, name, figures }) => ({ kind: 'site', id, name, figures }))),
    devices: worst(
      report.devices.map(({ id, name, kind, site, figures }) => ({
        ...{ kind: 'device', id, name, device: kind, figures },
        siteName: siteName.get(site) ?? registry.site(site)?.name ?? site,
      })),
    ),
  }
}

/** The areas right below; where there is one alone, it says nothing new, and those below it are shown. */
function areasBelow(areas: AvailabilityReport['areas'], area: AreaId | null): AvailabilityReport['areas'] {
  const below = areas.filter(({ parent }) => parent === area)
  const [only, ...others] = below
  if (!only || others.length > 0) return below
  const deeper = areasBelow(areas, only.id)
  return deeper.length > 0 ? deeper : below
}

/** By what people have of it, then by the thing itself; what nothing was required of comes last. */
function worst(lines: FiguresLine[]): Listed {
  const key = ({ figures: { service, device } }: FiguresLine): [number, number] => [
    service.lower ?? 2,
    device.lower ?? 2,
  ]
  const sorted = lines.toSorted((one, other) => {
    const [a, b] = [key(one), key(other)]
    return a[0] - b[0] || a[1] - b[1] || (one.name < other.name ? -1 : 1)
  })
  return { worst: sorted.slice(0, LISTED), all: lines.length }
}

function reasonView({ devices, added, removed, calendar }: Reason): ReasonView {
  return {
    devices: devices.map(({ device, name, changes, learnedAt }) => ({
      id: device,
      name,
      changes,
      learnedAt,
    })),
    ...{ added: added.length, removed: removed.length, calendar },
  }
}

/** How a device has done this month; null when nothing was required of it yet. */
export async function figuresThisMonth(
  parts: ReportParts & { now: () => number },
  device: AvailabilityReport['devices'][number]['id'],
): Promise<FiguresView | null> {
  const at = parts.now()
  const [from, to] = [monthStart(monthAt(at)), at]
  const { whole } = await availabilityReport(parts, { ...EVERYTHING, device }, { from, to, asOf: at })
  return whole.device.lower === null ? null : whole
}
