import type { MetricName } from '#protocol/metrics.ts'
import type { TraitName } from '#protocol/traits.ts'
import { reasonOf } from '../reason.ts'
import type { Finding } from './probe.ts'
import type { Rule } from './profile.ts'
import { type Answer, readMetric, readTrait } from './rule.ts'

type Rules<Where> = Readonly<Record<string, Rule & Where>>

/** Looks up what a rule is about. @throws Error when the device's answer has no such place */
export type AnswerAt<Where> = (where: Where, rule: Rule) => Answer

/** What the rules of a step make of an answer: what one cannot read costs only its own metric or trait. */
export function readAll<Where>(
  rules: { readings: Partial<Rules<Where>>; traits: Partial<Rules<Where>> },
  answerAt: AnswerAt<Where>,
): Finding {
  const finding = { values: {}, traits: {}, faults: [] } as Finding & { faults: string[] }
  for (const [name, rule] of Object.entries(rules.readings as Rules<Where>)) {
    tell(finding.faults, name, () => {
      const value = readMetric(name as MetricName, rule, answerAt(rule, rule))
      if (value !== undefined) finding.values[name as MetricName] = value
    })
  }
  for (const [name, rule] of Object.entries(rules.traits as Rules<Where>)) {
    tell(finding.faults, name, () => {
      const text = readTrait(name as TraitName, rule, answerAt(rule, rule))
      if (text !== undefined) finding.traits[name as TraitName] = text
    })
  }
  return finding
}

function tell(faults: string[], name: string, read: () => void): void {
  try {
    read()
  } catch (error) {
    const reason = reasonOf(error)
    faults.push(reason.startsWith(`${name}: `) ? reason : `${name}: ${reason}`)
  }
}
