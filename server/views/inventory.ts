import type { AreaId } from '#protocol/ids.ts'
import { stateOf, statesOf } from '#protocol/metrics.ts'
import type { AntivirusState, InventoryCounts, InventoryView, MachineView } from '../../web/inventory-view.ts'
import { ageYears, modelOf } from '../../web/parts/machine.ts'
import { groupBy } from '../group-by.ts'
import type { Device, Registry } from '../registry/registry.ts'
import { areaTree } from './area-tree.ts'
import { deviceView, type ViewParts } from './now.ts'
import { supportOf } from './support.ts'

export interface AskedInventory {
  /** null: all. */
  area: AreaId | null
  onlyCare: boolean
  /** From 1 on. */
  page: number
}

/** A row is about 60 bytes gzipped: a page stays under 8 KB. */
const MACHINES_A_PAGE = 50

/** A screen or three of areas; of the others there is less to do. */
const BELOW_SHOWN = 40

interface Placed {
  area: AreaId
  machine: MachineView
}

/** What machines there are, how protected, and how long they are mended. */
export function inventoryView(parts: ViewParts, { area, onlyCare, page }: AskedInventory): InventoryView {
  const { registry } = parts
  const choices = areaTree(registry)
  const order = new Map(choices.map(({ id }, at) => [id, at]))
  const above = areasAbove(registry)
  const placed = registry
    .devices()
    .map((device) => ({ area: registry.site(device.site)!.area, machine: machineView(parts, device) }))
    .filter((each) => area === null || above(each.area).includes(area))
    .sort((one, other) => order.get(one.area)! - order.get(other.area)! || inSite(one.machine, other.machine))
  const listed = placed.filter(({ machine }) => !onlyCare || machine.marks.length > 0)
  const pages = Math.max(1, Math.ceil(listed.length / MACHINES_A_PAGE))
  const shown = Math.min(page, pages)
  const lines = below(registry, placed, above, area)
  return {
    area: area === null ? null : { id: area, name: registry.area(area)?.name ?? area },
    ...{ areas: choices, onlyCare, whole: countsOf(placed) },
    ...{ below: lines.slice(0, BELOW_SHOWN), moreBelow: Math.max(0, lines.length - BELOW_SHOWN) },
    machines: listed
      .slice((shown - 1) * MACHINES_A_PAGE, shown * MACHINES_A_PAGE)
      .map(({ machine }) => machine),
    ...{ all: listed.length, page: shown, pages },
  }
}

function machineView(parts: ViewParts, device: Device): MachineView {
  const { traits } = parts.traits.of(device.id)
  const { values, marks } = deviceView(parts, device)
  const antivirus = stateOf('antivirus_state', values.antivirus_state ?? 0) ?? 'unknown'
  return {
    ...{ id: device.id, name: device.name, kind: device.kind, marks },
    siteName: parts.registry.site(device.site)!.name,
    os: traits.os ?? traits.os_id ?? null,
    support: supportOf(traits.os_id, parts.now()),
    antivirus: device.kind === 'pc' ? antivirus : null,
    model: modelOf(traits),
    ageYears: ageYears(traits.made, parts.now()),
  }
}

function countsOf(placed: readonly Placed[]): InventoryCounts {
  const none = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, 0]))
  const antivirus = none(statesOf('antivirus_state').map(({ name }) => name)) as Record<
    AntivirusState,
    number
  >
  const support = { supported: 0, 'ends-soon': 0, ended: 0, unknown: 0 }
  const computers = placed.filter(({ machine }) => machine.kind === 'pc')
  for (const { machine } of computers) {
    antivirus[machine.antivirus ?? 'unknown'] += 1
    support[machine.support?.state ?? 'unknown'] += 1
  }
  return { computers: computers.length, antivirus, support }
}

/** The areas right below with a computer in them; where there is one alone, those below it. */
function below(
  registry: Pick<Registry, 'areas'>,
  placed: readonly Placed[],
  above: (area: AreaId) => AreaId[],
  area: AreaId | null,
): InventoryView['below'] {
  // Of each device's areas the one right below, which is the last before `area` or before the end.
  const inside = groupBy(placed, (each) => {
    const chain = above(each.area)
    return chain[(area === null ? chain.length : chain.indexOf(area)) - 1] ?? null
  })
  const lines = registry
    .areas()
    .map(({ id, name }) => ({ id, name, counts: countsOf(inside.get(id) ?? []) }))
    .filter(({ counts }) => counts.computers > 0)
  const [only, ...others] = lines
  if (only && others.length === 0) {
    const within = placed.filter((each) => above(each.area).includes(only.id))
    const deeper = below(registry, within, above, only.id)
    if (deeper.length > 0) return deeper
  }
  return lines.sort((one, other) => needs(other.counts) - needs(one.counts))
}

/** How many things are to be done there. */
const needs = ({ antivirus, support }: InventoryCounts): number =>
  antivirus.none + antivirus.off + antivirus.stale + support.ended

/** An area and all above it, worked out once for each. */
function areasAbove(registry: Pick<Registry, 'area'>): (area: AreaId) => AreaId[] {
  const known = new Map<AreaId, AreaId[]>()
  return function above(area) {
    const found = known.get(area)
    if (found) return found
    const chain: AreaId[] = []
    for (let at: AreaId | null = area; at !== null && !chain.includes(at); ) {
      chain.push(at)
      at = registry.area(at)?.parent ?? null
    }
    known.set(area, chain)
    return chain
  }
}

const collator = new Intl.Collator('vi', { numeric: true })

const inSite = (one: MachineView, other: MachineView): number =>
  collator.compare(one.siteName, other.siteName) || collator.compare(one.name, other.name)
