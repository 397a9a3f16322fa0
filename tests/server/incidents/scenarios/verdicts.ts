import { deviceId } from '#protocol/ids.ts'
import { emptyFacts } from '../../../../server/availability/facts.ts'
import { type Figures, figures } from '../../../../server/availability/figures.ts'
import { judge } from '../../../../server/availability/judge.ts'
import { observe, observeIncident } from '../../../../server/availability/observe.ts'
import type { Verdict } from '../../../../server/availability/verdict.ts'
import { advance } from '../../../../server/incidents/engine.ts'
import { DEFAULT_RULES } from '../../../../server/incidents/rules.ts'
import { emptyState } from '../../../../server/incidents/state.ts'
import { readLines } from '../../../../server/replay/read.ts'
import { createToldWorld } from '../../../../server/replay/world.ts'
import { clockOf, type Story } from './story.ts'

/** What is held of a story's devices once it has been heard until then, as it was held at any moment before. */
export async function knowledge(story: Story, until: number) {
  const world = createToldWorld()
  const facts = emptyFacts()
  const state = emptyState()
  for await (const observation of readLines(story.lines(until), world)) {
    observe(facts, observation)
    const { changed } = advance(state, world, DEFAULT_RULES, observation)
    for (const incident of changed) observeIncident(facts, observation.t, incident)
  }
  return {
    verdicts: (device: string, from: number, to: number, asOf = until): Verdict[] =>
      judge(facts, world, DEFAULT_RULES, asOf).verdicts(deviceId(device), from, to),
    figures: (device: string, from: number, to: number, asOf = until): Figures =>
      figures(judge(facts, world, DEFAULT_RULES, asOf), world, [deviceId(device)], from, to),
  }
}

/** "10:00:00..10:40:00 down-power", for what a failed test shows. */
export const written = (verdicts: readonly Verdict[]): string[] =>
  verdicts.map(({ from, to, state }) => `${clockOf(from)}..${clockOf(to)} ${state}`)
