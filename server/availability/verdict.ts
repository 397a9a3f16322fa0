export const VERDICT_STATES = [
  'up-connected',
  'up-unreachable',
  'down-fault',
  'down-power',
  'off-planned',
  'maintenance',
  'unknown',
] as const
export type VerdictState = (typeof VERDICT_STATES)[number]

/** What is held of a device for a stretch of time, ms since 1970; `to` is the first moment that is no longer in it. */
export interface Verdict {
  state: VerdictState
  from: number
  to: number
  /** Where the stretch lies before it was cut to what was asked for: a failure is counted where it begins. */
  whole: [from: number, to: number]
  /** History that can still change it is to be expected. */
  provisional: boolean
  /** Order and duration are known, the place is not: the device had no clock that could be believed. */
  unanchored: boolean
  /** Part of an interruption shorter than five minutes: counted apart, and never a failure. */
  momentary: boolean
  incident: string | null
  /** The storm of that incident. */
  storm: string | null
}
