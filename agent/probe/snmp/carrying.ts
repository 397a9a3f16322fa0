import type { DefaultRoute } from './routes.ts'

/** One line of a site as the device sees it now. */
export interface LineNow {
  /** null: the device has no such interface now. */
  ifIndex: number | null
  /** null: it does not tell. */
  up: boolean | null
  /** Both ways since the look before; null: not known. */
  bytes: number | null
}

/** Beside a line that works, a spare one carries keepalives and its ISP's broadcasts. */
const LEAST_SHARE = 0.1
/** Under this nobody uses the site: a monitor's own packets are more within a minute. */
const LEAST_BYTES = 20_000

/**
 * Which lines carry, by place; null: it cannot be told. The default route says it. Where the device shows none over
 * these lines, the only one that is up does; of two, those that have traffic.
 */
export function carryingOf(lines: readonly LineNow[], routes: readonly DefaultRoute[]): number[] | null {
  const routed = lines.flatMap(({ ifIndex, up }, place) => {
    const metrics = routes.filter((route) => route.ifIndex === ifIndex).map(({ metric }) => metric)
    return metrics.length > 0 && up !== false ? [{ place, metric: Math.min(...metrics) }] : []
  })
  if (routed.length > 0) {
    const best = Math.min(...routed.map(({ metric }) => metric))
    return routed.filter(({ metric }) => metric === best).map(({ place }) => place)
  }
  const places = lines.map((_, place) => place)
  const up = places.filter((place) => lines[place]!.up)
  if (up.length < 2) return up.length === 0 && lines.some((line) => line.up === null) ? null : up
  const bytes = up.map((place) => lines[place]!.bytes)
  if (bytes.includes(null)) return null
  const sum = (bytes as number[]).reduce((added, each) => added + each, 0)
  return sum < LEAST_BYTES ? null : up.filter((_, nth) => bytes[nth]! >= sum * LEAST_SHARE)
}

/** The state of `uplink_carrying`. */
export function carryingState(
  carrying: readonly number[] | null,
): 'unknown' | 'none' | 'first' | 'second' | 'both' {
  if (carrying === null) return 'unknown'
  if (carrying.length === 0) return 'none'
  if (carrying.length > 1) return 'both'
  return carrying[0] === 0 ? 'first' : 'second'
}
