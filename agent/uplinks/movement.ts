import type { Counters } from './counters.ts'

/** What moves on a line, as its counters show from look to look: a witness that costs no byte. */
export interface Movement {
  atMs: number
  counters: Counters
  /** Since something came in last: when that was, and how many packets have gone out since. */
  silence: { sinceMs: number; sent: number }
  /** The last span that is over: bytes received a second. */
  receivedPerSecond: number
  span: { sinceMs: number; rx: number }
}

const SPAN_MS = 20_000
/** 30 kB in 20 s: no neighbours' chatter, 60 bytes at a time, comes to that. */
const RECEIVING_BYTES_PER_SECOND = 1500
/** So much was asked for so long, and nothing came: a round trip of a weak line takes up to 16 s. */
const SILENT_PACKETS = 5
const SILENT_MS = 20_000

/** @param before null at the first look at this interface */
export function afterCounters(before: Movement | null, counters: Counters, nowMs: number): Movement {
  const remade = before !== null && (counters.rx < before.counters.rx || counters.tx < before.counters.tx)
  if (before === null || remade) {
    return {
      ...{ atMs: nowMs, counters, receivedPerSecond: 0 },
      silence: { sinceMs: nowMs, sent: 0 },
      span: { sinceMs: nowMs, rx: counters.rx },
    }
  }
  const came = counters.rxPackets > before.counters.rxPackets
  const sent = before.silence.sent + counters.txPackets - before.counters.txPackets
  const spanMs = nowMs - before.span.sinceMs
  const over = spanMs >= SPAN_MS
  return {
    ...{ atMs: nowMs, counters },
    silence: came ? { sinceMs: nowMs, sent: 0 } : { sinceMs: before.silence.sinceMs, sent },
    receivedPerSecond: over ? ((counters.rx - before.span.rx) / spanMs) * 1000 : before.receivedPerSecond,
    span: over ? { sinceMs: nowMs, rx: counters.rx } : before.span,
  }
}

export function receives(movement: Movement | null): boolean {
  return movement !== null && movement.receivedPerSecond >= RECEIVING_BYTES_PER_SECOND
}

/** Much goes out and nothing comes back. */
export function isSilent(movement: Movement | null): boolean {
  if (movement === null) return false
  const { atMs, silence } = movement
  return silence.sent >= SILENT_PACKETS && atMs - silence.sinceMs >= SILENT_MS
}
