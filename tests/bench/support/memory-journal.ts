import { encodeReport, type Report } from '#protocol/report.ts'
import type { Outbox, Sealed } from '../../../agent/outbox.ts'
import { mergeRows } from '../../../agent/report.ts'

/** As much of a journal as link and reporter need, in memory: two thousand of them would share one disk here. */
export interface MemoryJournal extends Outbox {
  readonly unsealedRows: number
  sealNewest(maxRows: number): Promise<boolean>
  sealOldest(maxRows: number): Promise<boolean>
}

/** Two thousand agents hold the same rows under the same numbers: each report is coded once for all. */
const coded = new Map<string, Sealed>()

function sealedOf(rows: readonly Report[], from: number, to: number, seq: number): Sealed {
  const key = `${from}-${to}/${seq}`
  const known = coded.get(key)
  if (known) return known
  const report = mergeRows(rows.slice(from, to), { epoch: 1, seq })
  const { boot, uptimeSeconds, clockSeconds, offsetsSeconds } = report
  const span = offsetsSeconds.at(-1)!
  const sealed: Sealed = {
    kind: 'report',
    ...{ epoch: 1, seq, boot, bytes: encodeReport(report) },
    uptimeSeconds: uptimeSeconds + span,
    clockSeconds: clockSeconds === null ? null : clockSeconds + span,
  }
  coded.set(key, sealed)
  return sealed
}

export function createMemoryJournal(rows: readonly Report[]): MemoryJournal {
  const held: Sealed[] = []
  let seq = 1
  let from = 0
  let to = rows.length
  const hold = (start: number, end: number): boolean => {
    if (start >= end) return false
    held.push(sealedOf(rows, start, end, seq++))
    return true
  }
  return {
    get unsealedRows() {
      return to - from
    },
    async sealNewest(maxRows) {
      const start = Math.max(from, to - maxRows)
      const sealed = hold(start, to)
      to = start
      return sealed
    },
    async sealOldest(maxRows) {
      const end = Math.min(to, from + maxRows)
      const sealed = hold(from, end)
      from = end
      return sealed
    },
    pending() {
      const newest = held.at(-1)
      return newest ? [newest, ...held.slice(0, -1)] : []
    },
    async ack(acknowledged) {
      for (const one of acknowledged) held.splice(held.indexOf(one), 1)
    },
  }
}
