import type { SnmpSession } from './session.ts'
import { numberOf, type SnmpAnswer } from './value.ts'

/** Where packets go for which no other way is known. */
export interface DefaultRoute {
  ifIndex: number
  /** The lowest is taken; equal ones share. */
  metric: number
}

/** One as it stands in a table of the device, to be asked for again. */
export interface RouteRow {
  ifIndexOid: string
  metricOid: string
}

interface RouteTable {
  /** The column of the interface, and of its index the part that means 0.0.0.0/0. */
  root: string
  /** The same of the metric. */
  metricRoot: string
  /** The index behind them, where only one means a default route. */
  only?: string
}

/** Newest first: IP-FORWARD-MIB of RFC 4292, the one of RFC 2096, and that of RFC 1213. */
const TABLES: readonly RouteTable[] = [
  { root: '1.3.6.1.2.1.4.24.7.1.7.1.4.0.0.0.0.0', metricRoot: '1.3.6.1.2.1.4.24.7.1.12.1.4.0.0.0.0.0' },
  { root: '1.3.6.1.2.1.4.24.4.1.5.0.0.0.0.0.0.0.0', metricRoot: '1.3.6.1.2.1.4.24.4.1.11.0.0.0.0.0.0.0.0' },
  { root: '1.3.6.1.2.1.4.21.1.2.0.0.0', metricRoot: '1.3.6.1.2.1.4.21.1.3.0.0.0', only: '0' },
]

/** Two lines, and what ends the search. */
const AT_ONCE = 3

/** The rows of the default routes of IPv4, from the newest table that has any. */
export async function findDefaultRoutes(session: SnmpSession): Promise<RouteRow[]> {
  const columns = await session.columns(
    TABLES.map(({ root }) => root),
    AT_ONCE,
  )
  for (const { root, metricRoot, only } of TABLES) {
    const rows = [...columns.get(root)!]
      .filter(([index, value]) => (numberOf(value) ?? 0) > 0 && (only === undefined || index === only))
      .map(([index]) => ({ ifIndexOid: `${root}.${index}`, metricOid: `${metricRoot}.${index}` }))
    if (rows.length > 0) return rows
  }
  return []
}

/** The routes in these rows; null: one of them is no more. */
export function routesIn(
  rows: readonly RouteRow[],
  answers: ReadonlyMap<string, SnmpAnswer>,
): DefaultRoute[] | null {
  const number = (oid: string): number | null => {
    const answer = answers.get(oid)
    return answer && 'value' in answer ? numberOf(answer.value) : null
  }
  const routes = rows.map(({ ifIndexOid, metricOid }) => ({
    ifIndex: number(ifIndexOid) ?? 0,
    metric: number(metricOid) ?? 0,
  }))
  return routes.some(({ ifIndex }) => ifIndex === 0) ? null : routes
}
