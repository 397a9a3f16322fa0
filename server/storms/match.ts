import type { AreaId } from '#protocol/ids.ts'
import type { Area, Site } from '../registry/registry.ts'
import type { CapArea } from './cap.ts'
import { isInCircle, isInPolygon } from './geometry.ts'
import { listedIn, plainWords, stemOf } from './plain-name.ts'

/** Where we are. */
export interface Places {
  areas(): readonly Area[]
  sites(): readonly Site[]
}

export interface Matched {
  /** None of them lies in another. */
  areas: AreaId[]
  /** Those that were found by nothing better than their name. */
  byName: AreaId[]
}

/**
 * Which of our areas a warning is for: those whose code it names and those of which a site lies in its outlines. Only where
 * neither tells anything are names compared, and never against an outline that is known to leave the area out.
 */
export function matchAreas(described: readonly CapArea[], places: Places): Matched {
  const areas = places.areas()
  const found = new Set<AreaId>()
  const byName = new Set<AreaId>()
  for (const one of described) {
    const exact = [...byCode(one, areas), ...byOutline(one, places.sites())]
    for (const id of exact) found.add(id)
    if (exact.length > 0) continue
    for (const id of namedIn(one, areas)) {
      if (!isLeftOut(one, id, places)) byName.add(id)
    }
  }
  const all = outermost(new Set([...found, ...byName]), areas)
  return { areas: all, byName: all.filter((id) => !found.has(id)) }
}

function byCode({ geocodes }: CapArea, areas: readonly Area[]): AreaId[] {
  const codes = new Set(geocodes.map(({ value }) => value.toUpperCase()))
  return areas.filter(({ code }) => code !== null && codes.has(code.toUpperCase())).map(({ id }) => id)
}

function byOutline({ polygons, circles }: CapArea, sites: readonly Site[]): AreaId[] {
  const found = new Set<AreaId>()
  for (const { area, latitude, longitude } of sites) {
    // One site tells for its area; a bulletin may have a hundred thousand corners.
    if (found.has(area) || latitude === null || longitude === null) continue
    const point = { latitude, longitude }
    const isIn =
      polygons.some((polygon) => isInPolygon(point, polygon)) ||
      circles.some((circle) => isInCircle(point, circle))
    if (isIn) found.add(area)
  }
  return [...found]
}

/** "Tỉnh Lai Châu" is not the city of that name where there is an area that is called just so. */
function namedIn({ description }: CapArea, areas: readonly Area[]): AreaId[] {
  const named = areas.map(({ id, name }) => ({ id, words: plainWords(name) }))
  return listedIn(description).flatMap((listed) => {
    const whole = named.filter(({ words }) => words === listed)
    const stem = stemOf(listed)
    return (whole.length > 0 ? whole : named.filter(({ words }) => stemOf(words) === stem)).map(
      ({ id }) => id,
    )
  })
}

/** There is an outline, and we know of every site of the area that it lies outside. */
function isLeftOut({ polygons, circles }: CapArea, id: AreaId, places: Places): boolean {
  if (polygons.length + circles.length === 0) return false
  const within = new Set(areaAndBelow(id, places.areas()))
  const sites = places.sites().filter(({ area }) => within.has(area))
  return sites.length > 0 && sites.every(({ latitude, longitude }) => latitude !== null && longitude !== null)
}

function areaAndBelow(id: AreaId, areas: readonly Area[]): AreaId[] {
  return areas.filter((area) => ancestry(area.id, areas).includes(id)).map((area) => area.id)
}

/** The area itself, what it lies in, and so on up. */
function ancestry(id: AreaId, areas: readonly Area[]): AreaId[] {
  const parents = new Map(areas.map((area) => [area.id, area.parent]))
  const chain: AreaId[] = []
  for (let at: AreaId | null = id; at !== null && !chain.includes(at); at = parents.get(at) ?? null) {
    chain.push(at)
  }
  return chain
}

function outermost(ids: ReadonlySet<AreaId>, areas: readonly Area[]): AreaId[] {
  return areas
    .map(({ id }) => id)
    .filter(
      (id) =>
        ids.has(id) &&
        ancestry(id, areas)
          .slice(1)
          .every((above) => !ids.has(above)),
    )
}
