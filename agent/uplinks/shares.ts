/** What a line has carried, both ways, so far. */
export interface Carried {
  interface: string
  bytes: number
}

/** Watches by which lines the traffic goes, where policies choose them and no route tells. */
export interface Shares {
  sinceMs: number
  start: ReadonlyMap<string, number>
  /** The lines of the last span that was clear; null: none was. */
  clear: readonly string[] | null
}

/** Long enough that a tracker's pings and one large mail do not decide. */
const SPAN_MS = 5 * 60_000
/** 1 MB in five minutes, 27 kbit/s: less says nothing. */
const LEAST_BYTES = 1_000_000
/** One that has so much of it carries alone, and who has at least so little carries, too. */
const ALONE = 0.9
const TOO = 0.25

/** @param shares null at the first look */
export function afterLook(shares: Shares | null, carried: readonly Carried[], nowMs: number): Shares {
  const start = new Map(carried.map((line) => [line.interface, line.bytes]))
  if (shares === null) return { sinceMs: nowMs, start, clear: null }
  if (nowMs - shares.sinceMs < SPAN_MS) return shares
  const parts = carried.map(({ interface: device, bytes }) => ({
    device,
    bytes: Math.max(0, bytes - (shares.start.get(device) ?? bytes)),
  }))
  const total = parts.reduce((sum, { bytes }) => sum + bytes, 0)
  const linesAbove = (share: number) =>
    parts.filter(({ bytes }) => bytes >= total * share).map(({ device }) => device)
  const [alone, together] = [linesAbove(ALONE), linesAbove(TOO)]
  const isClear = total >= LEAST_BYTES && (alone.length === 1 || together.length > 1)
  return { sinceMs: nowMs, start, clear: isClear ? (alone.length === 1 ? alone : together) : shares.clear }
}
