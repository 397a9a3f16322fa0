/** What of the tree of areas stands open on a page of bounded size, and what is a line that opens it. */

import type { Asked } from '../address.ts'
import type { AreaView, DeviceView, SiteView } from '../view.ts'

/**
 * A device's row and a line take up to 33 bytes gzipped each, the rest of a page 4.3 KB: with 112 of them it stays
 * under 8 KB, which a 64 kbit/s line carries in a second.
 */
const LINES_SHOWN = 112

/** Up to here every site stands open: two or three screens of a phone. */
export const ROWS_OPEN = 40

/** How a site is shown: its rows in sight, folded under its line, or left out and a tap away. */
export type Unfolding = 'open' | 'folded' | 'link'

/** An area under its heading with its sites, or a line that stands for all that lies in it. */
export type ShownArea =
  | { kind: 'open'; area: AreaView; sites: { site: SiteView; unfolding: Unfolding }[] }
  | { kind: 'line'; area: AreaView; devices: DeviceView[] }

/**
 * Folds as few levels of the tree as it takes to fit. Folded areas with a device offline are opened again as far
 * as there is room; the one that holds the site asked for always is. A tree too wide even at its top comes to a
 * line for each area there.
 */
export function foldAreas(areas: readonly AreaView[], asked: Asked): ShownArea[] {
  const world = within(populated(areas), asked.area)
  const depth = foldDepth(world)
  const groups = groupsAt(world, depth)
  let room = LINES_SHOWN - linesAt(world, depth)
  const opened = groups.map((group) => {
    if (!group.foldable) return true
    const sites = sitesOf(group.areas)
    if (sites.some(({ id }) => id === asked.site)) return true
    const troubled = sites.filter(isTroubled)
    const lines = sites.length + rowsOf(troubled) - 1
    if (troubled.length === 0 || lines > room) return false
    room -= lines
    return true
  })
  const shownSites = groups.flatMap((group, at) => (opened[at] ? sitesOf(group.areas) : []))
  const unfoldings = unfold(shownSites, asked.site, opened.filter((open) => !open).length)
  return groups.flatMap((group, at): ShownArea[] =>
    opened[at]
      ? group.areas.map((area) => ({
          kind: 'open',
          area,
          sites: area.sites.map((site) => ({ site, unfolding: unfoldings.get(site) ?? 'link' })),
        }))
      : [
          {
            kind: 'line',
            area: group.areas[0]!,
            devices: sitesOf(group.areas).flatMap((site) => site.devices),
          },
        ],
  )
}

/**
 * Decides for each site, in tree order. A small world is all open. A larger one opens the site asked for and
 * those with a device offline, and folds the others. One too large for a page keeps the rows of such sites as
 * far as they fit; the others become links that open them.
 */
function unfold(
  sites: readonly SiteView[],
  asked: string | null,
  otherLines: number,
): Map<SiteView, Unfolding> {
  const rows = rowsOf(sites)
  let room = LINES_SHOWN - otherLines - sites.length
  const fits = rows <= room
  const decide = (site: SiteView): Unfolding => {
    if (site.id === asked || rows <= Math.min(ROWS_OPEN, room)) return 'open'
    const troubled = isTroubled(site)
    if (fits) return troubled ? 'open' : 'folded'
    if (!troubled || site.devices.length > room) return 'link'
    room -= site.devices.length
    return 'open'
  }
  return new Map(sites.map((site) => [site, decide(site)]))
}

/** Leaves out areas that have no site in them or below: a province has more communes than it watches. */
function populated(areas: readonly AreaView[]): AreaView[] {
  const kept: AreaView[] = []
  let needed = -1
  for (const area of [...areas].reverse()) {
    const parent = area.depth === needed
    if (area.sites.length === 0 && !parent) continue
    kept.push(area)
    needed = area.depth - 1
  }
  return kept.reverse()
}

/** The area asked for and what lies below it, as a tree of its own; all when there is none such. */
function within(areas: readonly AreaView[], asked: string | null): AreaView[] {
  const start = areas.findIndex(({ id }) => id === asked)
  if (start < 0) return [...areas]
  const top = areas[start]!.depth
  const after = areas.findIndex(({ depth }, at) => at > start && depth <= top)
  // The area asked for stands above the top of its tree, where nothing is folded.
  return areas
    .slice(start, after < 0 ? undefined : after)
    .map((area) => ({ ...area, depth: area.depth - top - 1 }))
}

/**
 * The deepest level at which the lines fit when all areas there are folded. When none does, the highest one that is
 * more than a single line, which would say nothing.
 */
function foldDepth(areas: readonly AreaView[]): number {
  let depth = Math.max(0, ...areas.map((area) => area.depth + 1))
  while (depth > 0 && linesAt(areas, depth) > LINES_SHOWN && linesAt(areas, depth - 1) > 1) depth -= 1
  return depth
}

/** A line for each area at `depth`, and one for each site above. */
function linesAt(areas: readonly AreaView[], depth: number): number {
  return areas.reduce((lines, area) => {
    if (area.depth > depth) return lines
    return lines + (area.depth === depth ? 1 : area.sites.length)
  }, 0)
}

interface Group {
  foldable: boolean
  areas: AreaView[]
}

/** Each area at `depth` together with what lies below it; those above by themselves. */
function groupsAt(areas: readonly AreaView[], depth: number): Group[] {
  const groups: Group[] = []
  for (const area of areas) {
    if (area.depth > depth) groups.at(-1)!.areas.push(area)
    else groups.push({ foldable: area.depth === depth, areas: [area] })
  }
  return groups
}

const sitesOf = (areas: readonly AreaView[]): SiteView[] => areas.flatMap((area) => area.sites)

const rowsOf = (sites: readonly SiteView[]): number =>
  sites.reduce((sum, site) => sum + site.devices.length, 0)

const isTroubled = (site: SiteView): boolean => site.devices.some((device) => device.session === 'offline')
