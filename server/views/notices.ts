import type { Mistake, PlaceView, PlannedView, PlanView, StormsView, WarningView } from '../../web/notices.ts'
import type { NotedPlan, NotedWarning, Notices } from '../projections/notices.ts'
import type { Area, Registry } from '../registry/registry.ts'
import type { Feeds } from '../storms/feeds.ts'

export interface NoticeViewParts {
  registry: Pick<Registry, 'areas' | 'sites' | 'area' | 'site'>
  notices: Pick<Notices, 'warnings' | 'pastWarnings' | 'plans' | 'pastPlans'>
  feeds: Pick<Feeds, 'states'>
  now: () => number
}

/** A storm season on a page; what is older the API tells. */
const PAST_SHOWN = 20

export function stormsView(parts: NoticeViewParts, mistake: Mistake | null): StormsView {
  const { notices, feeds, now } = parts
  const at = now()
  const viewOf = (noted: NotedWarning) => warningView(parts, noted)
  return {
    at,
    warnings: notices.warnings(at).map(viewOf),
    past: notices.pastWarnings(at, PAST_SHOWN).map(viewOf),
    feeds: feeds.states(),
    places: placeViews(parts),
    mistake,
  }
}

export function plannedView(parts: NoticeViewParts, mistake: Mistake | null): PlannedView {
  const { notices, now } = parts
  const at = now()
  const viewOf = (noted: NotedPlan) => planView(parts, noted)
  return {
    at,
    ahead: notices.plans(at).map(viewOf),
    past: notices.pastPlans(at, PAST_SHOWN).map(viewOf),
    places: placeViews(parts),
    mistake,
  }
}

/** Those that matter now: not over, and no exercise. */
export function actualWarnings(
  parts: { registry: Pick<Registry, 'area'>; notices: Pick<Notices, 'warnings'> },
  at: number,
): WarningView[] {
  return parts.notices
    .warnings(at)
    .map((noted) => warningView(parts, noted))
    .filter(({ isTest }) => !isTest)
}

function warningView(
  { registry }: { registry: Pick<Registry, 'area'> },
  { warning, note }: NotedWarning,
): WarningView {
  const { id, severity, status, areas, onset, expires, action } = warning
  const { headline, by, isManual, remarks } = note
  return {
    ...{ id, headline, severity, onset, expires, by, isManual, remarks },
    isTest: status === 'test',
    isCancelled: action === 'cancel',
    areaNames: areas.map((area) => registry.area(area)?.name ?? area),
  }
}

function planView({ registry }: NoticeViewParts, { plan, note, enteredAt }: NotedPlan): PlanView {
  const { id, cause, sites, from, to } = plan
  return {
    ...{ id, cause, from, to },
    ...note,
    isCalledOff: to <= from,
    isLate: enteredAt > from,
    siteNames: sites.map((site) => registry.site(site)?.name ?? site),
  }
}

/** Areas in tree order, alike ones by name. */
function placeViews({ registry }: NoticeViewParts): PlaceView[] {
  const [areas, sites] = [registry.areas(), registry.sites()]
  const below = (parent: Area['parent'], depth: number): PlaceView[] =>
    areas
      .filter((area) => area.parent === parent)
      .sort((one, other) => one.name.localeCompare(other.name, 'vi'))
      .flatMap(({ id, name }) => {
        const own = sites.filter(({ area }) => area === id).map((site) => ({ id: site.id, name: site.name }))
        return [{ id, name, depth, sites: own }, ...below(id, depth + 1)]
      })
  return below(null, 0)
}
