import type { DeviceId } from '#protocol/ids.ts'
import { type Month, monthAt, monthName, monthStart } from '#protocol/month.ts'
import type { BillView } from '../../web/view.ts'
import type { Paces } from '../fleet/paces.ts'
import { settingsFor } from '../fleet/settings.ts'
import type { Live } from '../projections/live.ts'
import type { ReadingStore } from '../projections/readings/store.ts'
import type { Device, Registry, Uplink } from '../registry/registry.ts'
import { estimateBytes, HOUR_MS } from './estimate.ts'
import { toldBytes } from './spent.ts'

export interface BillParts {
  registry: Pick<Registry, 'uplink' | 'devicesOn' | 'devices'>
  readings: Pick<ReadingStore, 'read'>
  paces: Pick<Paces, 'of'>
}

/** Where a bill's bytes come from: counted by the device, reckoned by the centre, or nothing was heard. */
export type BillSource = 'agent' | 'estimate' | 'none'

/** What a month of a device has cost on its line. */
export interface Bill {
  device: DeviceId
  /** "2026-11" */
  month: string
  bytes: number
  source: BillSource
  /** null where nobody has said what a megabyte costs. */
  vnd: number | null
  /** What of its line's cap is the device's; null: no cap. */
  capBytes: number | null
}

/** As operators sell it. */
const MEGABYTE = 1_000_000

/** A total of the month before that is said late is known by the one before it: an hour, and a device that slept. */
const BEFORE_MS = 2 * 24 * HOUR_MS

/** @throws Error when the store of readings does not answer */
export async function billOf(parts: BillParts, device: Device, month: Month): Promise<Bill> {
  const { bytes, source } = await bytesOf(parts, device, month)
  return { device: device.id, month: monthName(month), bytes, source, ...termsOf(parts, device, bytes) }
}

/**
 * Of this month, for a page; null while the device was not heard. Mostly the newest total is at hand, and no month of
 * readings needs to be read. @throws as `billOf`
 */
export async function billViewOf(
  parts: BillParts & { live: Pick<Live, 'device'> },
  device: Device,
  nowMs: number,
): Promise<BillView | null> {
  const month = monthAt(nowMs)
  const newest = parts.live.device(device.id, nowMs)
  // With the first sample of a month comes the month's own total.
  const told = newest && monthAt(newest.readAt) === month ? newest.values.line_bytes : undefined
  const { bytes, source } =
    told === undefined ? await bytesOf(parts, device, month) : { bytes: told, source: 'agent' }
  return source === 'none'
    ? null
    : { bytes, ...termsOf(parts, device, bytes), estimated: source === 'estimate' }
}

/** Price and cap of so many bytes, as the device's line has them. */
function termsOf(parts: BillParts, device: Device, bytes: number): Pick<Bill, 'vnd' | 'capBytes'> {
  const uplink = device.uplink === null ? undefined : parts.registry.uplink(device.uplink)
  const price = uplink?.vndPerMb ?? null
  return {
    vnd: price === null ? null : Math.round((bytes / MEGABYTE) * price),
    capBytes: uplink ? capOf(parts, device, uplink) : null,
  }
}

async function bytesOf(
  { readings, paces }: BillParts,
  device: Device,
  month: Month,
): Promise<{ bytes: number; source: BillSource }> {
  const [from, to] = [monthStart(month), monthStart(month + 1)]
  const read = (metric: string, fromMs: number, stepMs: number | null) =>
    readings.read({ device: device.id, metric, from: fromMs, to, stepMs })
  const told = toldBytes(await read('line_bytes', from - BEFORE_MS, null), from)
  if (told !== null) return { bytes: told, source: 'agent' }
  const hours = await read('uptime_seconds', from, HOUR_MS)
  if (hours.length === 0) return { bytes: 0, source: 'none' }
  const { sampleSeconds, reportSeconds, keepaliveSeconds } = paces.of(device.id).pace ?? {
    ...device,
    sampleSeconds: 60,
  }
  const pings = keepaliveSeconds > 0 && keepaliveSeconds < reportSeconds
  const bytes = estimateBytes(hours, { sampleSeconds, reportSeconds, keepaliveSeconds, pings })
  return { bytes, source: 'estimate' }
}

/** As the device is told it. */
function capOf({ registry }: BillParts, device: Device, uplink: Uplink): number | null {
  const mates = registry.devicesOn(uplink)
  const served = registry.devices().length
  return settingsFor({ device, uplink, mates, fast: false, storm: false, measures: false, served })
    .monthlyBytes
}
