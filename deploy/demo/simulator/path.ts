import type { Life } from './life.ts'
import { credited, type Effect } from './outage.ts'
import { type Random, randomOf } from './random.ts'
import type { Rates } from './rates.ts'
import { byStart, type Span, union } from './span.ts'
import { element, type Troubles } from './troubles.ts'
import type { SimCell, SimDevice, SimSite, SimUplink } from './world.ts'

/** A router that starts lets nobody through before this. */
const ROUTER_STARTS = [30, 60] as const
const FAIL_BACK = [5, 25] as const
const RESELECT = [60, 180] as const
const COME_HOME = [60, 600] as const

export interface CellMove {
  at: number
  cell: string
}

function uplinkDark(uplink: SimUplink, site: SimSite, troubles: Troubles): Effect[] {
  const own = troubles.effectsOn(element.uplink(uplink.id))
  const commune = site.commune.id
  switch (uplink.medium) {
    case 'cell':
      return [...own, ...troubles.effectsOn(element.cell(uplink.cell!.id))]
    case 'microwave':
      return [
        ...own,
        ...troubles.effectsOn(element.microwave(commune)),
        ...troubles.effectsOn(element.fixed(uplink.isp, commune)),
      ]
    case 'fibre':
    case 'satellite':
      return [...own, ...troubles.effectsOn(element.fixed(uplink.isp, commune))]
  }
}

function clip(effects: readonly Effect[], { from, to }: Span): Effect[] {
  return effects.flatMap((effect) => {
    const rest = { ...effect, from: Math.max(effect.from, from), to: Math.min(effect.to, to) }
    return rest.from < rest.to ? [rest] : []
  })
}

/** When the site cannot reach the centre: with two operators only until the router has changed over. */
export function siteDark(seed: number, site: SimSite, troubles: Troubles, rates: Rates): Effect[] {
  const [first, second] = site.uplinks.map((uplink) => uplinkDark(uplink, site, troubles))
  if (second === undefined) return first!.sort(byStart)
  const random = randomOf(seed, `failover/${site.id}`)
  const dark: Effect[] = []
  const causes = credited(first!)
  for (const away of union(first!)) {
    const over = Math.min(away.to, away.from + random.between(...rates.links.failoverSeconds))
    dark.push(...clip(causes, { from: away.from, to: over }))
    if (over === away.to) continue
    dark.push(...clip(second, { from: over, to: away.to }))
    const last = causes.findLast((effect) => effect.to <= away.to)!
    dark.push({ from: away.to, to: away.to + random.between(...FAIL_BACK), outage: last.outage })
  }
  return dark.sort(byStart)
}

/** What a router that does not run does to those behind it. */
export function behindGateway(seed: number, site: SimSite, gateway: Life): Effect[] {
  const random = randomOf(seed, `behind/${site.id}`)
  const causes = credited(gateway.down)
  return union(gateway.down).flatMap((hole) => {
    const inside = clip(causes, hole)
    const last = inside.at(-1)!
    return [...inside, { from: hole.to, to: hole.to + random.between(...ROUTER_STARTS), outage: last.outage }]
  })
}

/** When a loudspeaker's SIM reaches nobody, and the cells that serve it meanwhile. */
export function speakerDark(
  seed: number,
  device: SimDevice,
  troubles: Troubles,
): { dark: Effect[]; moves: CellMove[] } {
  const line = troubles.effectsOn(element.line(device.id))
  const [usual, other] = device.cells as [SimCell, SimCell | undefined]
  const dark = troubles.effectsOn(element.cell(usual.id))
  const moves: CellMove[] = [{ at: 0, cell: usual.id }]
  if (other === undefined) return { dark: [...dark, ...line].sort(byStart), moves }
  const random = randomOf(seed, `cells/${device.id}`)
  return { dark: [...reselect(dark, troubles, other, usual, random, moves), ...line].sort(byStart), moves }
}

function reselect(
  dark: readonly Effect[],
  troubles: Troubles,
  other: SimCell,
  usual: SimCell,
  random: Random,
  moves: CellMove[],
): Effect[] {
  const otherDark = troubles.effectsOn(element.cell(other.id))
  const causes = credited(dark)
  const left: Effect[] = []
  let home = 0
  for (const away of union(dark)) {
    const over = Math.max(home, away.from) + random.between(...RESELECT)
    left.push(...clip(causes, { from: away.from, to: Math.min(over, away.to) }))
    if (over >= away.to) continue
    left.push(...clip(otherDark, { from: over, to: away.to }))
    home = away.to + random.between(...COME_HOME)
    moves.push({ at: over, cell: other.id }, { at: home, cell: usual.id })
  }
  return left
}
