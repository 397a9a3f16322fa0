import type { RowsLoss } from '#protocol/loss.ts'
import type { Report } from '#protocol/report.ts'

/** Rows that are gone for good, not told to the centre yet. */
export type Gone = Omit<RowsLoss, 'epoch' | 'seq'>

/** A boot, a reason each; a year of power cuts has thousands of boots, and then the oldest are told as one. */
const MAX_TOMBSTONES = 32

/** `tombstones` with one more; those of one boot and reason become one. */
export function declare(tombstones: readonly Gone[], gone: Gone): Gone[] {
  const same = tombstones.find(({ boot, reason }) => boot === gone.boot && reason === gone.reason)
  const others = tombstones.filter((each) => each !== same)
  const all = [...others, same ? joined(same, gone) : gone]
  if (all.length <= MAX_TOMBSTONES) return all
  const [oldest, ...rest] = all
  return declare(rest, { ...oldest!, boot: 0, uptimeSeconds: 0, spanSeconds: 0 })
}

function joined(one: Gone, other: Gone): Gone {
  const first = Math.min(one.uptimeSeconds, other.uptimeSeconds)
  const last = Math.max(one.uptimeSeconds + one.spanSeconds, other.uptimeSeconds + other.spanSeconds)
  return { ...one, uptimeSeconds: first, spanSeconds: last - first, rows: one.rows + other.rows }
}

/** The tombstones of single rows. */
export function declareRows(
  tombstones: readonly Gone[],
  rows: readonly Pick<Report, 'boot' | 'uptimeSeconds'>[],
  reason: Gone['reason'],
): readonly Gone[] {
  const byBoot = new Map<number, Gone>()
  for (const { boot, uptimeSeconds } of rows) {
    const gone: Gone = { boot, uptimeSeconds, spanSeconds: 0, rows: 1, reason }
    const same = byBoot.get(boot)
    byBoot.set(boot, same ? joined(same, gone) : gone)
  }
  return [...byBoot.values()].reduce<readonly Gone[]>(declare, tombstones)
}

export function countRows(tombstones: readonly Gone[]): number {
  return tombstones.reduce((sum, { rows }) => sum + rows, 0)
}
