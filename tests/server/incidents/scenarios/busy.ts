import { seeded } from '../../../samples/seeded.ts'
import { province, type Site } from './province.ts'
import { at, HOUR, MINUTE, SECOND, story } from './story.ts'

const COMMUNES = ['C01', 'C02', 'C03', 'C04']

/**
 * A day in which everything happens somewhere: cuts of mains and lines, of sites, communes and single devices, dips,
 * goodbyes, restarts, batteries, a warning that changes, an announced cut. In each commune one thing follows the other.
 */
export function busyDay(seed: number, hours = 24) {
  const random = seeded(seed)
  const upTo = (most: number): number => Math.floor(random() * most)
  const pick = <Thing>(things: readonly Thing[]): Thing => things[upTo(things.length)]!
  const world = province()
  const sites = COMMUNES.flatMap((area, commune) =>
    Array.from({ length: 3 }, (_, number) =>
      world.site(`S${commune + 1}0${number + 1}`, {
        ...{ area, isps: number === 2 ? ['A', 'B'] : ['A'], pcs: 2, speakers: 3, batterySpeakers: 1 },
        ...(commune === 0 && { terrain: 'island', medium: 'microwave' }),
        batteryRouters: number === 1 ? 1 : 0,
      }),
    ),
  )
  const tale = story(world, seed)
  const end = tale.begins + hours * HOUR

  const strike = (here: Site[], from: number): number => {
    const site = pick(here)
    const devices = pick([
      site.all,
      site.wired,
      here.flatMap(({ all }) => all),
      site.speakers,
      [pick(site.all)],
    ])
    const back = from + pick([30 * SECOND, 4 * MINUTE, 15 * MINUTE, 40 * MINUTE, 2 * HOUR]) + upTo(MINUTE)
    const backed = devices.filter((id) => world.devices.get(id)!.battery)
    switch (upTo(5)) {
      case 0:
        tale.cut(devices, from, back)
        break
      case 1:
        tale.onBattery(backed, from, back)
        tale.powerCut(
          devices.filter((id) => !backed.includes(id)),
          from,
          back,
        )
        break
      case 2:
        tale.die(devices, from, 'unknown', true)
        tale.boot(devices, back)
        break
      case 3:
        tale.die(devices, from, pick(['shutdown', 'restart', 'sleep']))
        tale.boot(devices, back)
        break
      default:
        // Some stay away.
        tale.cut(devices, from, back)
        tale.cut(devices.slice(0, 1), from, back + 3 * HOUR)
        return back + 3 * HOUR
    }
    return back
  }
  for (const area of COMMUNES) {
    const here = sites.filter((site) => site.area === area)
    let next = tale.begins + 10 * MINUTE + upTo(30 * MINUTE)
    while (next < end) next = strike(here, next) + pick([MINUTE, 5 * MINUTE, 20 * MINUTE, HOUR])
  }
  const warned = { type: 'warning', id: 'W1', status: 'actual', severity: 'severe', areas: ['C02', 'C03'] }
  const onset = tale.begins + 3 * HOUR
  tale.say({ t: onset - 2 * HOUR, ...warned, action: 'alert', onset, expires: onset + 2 * HOUR })
  tale.say({ t: onset + HOUR, ...warned, action: 'update', onset, expires: onset + 4 * HOUR })
  tale.say({
    ...{ t: at('06:05'), type: 'planned', id: 'M1', cause: 'power', sites: ['S401'] },
    ...{ from: tale.begins + 2 * HOUR, to: tale.begins + 5 * HOUR },
  })
  return { tale, end, lines: tale.lines(end) }
}
