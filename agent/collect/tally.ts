/** Bytes of one network interface as its counters stand. */
export interface InterfaceBytes {
  name: string
  rx: number
  tx: number
}

/** What one interface is known to have carried. */
interface Counted {
  rx: number
  tx: number
  /** How its counters stood; null: it was gone at the last look. */
  last: { rx: number; tx: number } | null
  lastSeenMs: number
}

/** By name of the interface. */
export type Tally = ReadonlyMap<string, Counted>

/** 10 Gbit/s: nothing that an office has carries more; what rises faster was never carried. */
const MOST_BYTES_PER_MS = 1_250_000

/**
 * What each interface has carried since the first look, and by then since the boot. It never falls: the counters of a
 * line that is dialled anew or of a modem that is plugged in again begin at 0. Of an interface that nobody has seen
 * before nobody knows when its bytes were carried: it counts from here on.
 * @param tally null at the first look
 */
export function advance(tally: Tally | null, seen: readonly InterfaceBytes[], nowMs: number): Tally {
  const next = new Map<string, Counted>()
  for (const { name, rx, tx } of seen) {
    // A driver that does not know is as good as gone.
    if (!(rx >= 0 && tx >= 0)) continue
    const known = tally?.get(name)
    const passedMs = known ? nowMs - known.lastSeenMs : 0
    const grown = (total: number, before: number, now: number) =>
      total + plausibleGain(now >= before ? now - before : now, passedMs)
    const { rx: rxBefore, tx: txBefore } = known?.last ?? { rx: 0, tx: 0 }
    const counted = known
      ? { rx: grown(known.rx, rxBefore, rx), tx: grown(known.tx, txBefore, tx) }
      : tally
        ? { rx: 0, tx: 0 }
        : { rx, tx }
    next.set(name, { ...counted, last: { rx, tx }, lastSeenMs: nowMs })
  }
  for (const [name, counted] of tally ?? []) if (!next.has(name)) next.set(name, { ...counted, last: null })
  return next
}

function plausibleGain(bytes: number, passedMs: number): number {
  return bytes <= passedMs * MOST_BYTES_PER_MS ? bytes : 0
}
