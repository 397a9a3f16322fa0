import type { AreaId, DeviceId, SiteId } from '#protocol/ids.ts'
import type { World } from '../incidents/world.ts'
import { deathsOf, isSudden } from './deaths.ts'
import type { Timeline } from './timeline.ts'

/** What the sites of one area know of each other. */
export interface Neighbourhood {
  /** Whether something that always runs died suddenly at another site of the area within so long of `at`. */
  diedNear(site: SiteId, at: number, withinMs: number): boolean
  /**
   * The same, but of so much that it cannot have been another office that somebody switches off at the same hour: a
   * loudspeaker, which has a pole of its own, or several sites.
   */
  feederDiedNear(site: SiteId, at: number, withinMs: number): boolean
}

/** When devices that always run died suddenly. */
interface Moments {
  all: number[]
  speakers: number[]
}

/** Remembers of each site only the moments: some hundreds of numbers for a year. */
export function neighbourhood(
  world: World,
  timelinesOf: (devices: readonly DeviceId[]) => Timeline[],
): Neighbourhood {
  let areas: Map<AreaId, Set<SiteId>> | null = null
  const deaths = new Map<SiteId, Moments>()

  return {
    diedNear: (site, at, withinMs) =>
      othersOf(site).some((other) => hasOneIn(deathsAt(other).all, at - withinMs, at + withinMs)),
    feederDiedNear(site, at, withinMs) {
      const hit = othersOf(site).filter((other) =>
        hasOneIn(deathsAt(other).all, at - withinMs, at + withinMs),
      )
      return (
        hit.length > 1 ||
        hit.some((other) => hasOneIn(deathsAt(other).speakers, at - withinMs, at + withinMs))
      )
    },
  }

  function othersOf(site: SiteId): SiteId[] {
    const area = world.site(site)?.area
    if (area === undefined) return []
    areas ??= sitesByArea(world)
    return [...(areas.get(area) ?? [])].filter((other) => other !== site)
  }

  function deathsAt(site: SiteId): Moments {
    let known = deaths.get(site)
    if (!known) {
      const devices = (world.site(site)?.devices ?? []).filter((id) => world.device(id)?.kind !== 'pc')
      const sudden = deathsOf(timelinesOf(devices)).filter(isSudden)
      const speakers = sudden.filter(({ timeline }) => timeline.kind === 'speaker')
      known = { all: sudden.map(({ at }) => at), speakers: speakers.map(({ at }) => at) }
      deaths.set(site, known)
    }
    return known
  }
}

function hasOneIn(sorted: readonly number[], from: number, to: number): boolean {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle]! < from) low = middle + 1
    else high = middle
  }
  return low < sorted.length && sorted[low]! <= to
}

function sitesByArea(world: World): Map<AreaId, Set<SiteId>> {
  const areas = new Map<AreaId, Set<SiteId>>()
  for (const { site } of world.devices()) {
    const area = world.site(site)?.area
    if (area === undefined) continue
    areas.set(area, (areas.get(area) ?? new Set()).add(site))
  }
  return areas
}
