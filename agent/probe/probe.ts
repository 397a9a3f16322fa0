import type { Traits } from '#protocol/traits.ts'
import type { Values } from '../collect/collector.ts'

/** What one look at a device has found. */
export interface Finding {
  values: Values
  traits: Traits
  /** What of it failed though the device is there: one sentence each, with what was expected and what came. */
  faults: readonly string[]
}

/** Asks one device that runs no agent, in the ways of its profile. */
export interface Probe {
  /**
   * @throws NoAnswer when nothing answered, as of a device that is off or away
   * @throws Error when something answered that cannot be read: the device is there
   */
  look(signal: AbortSignal): Promise<Finding>
  /** Leaves no socket. */
  stop(): void
}

/** One step of a profile, ready to be run again and again. */
export type StepRunner = Probe

/** Nothing came back in time. */
export class NoAnswer extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'NoAnswer'
  }
}
