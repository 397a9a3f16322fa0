import { type Making, passagesOver } from './making.ts'
import { type Random, randomOf } from './random.ts'
import { union } from './span.ts'
import { element, type Troubles } from './troubles.ts'
import type { SimCell } from './world.ts'

const MINUTE = 60
/** Fades shorter than this leave the connection alive. */
const SHORTEST_FADE = 45
/** A base station that starts again. */
const STATION_START = [60, 240] as const
/** A squall leaves less behind than a typhoon. */
const SQUALL_REPAIR = 1 / 3

/** Everything that takes base stations away. The mains and the microwaves must have had their troubles before. */
export function mobileTroubles(making: Making): void {
  for (const cell of making.world.cells) cellTroubles(making, cell)
}

/** Faults, fades, the death of its batteries in a power cut, and the microwave behind it. */
function cellTroubles({ seed, troubles, weather, rates, until }: Making, cell: SimCell): void {
  const random = randomOf(seed, `cell/${cell.id}`)
  const struck = element.cell(cell.id)
  const begin = (kind: 'cell-fault' | 'cell-fade', from: number, lasts: number, storm: string | null) => {
    const base = { cause: 'link', scope: 'cell', element: cell.id, commune: cell.commune.id } as const
    troubles.strike(struck, troubles.begin({ ...base, kind, from, to: from + lasts, storm }))
  }
  for (const from of random.moments(rates.links.cellFaultsPerYear, until)) {
    const { median, spread } = rates.links.cellFault
    begin('cell-fault', from, Math.max(MINUTE, random.lognormal(median, spread)), null)
  }
  const fade = () => SHORTEST_FADE + random.exponential(rates.links.fadeMeanSeconds - SHORTEST_FADE)
  for (const from of random.moments(rates.links.fadesPerYear, until)) begin('cell-fade', from, fade(), null)
  for (const { storm, passage } of passagesOver(weather, cell.commune.id)) {
    const more = rates.links.fadesPerYear * (rates.weather.fadeFactor - 1)
    for (const after of random.moments(more, passage.to - passage.from))
      begin('cell-fade', passage.from + after, fade(), storm.id)
    if (!random.chance(rates.weather.cellFault * passage.strength)) continue
    const { median, spread } = rates.weather.stormRepair
    const lasts = random.lognormal(storm.kind === 'typhoon' ? median : median * SQUALL_REPAIR, spread)
    begin('cell-fault', random.between(passage.from, passage.to), lasts, storm.id)
  }
  batteriesDie(troubles, cell, random)
  if (!cell.byMicrowave) return
  for (const cut of troubles.effectsOn(element.microwave(cell.commune.id)))
    troubles.strike(struck, cut.outage, cut)
}

/** In a cut of its feeder that outlasts its batteries a base station dies, and needs minutes to start again. */
function batteriesDie(troubles: Troubles, cell: SimCell, random: Random): void {
  const cuts = troubles.effectsOn(element.feeder(cell.feeder))
  for (const away of union(cuts)) {
    const dead = { from: away.from + cell.batterySeconds, to: away.to + random.between(...STATION_START) }
    if (dead.from >= away.to) continue
    for (const cut of cuts) {
      if (cut.to <= dead.from || cut.from >= away.to || cut.from < away.from) continue
      const to = cut.to === away.to ? dead.to : cut.to
      troubles.strike(element.cell(cell.id), cut.outage, { from: Math.max(cut.from, dead.from), to })
    }
  }
}
