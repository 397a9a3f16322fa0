import type { Collector } from '../collect/collector.ts'
import { type Finding, NoAnswer, type Probe } from './probe.ts'
import type { Profile } from './profile.ts'

/** All steps of a profile, as of a probed device. */
const LOOK_MS = 20_000

/**
 * What another program of this very machine says of it, as the player of a loudspeaker board does: an agent that has
 * `probe` in its own papers asks it by a profile. When it does not answer, the program is away and not the machine.
 */
export function createOwnProfileCollector(probe: Probe, profile: Profile): Collector {
  let found: Finding = { values: {}, traits: {}, faults: [] }
  return {
    name: profile.name,
    everySeconds: profile.everySeconds,
    withinMs: LOOK_MS,
    async read(signal) {
      try {
        found = await probe.look(signal ?? new AbortController().signal)
      } catch (error) {
        // What it said of itself stands: it is the same program when it is back.
        found = { values: {}, traits: found.traits, faults: [] }
        throw error instanceof NoAnswer ? new Error(error.message) : error
      }
      // How long the machine is up its own agent knows better.
      const { uptime_seconds, ...values } = found.values
      return values
    },
    traits: () => ({
      ...found.traits,
      profile: profile.name,
      ...(found.faults.length > 0 && {
        faults: found.faults.map((fault) => `${profile.name}: ${fault}`).join('\n'),
      }),
    }),
  }
}
