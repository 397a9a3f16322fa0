import { lasting, type Making, passagesOver } from './making.ts'
import type { Outage } from './outage.ts'
import { randomOf } from './random.ts'
import { element, type Troubles } from './troubles.ts'
import { ISPS, type SimCommune, type SimSite, type SimUplink } from './world.ts'

/** An operator that fails does so in three communes and more. */
const FEWEST_COMMUNES = 3
const EVERYWHERE = 0.4
/** Who repairs fibres in a storm's wake needs twice the time of those who mend mains. */
const FIBRE_REPAIR = 2
const MAST_REPAIR = 3

type Draft = Omit<Outage, 'id' | 'to' | 'cause'> & { lasts: number }

/** Everything that cuts fixed lines: fibres, nodes, microwaves, operators. */
export function linkTroubles(making: Making): void {
  for (const site of making.world.sites)
    for (const uplink of site.uplinks) uplinkTroubles(making, site, uplink)
  for (const commune of making.world.communes) communeTroubles(making, commune)
  for (const isp of ISPS) ispTroubles(making, isp)
}

function strike(troubles: Troubles, { lasts, ...draft }: Draft, elements: readonly string[]): void {
  const outage = troubles.begin({ cause: 'link', ...draft, to: draft.from + lasts })
  for (const struck of elements) troubles.strike(struck, outage)
}

function uplinkTroubles(making: Making, site: SimSite, uplink: SimUplink): void {
  const { seed, troubles, weather, rates, until } = making
  const random = randomOf(seed, `uplink/${uplink.id}`)
  const cut = (kind: 'uplink-cut' | 'uplink-blip', from: number, lasts: number, storm: string | null) => {
    const draft = { scope: 'site', element: uplink.id, commune: site.commune.id } as const
    strike(troubles, { ...draft, kind, from, lasts, storm }, [element.uplink(uplink.id)])
  }
  for (const from of random.moments(rates.links.uplinkCutsPerYear, until))
    cut('uplink-cut', from, lasting(random, rates.links.uplinkCut), null)
  for (const from of random.moments(rates.links.uplinkBlipsPerYear, until))
    cut('uplink-blip', from, lasting(random, rates.links.uplinkBlip), null)
  if (uplink.medium !== 'fibre') return
  for (const { storm, passage } of passagesOver(weather, site.commune.id))
    if (random.chance(rates.weather.uplinkCut * passage.strength)) {
      const lasts = FIBRE_REPAIR * lasting(random, rates.weather.stormRepair)
      cut('uplink-cut', random.between(passage.from, passage.to), lasts, storm.id)
    }
}

/** An island hangs on one microwave; a commune of the mainland on a node of each operator. */
function communeTroubles(making: Making, commune: SimCommune): void {
  const { seed, troubles, weather, rates, until } = making
  const random = randomOf(seed, `commune links/${commune.id}`)
  if (commune.terrain === 'island') {
    const base = { kind: 'microwave', scope: 'area', element: commune.id, commune: commune.id } as const
    const struck = [element.microwave(commune.id)]
    for (const from of random.moments(rates.links.microwavePerYear, until))
      strike(troubles, { ...base, from, lasts: lasting(random, rates.links.microwave), storm: null }, struck)
    for (const { storm, passage } of passagesOver(weather, commune.id))
      if (random.chance(rates.weather.microwave * passage.strength)) {
        const from = random.between(passage.from, passage.to)
        const lasts = MAST_REPAIR * lasting(random, rates.links.microwave)
        strike(troubles, { ...base, from, lasts, storm: storm.id }, struck)
      }
    return
  }
  for (const isp of ISPS)
    for (const from of random.moments(rates.links.aggregationPerYear, until)) {
      const node = { kind: 'aggregation', scope: 'area', element: `${commune.id}/${isp}` } as const
      const lasts = lasting(random, rates.links.aggregation)
      const draft = { ...node, commune: commune.id, from, lasts, storm: null }
      strike(troubles, draft, [element.fixed(isp, commune.id)])
    }
}

/** An operator fails in some communes or all, mostly only its fixed lines. */
function ispTroubles({ seed, world, troubles, rates, until }: Making, isp: string): void {
  const random = randomOf(seed, `isp/${isp}`)
  for (const from of random.moments(rates.links.ispPerYear, until)) {
    const fewest = Math.min(FEWEST_COMMUNES, world.communes.length)
    const where = random.chance(EVERYWHERE)
      ? world.communes
      : random.shuffled(world.communes).slice(0, random.whole(fewest, world.communes.length))
    const ids = new Set(where.map(({ id }) => id))
    const mobile = random.chance(rates.links.ispMobileToo)
      ? world.cells.filter((cell) => cell.isp === isp && ids.has(cell.commune.id))
      : []
    const lasts = lasting(random, rates.links.isp)
    strike(troubles, { kind: 'isp', scope: 'isp', element: isp, commune: null, storm: null, from, lasts }, [
      ...[...ids].map((id) => element.fixed(isp, id)),
      ...mobile.map((cell) => element.cell(cell.id)),
    ])
  }
}
