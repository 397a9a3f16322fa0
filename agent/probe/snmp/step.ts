import type { Finding, StepRunner } from '../probe.ts'
import type { InterfacesStep, Rule, SnmpStep } from '../profile.ts'
import { readAll } from '../readings.ts'
import type { Target } from '../target.ts'
import { Interfaces } from './interfaces.ts'
import type { SessionLimits } from './limits.ts'
import { answerTo, canAnswer, parseQuestion, termsOf } from './question.ts'
import { Rows } from './rows.ts'
import { SnmpSession } from './session.ts'
import { UPTIME_OIDS, uptimeOf, uptimesOf } from './uptime.ts'

/** Words about a device change when somebody changes it; what is slower than this is seen late by nobody. */
const TRAITS_EVERY_MS = 3600_000

/**
 * Asks for the objects of a step, and unasked for how long the device is up. Traits are asked once in an hour.
 * @throws Error when an `oid` of the step is none
 */
export function createSnmpStep(
  step: SnmpStep,
  target: Target,
  { limits, nowMs = () => performance.now() }: StepParts = {},
): StepRunner {
  const questions = new Map(
    [...Object.values(step.readings), ...Object.values(step.traits)].map(({ oid }) => [
      oid,
      parseQuestion(oid),
    ]),
  )
  const ofRules = (rules: SnmpStep['readings'] | SnmpStep['traits']) =>
    Object.values(rules).flatMap(({ oid }) => termsOf(questions.get(oid)!))
  const rows = new Rows(nowMs)
  let told: { finding: Finding; atMs: number } | null = null
  return overSessions(target, limits, async (session) => {
    const fresh = told === null || nowMs() - told.atMs >= TRAITS_EVERY_MS
    const terms = [...ofRules(step.readings), ...(fresh ? ofRules(step.traits) : [])]
    const { answers, find } = await rows.ask(session, terms, UPTIME_OIDS)
    const answerAt = ({ oid }: { oid: string }, { absent = [] }: Rule) => {
      const question = questions.get(oid)!
      // Objects that only some models have are no fault of the others, where the profile says so.
      if (absent.includes('') && !canAnswer(question, find)) return undefined
      return answerTo(question, find) ?? null
    }
    if (fresh) told = { finding: readAll({ readings: {}, traits: step.traits }, answerAt), atMs: nowMs() }
    const { values, faults } = readAll({ readings: step.readings, traits: {} }, answerAt)
    const uptime = uptimeOf(uptimesOf(answers))
    if (uptime !== null) values.uptime_seconds ??= uptime
    return { values, traits: told!.finding.traits, faults: [...faults, ...told!.finding.faults] }
  })
}

/** For tests: quicker than a device needs, and with a clock of their own. */
interface StepParts {
  limits?: Partial<SessionLimits>
  nowMs?: () => number
}

/** Tells the traffic and the state of the lines. */
export function createInterfacesStep(
  step: InterfacesStep,
  target: Target,
  { limits, nowMs }: StepParts = {},
): StepRunner {
  const interfaces = new Interfaces(step.uplinks, nowMs)
  return overSessions(target, limits, (session) => interfaces.look(session))
}

/** A session for each look: what is left of a broken conversation does not touch the next. */
function overSessions(
  target: Target,
  limits: Partial<SessionLimits> | undefined,
  look: (session: SnmpSession) => Promise<Finding>,
): StepRunner {
  const open = new Set<SnmpSession>()
  return {
    async look(signal) {
      const session = new SnmpSession(target, signal, limits)
      open.add(session)
      try {
        const finding = await look(session)
        if (session.roundTripMs !== null) finding.values.probe_rtt_ms = session.roundTripMs
        return finding
      } finally {
        open.delete(session)
        session.stop()
      }
    },
    stop() {
      for (const session of open) session.stop()
    },
  }
}
