import type { Values } from '../collect/collector.ts'
import { reasonOf } from '../reason.ts'
import { type Finding, NoAnswer, type StepRunner } from './probe.ts'
import type { Step } from './profile.ts'

/** How one step went. `silent`: nothing answered it. */
export type Outcome =
  | { step: Step; how: 'found'; finding: Finding }
  | { step: Step; how: 'unreadable' | 'silent'; reason: string }

/** Never rejects. */
export async function outcomeOf(step: Step, run: StepRunner, signal: AbortSignal): Promise<Outcome> {
  try {
    return { step, how: 'found', finding: await run.look(signal) }
  } catch (error) {
    return { step, how: error instanceof NoAnswer ? 'silent' : 'unreadable', reason: reasonOf(error) }
  }
}

/**
 * What all steps together have found. Of a metric that two tell the first stands, but of round trip and loss what ping
 * says.
 * @throws NoAnswer when no step was answered
 */
export function merged(outcomes: readonly Outcome[]): Finding {
  if (outcomes.every(({ how }) => how === 'silent')) {
    const reasons = outcomes.map((outcome) => ('reason' in outcome ? outcome.reason : ''))
    throw new NoAnswer(reasons.join('; '))
  }
  const found = outcomes.flatMap((outcome) => (outcome.how === 'found' ? outcome : []))
  const ranked = [...found].sort((one, other) => rankOf(one) - rankOf(other))
  const values: Values = {}
  const traits: Finding['traits'] = {}
  for (const { finding } of ranked.reverse()) {
    Object.assign(values, finding.values)
    Object.assign(traits, finding.traits)
  }
  const faults = outcomes.flatMap((outcome) => {
    if (outcome.how !== 'found') return outcome.reason
    return outcome.finding.faults.map((fault) => `${nameOf(outcome.step)}: ${fault}`)
  })
  // Two steps that meet the same obstacle tell it once.
  return { values, traits, faults: [...new Set(faults)] }
}

function rankOf({ step }: Outcome): number {
  return step.kind === 'ping' ? 0 : 1
}

/** As faults name a step. */
function nameOf(step: Step): string {
  switch (step.kind) {
    case 'http':
      return step.path
    case 'tcp':
      return `tcp ${step.port}`
    default:
      return step.kind
  }
}
