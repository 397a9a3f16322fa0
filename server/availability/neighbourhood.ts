import type { AreaId, DeviceId, SiteId } from '#protocol/ids.ts'
import type { World } from '../incidents/world.ts'
import { deathsOf, isSudden } from './deaths.ts'
import type { Timeline } from './timeline.ts'

/** What the sites of one area know of each other. */
export interface Neighbourhood {
  /** Whether something that always runs died suddenly at another site of the area within so long of `at`. */
  diedNear(site: SiteId, at: number, withinMs: number): boolean
}

/** Remembers of each site only the moments: some hundreds of numbers for a year. */
export function neighbourhood(
  world: World,
  timelinesOf: (devices: readonly DeviceId[]) => Timeline[],
): Neighbourhood {
  let areas: Map<AreaId, Set<SiteId>> | null = null
  const deaths = new Map<SiteId, number[]>()

  return {
    diedNear(site, at, withinMs) {
      const area = world.site(site)?.area
      if (area === undefined) return false
      areas ??= sitesByArea(world)
      for (const other of areas.get(area) ?? []) {
        if (other !== site && hasOneIn(deathsAt(other), at - withinMs, at + withinMs)) return true
      }
      return false
    },
  }

  function deathsAt(site: SiteId): number[] {
    let known = deaths.get(site)
    if (!known) {
      const devices = (world.site(site)?.devices ?? []).filter((id) => world.device(id)?.kind !== 'pc')
      known = deathsOf(timelinesOf(devices)).flatMap((death) => (isSudden(death) ? [death.at] : []))
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
