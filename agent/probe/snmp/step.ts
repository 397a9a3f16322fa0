import type { Finding, StepRunner } from '../probe.ts'
import type { InterfacesStep, SnmpStep } from '../profile.ts'
import { readAll } from '../readings.ts'
import type { Target } from '../target.ts'
import { Interfaces } from './interfaces.ts'
import { answerTo, canAnswer, type Found, parseQuestion, type Term, termsOf } from './question.ts'
import { type SessionLimits, SnmpSession } from './session.ts'
import { UPTIME_OIDS, uptimeOf, uptimesOf } from './uptime.ts'
import type { SnmpAnswer } from './value.ts'

/**
 * Asks for the objects of a step, and unasked for how long the device is up.
 * @throws Error when an `oid` of the step is none
 */
export function createSnmpStep(step: SnmpStep, target: Target, limits?: Partial<SessionLimits>): StepRunner {
  const rules = [...Object.values(step.readings), ...Object.values(step.traits)]
  const questions = new Map(rules.map(({ oid }) => [oid, parseQuestion(oid)]))
  const terms = [...questions.values()].flatMap(termsOf)
  return overSessions(target, limits, async (session) => {
    const answers = await session.get([...UPTIME_OIDS, ...oidsOf(terms, 'object')])
    const rows = oidsOf(terms, 'first')
    const first = rows.length > 0 ? await session.firstRows(rows) : new Map()
    const columns = oidsOf(terms, 'mean')
    const means = columns.length > 0 ? await session.columns(columns) : new Map()
    const find = ({ take, oid }: Term): Found => {
      if (take === 'object') return answers.get(oid) as SnmpAnswer
      if (take === 'first') return first.get(oid) ?? { missing: 'noSuchInstance' }
      const numbers = [...means.get(oid)!.values()].filter((value) => typeof value === 'number')
      if (numbers.length === 0) return { missing: 'noSuchInstance' }
      return { value: numbers.reduce((sum, value) => sum + value, 0) / numbers.length }
    }
    const finding = readAll<{ oid: string }>(step, ({ oid }, { absent = [] }) => {
      const question = questions.get(oid)!
      // Objects that only some models have are no fault of the others, where the profile says so.
      if (absent.includes('') && !canAnswer(question, find)) return undefined
      return answerTo(question, find) ?? null
    })
    const uptime = uptimeOf(uptimesOf(answers))
    if (uptime !== null) finding.values.uptime_seconds ??= uptime
    return finding
  })
}

/** Tells the traffic and the state of the lines. */
export function createInterfacesStep(
  step: InterfacesStep,
  target: Target,
  limits?: Partial<SessionLimits>,
): StepRunner {
  const interfaces = new Interfaces(step.uplinks)
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
        return await look(session)
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

function oidsOf(terms: readonly Term[], take: Term['take']): string[] {
  return terms.filter((term) => term.take === take).map(({ oid }) => oid)
}
