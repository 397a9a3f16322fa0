import type { Line } from '#protocol/cost.ts'
import { dayOnLine, leastCapOnLine } from '#protocol/forecast.ts'
import type { DeviceId, DeviceKind } from '#protocol/ids.ts'
import { MAX_KEEPALIVE_SECONDS } from '#protocol/limits.ts'
import type { Settings } from '#protocol/settings.ts'
import type { Device, Uplink } from '../registry/registry.ts'

/** A reading a minute, or as often as reports go where those go more often. */
const SAMPLE_SECONDS = 60

/** Silence is noticed after 90 s; the pings are 270 kB a day, which is nothing on a line that nobody counts. */
const UNMETERED_KEEPALIVE_SECONDS = 60

/**
 * What a sentinel may keep, the fastest first. With reports each 15 minutes 31 days of it are 9.4, 5.2, 2.1 and 1.5 MB;
 * without any ping they are 0.9 MB. Few steps, so that a small change of a cap tells nobody anything.
 */
const SENTINEL_KEEPALIVES_SECONDS = [60, 120, 300, 600]

/** On a mobile or satellite line without a cap: 5.2 MB a month, and silence is noticed after 3 minutes. */
const UNCAPPED_SENTINEL_KEEPALIVE_SECONDS = 120

/** A keepalive beyond the report interval sends no ping at all; a third more bears a report that is late. */
const SLOW_FACTOR = 4 / 3

/** Of its share a sentinel plans with so much: the rest is for reconnects, changes of state and what is sent twice. */
const PLANNED = 0.7

/** Timestamps on, the longer seal: what the planned month costs at worst. */
const LINE: Line = { timestamps: true, tagBytes: 16, ipv6: false }
const MONTH_DAYS = 31

/**
 * How a cap is divided: a device that is always on may become sentinel and needs more. By its kind and not by its role,
 * so that a role that moves in the middle of a month moves no bytes that are spent already.
 */
const WEIGHTS: Readonly<Record<DeviceKind, number>> = { router: 4, speaker: 4, other: 2, pc: 1 }

/** TLS takes 2.8 ms of CPU a connection: with half a core free for it, 178 a second, and some are in vain. */
const CONNECTIONS_PER_SECOND = 150

/** In steps, so that one more device does not tell all the others something new. */
const SPREAD_STEP_SECONDS = 10

/** 21 bits are three bytes in every hello; that two settings of one device in a row are taken for one is 1 in 2 million. */
const NUMBERS = 2 ** 21 - 1

/** What a device's settings follow from. */
export interface Circumstances {
  device: Pick<Device, 'id' | 'kind' | 'reportSeconds' | 'keepaliveSeconds'>
  /** Its line; null: nobody has said which. */
  uplink: Uplink | null
  /** All that go by that line, itself among them, always in the same order. */
  mates: readonly Pick<Device, 'id' | 'kind'>[]
  /** It shows for its whole site that the line lives. */
  fast: boolean
  /** How many devices the centre serves. */
  served: number
  /** There is a storm where it stands. */
  storm: boolean
  /** It finds out what the line can carry. */
  measures: boolean
}

/** Whether somebody pays for each byte. */
export function isMetered({ medium, monthlyBytes }: Uplink): boolean {
  return monthlyBytes !== null || medium === 'cell' || medium === 'satellite'
}

/** The pace and the price that the centre wants of a device; the technician's own values are where it begins. */
export function settingsFor({
  device,
  uplink,
  mates,
  fast,
  served,
  storm,
  measures,
}: Circumstances): Settings {
  const { reportSeconds } = device
  const sampleSeconds = Math.min(SAMPLE_SECONDS, reportSeconds)
  const cap = uplink?.monthlyBytes ?? null
  const monthlyBytes = cap === null ? null : shareOf(cap, mates, device.id)
  const keepaliveSeconds = keepaliveFor({ device, uplink, fast }, { sampleSeconds, monthlyBytes })
  const wanted = {
    sampleSeconds,
    reportSeconds,
    keepaliveSeconds,
    spreadSeconds: spreadFor(served),
    monthlyBytes,
    hold: storm,
    measure: measures,
  }
  return { number: numberOf(wanted), ...wanted }
}

