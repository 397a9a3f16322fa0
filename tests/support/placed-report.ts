import { areaId, deviceId, siteId } from '#protocol/ids.ts'
import { type Column, encodeReport } from '#protocol/report.ts'
import type { PlacedReport } from '../../server/projections/readings/store.ts'

interface Wanted {
  firstAt: number
  device?: string
  site?: string
  epoch?: number
  seq?: number
  uptimeSeconds?: number
  offsetsSeconds?: number[]
  /** By metric number, as on the wire: cpu 12.3 % is `{ 1: [123] }`. */
  columns?: Record<number, (number | null)[]>
}

/** A report as the ledger would give it, with its real bytes. */
export function placedReport(wanted: Wanted): PlacedReport {
  const { firstAt, device = 'pc-1', site = 'S1', offsetsSeconds = [0], columns = {} } = wanted
  const report = {
    epoch: wanted.epoch ?? 7,
    seq: wanted.seq ?? 1,
    boot: 1,
    uptimeSeconds: wanted.uptimeSeconds ?? 0,
    clockSeconds: null,
    offsetsSeconds,
    columns: Object.entries(columns).map(([metric, values]): Column => ({ metric: Number(metric), values })),
  }
  return {
    device: deviceId(device),
    site: siteId(site),
    area: areaId('A1'),
    kind: 'pc',
    report,
    bytes: encodeReport(report),
    rowsAt: offsetsSeconds.map((offset) => firstAt + offset * 1000),
  }
}
