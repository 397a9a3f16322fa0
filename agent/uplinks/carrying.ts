import type { StateOf } from '#protocol/metrics.ts'
import type { LineState } from './line-state.ts'
import type { DefaultRoute } from './routes.ts'

export type Carrying = StateOf<'uplink_carrying'>

/** One of the site's lines, for the question who carries. */
export interface Carrier {
  interface: string
  state: LineState
  /** Its routes are not taken: the kernel leaves out those of dead links, or the router's tracker has. */
  passedOver: boolean
}

/**
 * Which line carries what leaves the site: the one that the route of the lowest metric leads over, both when two are
 * equal. A line that is chosen and seen dead carries nothing. Where the way out is no line of the site, a tunnel, say,
 * nobody knows which it takes.
 * @param shared what the traffic says where policies choose the line; null: nothing
 */
export function carrying(
  routes: readonly DefaultRoute[],
  lines: readonly Carrier[],
  shared: readonly string[] | null,
): Carrying {
  const open = routes.filter((route) => !lines.some((line) => isOf(route, line) && line.passedOver))
  const least = Math.min(...open.map(({ metric }) => metric))
  const byPolicy = open.filter((route) => shared?.includes(route.interface))
  const chosen = byPolicy.length > 0 ? byPolicy : open.filter(({ metric }) => metric === least)
  if (chosen.some((route) => !lines.some((line) => isOf(route, line)))) return 'unknown'
  const [first, second] = lines.map(
    (line) => line.state !== 'down' && chosen.some((route) => isOf(route, line)),
  )
  if (first) return second ? 'both' : 'first'
  return second ? 'second' : 'none'
}

function isOf(route: DefaultRoute, line: Carrier): boolean {
  return route.interface === line.interface
}
