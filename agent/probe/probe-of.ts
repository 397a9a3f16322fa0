import type { Values } from '../collect/collector.ts'
import { reasonOf } from '../reason.ts'
import { createHttpStep } from './http.ts'
import { createPingStep } from './ping.ts'
import { type Finding, NoAnswer, type Probe, type StepRunner } from './probe.ts'
import type { Profile, Step } from './profile.ts'
import type { Target } from './target.ts'
import { createTcpStep } from './tcp.ts'

/** All steps together. The prober ends a look at 20 s as one without answer: what was found must be told before. */
const LOOK_MS = 18_000
/** A controller on a slow board takes 3 s for a page; one that hangs leaves time for the steps behind it. */
const STEP_MS = 6000

/**
 * Asks a device in the ways of its profile, one step behind the other.
 * @throws Error when the profile needs papers that `target` has not
 */
export function createProbe(profile: Profile, target: Target): Probe {
  const missing = missingPapers(profile, target)
  if (missing.length > 0) throw new Error(missing.join('\n'))
  const steps = profile.steps.map((step) => ({ step, run: runnerOf(step, target) }))
  const stepMs = Math.min(STEP_MS, LOOK_MS / steps.length)
  const stopping = new AbortController()
  return {
    async look(signal) {
      const outcomes: Outcome[] = []
      for (const { step, run } of steps) {
        const ends = [signal, stopping.signal]
        outcomes.push(await within(stepMs, ends, (ended) => outcomeOf(step, run, ended)))
        if (ends.some(({ aborted }) => aborted)) break
      }
      return merged(outcomes)
    },
    stop() {
      stopping.abort()
      for (const { run } of steps) run.stop()
    },
  }
}

/** What of the papers the profile cannot do without, one sentence each. */
export function missingPapers({ steps }: Profile, target: Target): string[] {
  const auths = new Set(steps.map((step) => (step.kind === 'http' ? (step.auth ?? 'none') : 'none')))
  const missing: string[] = []
  if ((auths.has('basic') || auths.has('digest')) && target.user === undefined) {
    missing.push('probe.user: expected the user that the device knows, got nothing')
  }
  if ((auths.size > 1 || !auths.has('none')) && target.password === undefined) {
    missing.push('probe.password: expected the password or token that the device knows, got nothing')
  }
  const snmp = steps.some(({ kind }) => kind === 'snmp' || kind === 'snmp-interfaces')
  if (snmp && target.community === undefined && target.snmpUser === undefined) {
    missing.push('probe.community: expected the community or an snmpUser, got nothing')
  }
  return missing
}

/** How one step went. `silent`: nothing answered it. */
type Outcome =
  | { step: Step; how: 'found'; finding: Finding }
  | { step: Step; how: 'unreadable' | 'silent'; reason: string }

async function outcomeOf(step: Step, run: StepRunner, signal: AbortSignal): Promise<Outcome> {
  try {
    return { step, how: 'found', finding: await run.look(signal) }
  } catch (error) {
    return { step, how: error instanceof NoAnswer ? 'silent' : 'unreadable', reason: reasonOf(error) }
  }
}

/**
 * Of a metric that two steps tell the first stands, but of round trip and loss what ping says.
 * @throws NoAnswer when no step was answered
 */
function merged(outcomes: readonly Outcome[]): Finding {
  if (outcomes.every(({ how }) => how === 'silent')) {
    throw new NoAnswer(outcomes.map((outcome) => ('reason' in outcome ? outcome.reason : '')).join('; '))
  }
  const found = outcomes.flatMap((outcome) => (outcome.how === 'found' ? outcome : []))
  const byRank = found.sort(
    (one, other) => Number(other.step.kind === 'ping') - Number(one.step.kind === 'ping'),
  )
  const values: Values = {}
  const traits: Finding['traits'] = {}
  for (const { finding } of byRank.reverse()) {
    Object.assign(values, finding.values)
    Object.assign(traits, finding.traits)
  }
  const faults = outcomes.flatMap((outcome) => {
    if (outcome.how !== 'found') return outcome.reason
    return outcome.finding.faults.map((fault) => `${nameOf(outcome.step)}: ${fault}`)
  })
  return { values, traits, faults }
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

function runnerOf(step: Step, target: Target): StepRunner {
  switch (step.kind) {
    case 'http':
      return createHttpStep(step, target)
    case 'tcp':
      return createTcpStep(step, target)
    case 'ping':
      return createPingStep(step, target)
    case 'snmp':
      // Its library takes memory that only those need who ask by SNMP.
      return lateRunner(async () => (await import('./snmp/step.ts')).createSnmpStep(step, target))
    case 'snmp-interfaces':
      return lateRunner(async () => (await import('./snmp/step.ts')).createInterfacesStep(step, target))
  }
}

function lateRunner(open: () => Promise<StepRunner>): StepRunner {
  let opened: Promise<StepRunner> | null = null
  let runner: StepRunner | null = null
  return {
    async look(signal) {
      opened ??= open()
      runner = await opened
      return runner.look(signal)
    },
    stop: () => runner?.stop(),
  }
}

/** A step that is told to end has closed its sockets within this; one that does not is left behind. */
const ENDING_MS = 500

/** Runs `work` with a signal that is aborted after `ms`, or with one of `signals`. */
async function within<Result>(
  ms: number,
  signals: readonly AbortSignal[],
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const ending = new AbortController()
  let lateTimer: NodeJS.Timeout | undefined
  let leave: (error: Error) => void = () => {}
  const left = new Promise<never>((_, reject) => {
    leave = reject
  })
  const end = (): void => {
    ending.abort()
    lateTimer ??= setTimeout(() => leave(new NoAnswer(`expected the step to end, got nothing`)), ENDING_MS)
  }
  const timer = setTimeout(end, ms)
  for (const signal of signals) {
    if (signal.aborted) end()
    else signal.addEventListener('abort', end, { once: true })
  }
  try {
    return await Promise.race([work(ending.signal), left])
  } finally {
    clearTimeout(timer)
    clearTimeout(lateTimer)
    for (const signal of signals) signal.removeEventListener('abort', end)
    ending.abort()
  }
}
