import { bounded } from './bounded.ts'
import { createHttpStep } from './http.ts'
import { HttpSessions } from './http-sessions.ts'
import { isLanAddress } from './lan-address.ts'
import { merged, type Outcome, outcomeOf } from './outcome.ts'
import { createPingStep } from './ping.ts'
import { NoAnswer, type Probe, type StepRunner } from './probe.ts'
import type { Profile, Step } from './profile.ts'
import { SeldomPing } from './seldom-ping.ts'
import type { Target } from './target.ts'
import { createTcpStep } from './tcp.ts'

/** All steps together. The prober ends a look at 20 s as one without answer: what was found must be told before. */
const LOOK_MS = 18_000
/** A controller on a slow board takes 3 s for a page; one that hangs leaves time for the steps behind it. */
const STEP_MS = 6000

/**
 * Asks a device in the ways of its profile, one step behind the other, pings last. A step that fails is a fault as long
 * as any other has an answer.
 * @throws Error when the profile needs papers that `target` has not
 */
export function createProbe(profile: Profile, target: Target): Probe {
  const missing = missingPapers(profile, target)
  if (missing.length > 0) throw new Error(missing.join('\n'))
  const sessions = new HttpSessions(target)
  const isPing = (step: Step): boolean => step.kind === 'ping'
  const ordered = [...profile.steps.filter((step) => !isPing(step)), ...profile.steps.filter(isPing)]
  const steps = ordered.map((step) => ({
    step,
    run: runnerOf(step, target, sessions),
    seldom: new SeldomPing(),
  }))
  const onlyPings = ordered.every(isPing)
  const stepMs = Math.min(STEP_MS, LOOK_MS / steps.length)
  const stopping = new AbortController()
  return {
    async look(signal) {
      const ends = [signal, stopping.signal]
      const outcomes: Outcome[] = []
      for (const { step, run, seldom } of steps) {
        if (ends.some(({ aborted }) => aborted)) break
        const ask = (): Promise<Outcome> => bounded(stepMs, ends, (ended) => outcomeOf(step, run, ended))
        const othersAnswer = outcomes.some(({ how }) => how !== 'silent')
        outcomes.push(await (isPing(step) && !onlyPings ? seldom.outcome(othersAnswer, ask) : ask()))
      }
      if (outcomes.length === 0) throw new NoAnswer('expected time to ask, got none')
      return merged(outcomes)
    },
    stop() {
      stopping.abort()
      for (const { run } of steps) run.stop()
    },
  }
}

/** What of the papers the profile cannot do without, or cannot use, one sentence each. */
export function missingPapers({ steps }: Profile, target: Target): string[] {
  const auths = new Set(steps.map((step) => (step.kind === 'http' ? (step.auth ?? 'none') : 'none')))
  const missing: string[] = []
  if ((auths.has('basic') || auths.has('digest')) && target.user === undefined) {
    missing.push('probe.user: expected the user that the device knows, got nothing')
  }
  if ((auths.size > 1 || !auths.has('none')) && target.password === undefined) {
    missing.push('probe.password: expected the password or token that the device knows, got nothing')
  }
  // Found here, as a device that is never asked would else count as there.
  if (auths.has('bearer') && /[^!-~]/.test(target.password ?? '')) {
    missing.push('probe.password: expected a token of visible ASCII, got other characters')
  }
  if (steps.some((step) => readableByAll(step)) && !isLanAddress(target.address)) {
    const got = JSON.stringify(target.address.slice(0, 80))
    missing.push(`probe.address: expected one of the LAN, as the profile sends papers by http, got ${got}`)
  }
  const snmp = steps.some(({ kind }) => kind === 'snmp' || kind === 'snmp-interfaces')
  if (snmp && target.community === undefined && target.snmpUser === undefined) {
    missing.push('probe.community: expected the community or an snmpUser, got nothing')
  }
  return missing
}

/** What crosses the Internet readable is everybody's. */
function readableByAll(step: Step): boolean {
  if (step.kind !== 'http' || step.scheme === 'https') return false
  return step.auth === 'basic' || step.auth === 'bearer'
}

function runnerOf(step: Step, target: Target, sessions: HttpSessions): StepRunner {
  switch (step.kind) {
    case 'http':
      return createHttpStep(step, sessions)
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
