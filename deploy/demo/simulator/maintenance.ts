import type { Making } from './making.ts'
import type { Announcement } from './power.ts'
import { randomOf } from './random.ts'
import { element } from './troubles.ts'
import { ISPS } from './world.ts'

const MINUTE = 60
const HOUR = 3600
const DAY = 86_400

/** An operator announces work on the lines of a commune by night; the lines are away for a part of the window. */
export function lineMaintenance({ seed, world, troubles, days, rates, until }: Making): Announcement[] {
  const random = randomOf(seed, 'isp maintenance')
  return random.moments(rates.links.ispMaintenancePerYear, until).flatMap((moment): Announcement[] => {
    const commune = random.pick(world.communes)
    const isp = random.pick(ISPS)
    const from = days.midnight(Math.ceil(moment / DAY)) + random.between(0, 2.5) * HOUR
    const to = from + random.between(2, 4) * HOUR
    const sites = world.sites.filter((site) => site.commune === commune && site.uplinks[0]!.isp === isp)
    if (sites.length === 0 || from >= until) return []
    const cutFrom = from + random.between(5, 40) * MINUTE
    const outage = troubles.begin({
      ...({ kind: 'isp-maintenance', cause: 'planned', scope: 'area', storm: null } as const),
      element: `${commune.id}/${isp}`,
      commune: commune.id,
      from: cutFrom,
      to: Math.min(to, cutFrom + random.between(10, 70) * MINUTE),
    })
    for (const site of sites)
      if (site.uplinks[0]!.medium !== 'cell') troubles.strike(element.uplink(site.uplinks[0]!.id), outage)
    const at = Math.max(0, from - random.between(1, 4) * DAY)
    return [
      {
        at,
        id: `M-${outage.id}`,
        outage: outage.id,
        cause: 'maintenance',
        sites: sites.map(({ id }) => id),
        from,
        to,
      },
    ]
  })
}
