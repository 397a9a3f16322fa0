import type { SnmpSession } from './session.ts'
import { numberOf } from './value.ts'

/** Where packets go for which no other way is known. */
export interface DefaultRoute {
  ifIndex: number
  /** The lowest is taken; equal ones share. */
  metric: number
}

interface RouteTable {
  /** The column of the interface, and of its index the part that means 0.0.0.0/0. */
  root: string
  /** The column of the metric for the row with this index. */
  metric(index: string): string
}

/** Newest first: IP-FORWARD-MIB of RFC 4292, the one of RFC 2096, and that of RFC 1213. */
const TABLES: readonly RouteTable[] = [
  {
    root: '1.3.6.1.2.1.4.24.7.1.7.1.4.0.0.0.0.0',
    metric: (index) => `1.3.6.1.2.1.4.24.7.1.12.1.4.0.0.0.0.0.${index}`,
  },
  {
    root: '1.3.6.1.2.1.4.24.4.1.5.0.0.0.0.0.0.0.0',
    metric: (index) => `1.3.6.1.2.1.4.24.4.1.11.0.0.0.0.0.0.0.0.${index}`,
  },
  { root: '1.3.6.1.2.1.4.21.1.2.0.0.0', metric: () => '1.3.6.1.2.1.4.21.1.3.0.0.0.0' },
]

/** Two lines, and what ends the search. */
const AT_ONCE = 3

/** The default routes of IPv4. @param known the table that had them last time: then only it is asked */
export async function readDefaultRoutes(
  session: SnmpSession,
  known: RouteTable | null,
): Promise<{ routes: DefaultRoute[]; table: RouteTable | null }> {
  const tables = known ? [known] : TABLES
  const columns = await session.columns(
    tables.map(({ root }) => root),
    AT_ONCE,
  )
  for (const table of tables) {
    const rows = [...columns.get(table.root)!]
      .map(([index, value]) => ({ index, ifIndex: numberOf(value) ?? 0 }))
      .filter(({ index, ifIndex }) => ifIndex > 0 && (table.root !== TABLES[2]!.root || index === '0'))
    if (rows.length > 0) return { routes: await withMetrics(session, table, rows), table }
  }
  return { routes: [], table: null }
}

async function withMetrics(
  session: SnmpSession,
  table: RouteTable,
  rows: readonly { index: string; ifIndex: number }[],
): Promise<DefaultRoute[]> {
  if (rows.length === 1) return [{ ifIndex: rows[0]!.ifIndex, metric: 0 }]
  const answers = await session.get(rows.map(({ index }) => table.metric(index)))
  return rows.map(({ index, ifIndex }) => {
    const answer = answers.get(table.metric(index))
    return { ifIndex, metric: (answer && 'value' in answer ? numberOf(answer.value) : null) ?? 0 }
  })
}

export type { RouteTable }
