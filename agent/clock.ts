import { uptime } from 'node:os'

/** The two clocks of a device. */
export interface Clock {
  /** Whole seconds since the operating system started, sleep included: monotonic inside a boot. */
  uptimeSeconds(): number
  /** The wall clock, ms since 1970: a hint, a dead battery makes it years wrong. */
  nowMs(): number
}

export const systemClock: Clock = {
  uptimeSeconds: () => Math.floor(uptime()),
  nowMs: () => Date.now(),
}
