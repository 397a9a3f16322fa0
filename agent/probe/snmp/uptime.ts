import { numberOf, type SnmpAnswer } from './value.ts'

/** SNMPv2-MIB: since the SNMP agent began. HOST-RESOURCES-MIB: since the system did. SNMP-FRAMEWORK-MIB: in seconds. */
export const SYS_UP_TIME = '1.3.6.1.2.1.1.3.0'
export const HR_SYSTEM_UPTIME = '1.3.6.1.2.1.25.1.1.0'
export const SNMP_ENGINE_TIME = '1.3.6.1.6.3.10.2.1.3.0'

export const UPTIME_OIDS = [SYS_UP_TIME, HR_SYSTEM_UPTIME, SNMP_ENGINE_TIME] as const

/** TimeTicks are hundredths in 32 bits: back at 0 after 497 days. */
export const TICKS_WRAP_SECONDS = 2 ** 32 / 100

export interface Uptimes {
  agentTicks: number | null
  systemTicks: number | null
  engineSeconds: number | null
}

export function uptimesOf(answers: ReadonlyMap<string, SnmpAnswer>): Uptimes {
  const at = (oid: string): number | null => {
    const answer = answers.get(oid)
    return answer && 'value' in answer ? numberOf(answer.value) : null
  }
  return {
    agentTicks: at(SYS_UP_TIME),
    systemTicks: at(HR_SYSTEM_UPTIME),
    engineSeconds: at(SNMP_ENGINE_TIME),
  }
}

/** Clocks of one answer are read a moment apart, and engines count whole seconds. */
const TOGETHER_SECONDS = 30

/**
 * How long the device is up, seconds; null: it does not tell. The system's own uptime goes before the agent's: an SNMP
 * daemon that was restarted has not restarted the device. What wrapped is made whole where another clock of the device
 * shows by how much; otherwise `unwrapped` does it, by an earlier look.
 */
export function uptimeOf({ agentTicks, systemTicks, engineSeconds }: Uptimes): number | null {
  const agent = agentTicks === null ? null : sinceAgent(agentTicks / 100, engineSeconds)
  if (systemTicks === null || systemTicks === 0) return agent
  const system = systemTicks / 100
  // A system is never younger than its agent.
  const missing = (agent ?? 0) - system - TOGETHER_SECONDS
  return missing <= 0 ? system : system + Math.ceil(missing / TICKS_WRAP_SECONDS) * TICKS_WRAP_SECONDS
}

/** The engine's seconds last for 68 years. Those of some agents count something else: then no wrap leads to them. */
function sinceAgent(seconds: number, engineSeconds: number | null): number {
  return engineSeconds === null ? seconds : unwrapped(seconds, engineSeconds, TOGETHER_SECONDS)
}

/**
 * An uptime with the wraps that lie before it, by what was to be expected after an earlier look: `expectedSeconds` is
 * the uptime then and the time that has passed since. A restart stays one: it is no whole number of wraps away.
 */
export function unwrapped(uptimeSeconds: number, expectedSeconds: number, toleranceSeconds: number): number {
  const wraps = Math.round((expectedSeconds - uptimeSeconds) / TICKS_WRAP_SECONDS)
  if (wraps <= 0) return uptimeSeconds
  const whole = uptimeSeconds + wraps * TICKS_WRAP_SECONDS
  return Math.abs(whole - expectedSeconds) <= toleranceSeconds ? whole : uptimeSeconds
}

/** The boot of a device as its prober last saw it; it is kept on the disk. */
export interface SeenUptime {
  /** From 1. */
  boots: number
  /** With the wraps. */
  uptimeSeconds: number
  atMs: number
}

/** A device's uptime is read a moment after it was asked, and clocks differ by 0.1 % at most. */
const TOLERANCE_SECONDS = 60
const DRIFT = 0.001

/**
 * The boot that an uptime shows after what was seen before. It is another one when less time passed on the device
 * than at the prober, other than by a wrap.
 * @param nowMs on a clock that is set neither forward nor back between looks
 */
export function uptimeAfter(before: SeenUptime | null, uptimeSeconds: number, nowMs: number): SeenUptime {
  if (before === null) return { boots: 1, uptimeSeconds, atMs: nowMs }
  const passed = Math.max(0, nowMs - before.atMs) / 1000
  const expected = before.uptimeSeconds + passed
  const tolerance = TOLERANCE_SECONDS + DRIFT * passed
  const whole = unwrapped(uptimeSeconds, expected, tolerance)
  const restarted = whole < expected - tolerance
  return { boots: before.boots + (restarted ? 1 : 0), uptimeSeconds: whole, atMs: nowMs }
}
