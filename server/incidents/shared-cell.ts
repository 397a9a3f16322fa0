import { areaOf, isAlwaysOn, isFixed, lineOf } from './paths.ts'
import { type Element, type Pool, together } from './pool.ts'
import { wasThere } from './site-down.ts'
import { deviceState, type Step } from './state.ts'
import type { WatchedDevice } from './world.ts'

export function sharedCell(step: Step, seed: WatchedDevice, pool: Pool): Element | null {
  const { world, rules } = step
  const cell = cellOf(step, seed) ?? cellAround(step, seed, pool)
  if (cell === null) return null
  const isServed = (device: WatchedDevice): boolean => cellOf(step, device) === cell
  const known = together(step, null, pool.loss, pool.members.filter(isServed))
  if (known.members.length < rules.cellDevices) return null
  let of = 0
  for (const device of world.devices()) if (isServed(device) && wasThere(step, device.id)) of++
  if (known.members.length < rules.cellShare * of) return null
  const hangsOn = (device: WatchedDevice): boolean =>
    isServed(device) || mayHangOn(step, device, cell, known.members)
  const group = together(step, seed.id, pool.loss, pool.members.filter(hangsOn))
  // Fixed lines have gone as well: it is not the base station alone.
  const wired = pool.members.some(
    (device) =>
      isFixed(device) &&
      isAlwaysOn(device) &&
      lineOf(world, device)?.medium !== 'cell' &&
      nearCell(step, device, group),
  )
  if (wired) return null
  return {
    scope: 'cell',
    element: cell,
    pool: group,
    why: [{ rule: 'cell-shared', cell, devices: known.members.length, of }],
  }
}

/** The base station by which a mobile device was last served; null: wired, or it has not said. */
export function cellOf({ state, world }: Step, device: WatchedDevice): string | null {
  return lineOf(world, device)?.medium === 'cell' ? deviceState(state, device.id).cell : null
}

/** A mobile device that does not say its cell: most likely that of its operator's in the area that lost most. */
function cellAround(step: Step, seed: WatchedDevice, pool: Pool): string | null {
  const line = lineOf(step.world, seed)
  if (line?.medium !== 'cell') return null
  const counts = new Map<string, number>()
  for (const device of pool.members) {
    const cell = cellOf(step, device)
    if (cell === null || !sameAreaAndIsp(step, seed, device)) continue
    counts.set(cell, (counts.get(cell) ?? 0) + 1)
  }
  let most: string | null = null
  for (const [cell, count] of counts) if (most === null || count > counts.get(most)!) most = cell
  return most
}

/** A mobile device that does not say its cell went at the same moment as those of its operator around it. */
export function mayHangOn(
  step: Step,
  device: WatchedDevice,
  cell: string,
  served: readonly WatchedDevice[],
): boolean {
  if (lineOf(step.world, device)?.medium !== 'cell' || deviceState(step.state, device.id).cell !== null)
    return false
  return served.some((other) => cellOf(step, other) === cell && sameAreaAndIsp(step, device, other))
}

function sameAreaAndIsp({ world }: Step, one: WatchedDevice, other: WatchedDevice): boolean {
  return (
    areaOf(world, one.site) === areaOf(world, other.site) &&
    lineOf(world, one)?.isp === lineOf(world, other)?.isp
  )
}

/** Of an area in which the group lies. */
function nearCell({ world }: Step, device: WatchedDevice, { members }: Pool): boolean {
  return members.some(({ site }) => areaOf(world, site) === areaOf(world, device.site))
}
