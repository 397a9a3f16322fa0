/** The octet counters of one interface at one look, with what tells whether they go on from those of the look before. */
export interface CounterLook {
  /** On a clock that is not set. */
  atMs: number
  /** The row: another one counts for itself. */
  ifIndex: number
  /** 64: ifHCInOctets; 32: ifInOctets, which begins again at 0 every 34 s on a busy gigabit. */
  bits: 32 | 64
  rx: bigint
  tx: bigint
  /** sysUpTime, hundredths of a second in 32 bits; null: not told, as with the two below. */
  agentTicks: number | null
  /** ifCounterDiscontinuityTime: it changes when the counters lose what they had. */
  discontinuityTicks: number | null
  /** ifLastChange: when the interface last came or went. */
  changeTicks: number | null
  /** The most that the interface can carry one way. */
  bitsPerSecond: number
}

/** Bytes between two looks; null: not known. */
export interface Growth {
  rx: number | null
  tx: number | null
}

const UNKNOWN: Growth = { rx: null, tx: null }

const WRAP_32 = 2n ** 32n
const TICKS = 2 ** 32

/** Agents read their counters now and then: Net-SNMP keeps a table for 15 s. */
const STALE_SECONDS = 15
/** What speed leaves out: preambles and gaps are no octets, but clocks differ. */
const HEADROOM = 1.05

/** Clocks of agents are off by much more than ours; a restart takes seconds, and the time until then counts too. */
const TICKS_DRIFT = 0.1
const TICKS_TOLERANCE_SECONDS = 5

/**
 * What an interface has carried between two looks. Known only where one wrap at most can lie between, where nothing says
 * that the counters began anew, and where it is not more than the interface can carry.
 */
export function growthBetween(before: CounterLook, now: CounterLook): Growth {
  const seconds = (now.atMs - before.atMs) / 1000
  const same = now.ifIndex === before.ifIndex && now.bits === before.bits
  if (seconds <= 0 || !same || agentRestarted(before, now, seconds)) return UNKNOWN
  if (differ(before.discontinuityTicks, now.discontinuityTicks)) return UNKNOWN
  if (mayWrapTwice(now, seconds)) return UNKNOWN
  const most = mostBytes(now, seconds)
  const fallen = [now.rx < before.rx, now.tx < before.tx]
  if (fallen.includes(true)) {
    // Two that wrap in the same minute are rare, two that begin anew are the rule.
    const reset = now.bits === 64 || !fallen.includes(false) || differ(before.changeTicks, now.changeTicks)
    if (reset) return UNKNOWN
  }
  const growth = { rx: grown(before.rx, now.rx, most), tx: grown(before.tx, now.tx, most) }
  // One that fell and cannot have wrapped was reset, and the other with it.
  return fallen.includes(true) && (growth.rx === null || growth.tx === null) ? UNKNOWN : growth
}

/** Whether a counter of 32 bits can come by its old place within so long: then it tells nothing. */
export function mayWrapTwice(look: CounterLook, seconds: number): boolean {
  return look.bits === 32 && mostBytes(look, seconds) >= Number(WRAP_32)
}

function mostBytes({ bitsPerSecond }: CounterLook, seconds: number): number {
  return (bitsPerSecond / 8) * (seconds + STALE_SECONDS) * HEADROOM
}

function grown(before: bigint, now: bigint, most: number): number | null {
  const bytes = Number(now >= before ? now - before : now + WRAP_32 - before)
  return bytes <= most ? bytes : null
}

function differ(before: number | null, now: number | null): boolean {
  return before !== null && now !== null && before !== now
}

/** Less time has passed for the agent than for us; that its ticks wrapped after 497 days is no restart. */
function agentRestarted(before: CounterLook, now: CounterLook, seconds: number): boolean {
  if (before.agentTicks === null || now.agentTicks === null) return false
  const passed = ((now.agentTicks - before.agentTicks + TICKS) % TICKS) / 100
  const least = seconds * (1 - TICKS_DRIFT) - TICKS_TOLERANCE_SECONDS
  const most = seconds * (1 + TICKS_DRIFT) + TICKS_TOLERANCE_SECONDS
  return now.agentTicks < before.agentTicks ? passed < least || passed > most : passed < least
}

/** Bytes since a beginning: the first look, or the last one over which nothing is known. null: it cannot be told now. */
export interface Total {
  bytes: number
  told: number | null
}

/** Half of what a JavaScript number counts one by one; at 10 Gbit/s it lasts for 41 days. */
const MOST_BYTES = 2 ** 52

/**
 * A total after more was carried. When it is not known how much, it begins again: whoever makes rates of it takes the
 * fall for a new beginning. One that is at 0 cannot fall, so it is not told.
 */
export function totalAfter(total: Total | null, growth: number | null): Total {
  if (total === null) return { bytes: 0, told: 0 }
  if (growth === null) return { bytes: 0, told: total.bytes > 0 ? 0 : null }
  const bytes = total.bytes + growth
  return bytes > MOST_BYTES ? { bytes: 0, told: 0 } : { bytes, told: bytes }
}

/** One interface over many looks. */
export interface Traffic {
  look: CounterLook
  growth: Growth
  rx: Total
  tx: Total
}

/** The traffic after a look; one from before the newest tells nothing new. */
export function trafficAfter(traffic: Traffic | null, look: CounterLook): Traffic {
  if (traffic && look.atMs <= traffic.look.atMs) return traffic
  const growth = traffic ? growthBetween(traffic.look, look) : UNKNOWN
  return {
    look,
    growth,
    rx: totalAfter(traffic?.rx ?? null, growth.rx),
    tx: totalAfter(traffic?.tx ?? null, growth.tx),
  }
}