/** Who is on when others are: the first kind that a line has finds out what it carries. */
const MEASURING: readonly DeviceKind[] = ['router', 'other', 'pc', 'speaker']

/**
 * Who of a line finds out what it can carry: one for all, so that it is paid once. Nobody on a line that nobody has
 * described: it may be one that somebody pays for. @param mates who has a connection of its own, in an order that stays
 */
export function measurerOf(mates: readonly Pick<Device, 'id' | 'kind'>[]): DeviceId | null {
  const rank = ({ kind }: Pick<Device, 'kind'>): number => MEASURING.indexOf(kind)
  return [...mates].sort((one, other) => rank(one) - rank(other))[0]?.id ?? null
}

/** Over how many seconds so many devices must spread their return. */
export function spreadFor(devices: number): number {
  return SPREAD_STEP_SECONDS * Math.max(1, Math.ceil(devices / CONNECTIONS_PER_SECOND / SPREAD_STEP_SECONDS))
}

function keepaliveFor(
  { device, uplink, fast }: Pick<Circumstances, 'device' | 'uplink' | 'fast'>,
  budget: Pick<Settings, 'sampleSeconds' | 'monthlyBytes'>,
): number {
  // A line that nobody has described may be one that somebody pays for: it is spared until it is said to be free.
  if (uplink === null) return device.keepaliveSeconds
  if (isMetered(uplink)) return meteredKeepalive({ device, fast, ...budget })
  return Math.min(UNMETERED_KEEPALIVE_SECONDS, device.keepaliveSeconds)
}

function meteredKeepalive({
  device,
  sampleSeconds,
  fast,
  monthlyBytes,
}: Pick<Circumstances, 'device' | 'fast'> & Pick<Settings, 'sampleSeconds' | 'monthlyBytes'>): number {
  const { reportSeconds } = device
  const slow = Math.min(
    MAX_KEEPALIVE_SECONDS,
    Math.max(device.keepaliveSeconds, Math.ceil(reportSeconds * SLOW_FACTOR)),
  )
  if (!fast) return slow
  if (monthlyBytes === null) return Math.min(UNCAPPED_SENTINEL_KEEPALIVE_SECONDS, slow)
  const affordable = SENTINEL_KEEPALIVES_SECONDS.find((keepaliveSeconds) => {
    const habit = { sampleSeconds, reportSeconds, keepaliveSeconds, pings: true }
    return dayOnLine(LINE, habit) * MONTH_DAYS <= monthlyBytes * PLANNED
  })
  return Math.min(affordable ?? slow, slow)
}

/** The smallest cap of a line of which the share of each of these devices, or of the first to come, is not silence. */
export function leastCapOf(kinds: readonly DeviceKind[]): number {
  const weights = kinds.map((kind) => WEIGHTS[kind])
  const sharers = weights.reduce((sum, weight) => sum + weight, 0) / Math.min(...weights)
  return Math.ceil(leastCapOnLine({ ...LINE, ipv6: true }) * (kinds.length === 0 ? 1 : sharers))
}

/** Whole bytes; the first of the line takes what is left over, so that all shares are the cap and not a byte more. */
function shareOf(cap: number, mates: Circumstances['mates'], id: DeviceId): number {
  const weights = mates.reduce((sum, { kind }) => sum + WEIGHTS[kind], 0)
  const floor = (kind: DeviceKind): number => Math.floor((cap * WEIGHTS[kind]) / weights)
  const own = mates.find((mate) => mate.id === id)
  if (!own) throw new Error(`share of ${id}: expected it among the devices of its line, got others`)
  const left = cap - mates.reduce((sum, { kind }) => sum + floor(kind), 0)
  return floor(own.kind) + (mates[0]!.id === id ? left : 0)
}

/**
 * FNV-1a over what they say: the same settings have the same number, so nothing is told twice. A flag adds to it and its
 * absence does not, so that devices that were told before there were flags are not told all again.
 */
function numberOf({ hold, measure, ...wanted }: Omit<Settings, 'number'>): number {
  const flags = [...(hold ? ['hold'] : []), ...(measure ? ['measure'] : [])]
  let hash = 0x811c9dc5
  for (const character of [...Object.values(wanted), ...flags].join(',')) {
    hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193) >>> 0
  }
  return 1 + (hash % NUMBERS)
}
