import { type MetricName, statesOf } from '#protocol/metrics.ts'
import { METRICS } from '#protocol/metrics-table.ts'
import { TRAITS } from '#protocol/traits-table.ts'
import { type Checked, nearestOf, within } from './checked.ts'
import { compilePattern } from './match.ts'
import type { Rule } from './profile.ts'

const METRIC_NAMES: readonly string[] = METRICS.map(({ name }) => name)
const TRAIT_NAMES: readonly string[] = TRAITS.map(({ name }) => name)

/** What the prober says of a device by itself. */
const OWN_METRICS = ['probed_boot', 'line_bytes']
const OWN_TRAITS = ['agent', 'profile', 'faults']

const RULE_KEYS = ['match', 'absent', 'scale', 'offset', 'states'] as const
/** A pattern of this length still fits a line of a page. */
const MAX_PATTERN_LENGTH = 300
const MAX_ABSENT = 20
const MAX_ANSWERS = 64
const MAX_ANSWER_LENGTH = 120

/** Reads where a rule looks, such as `oid`, beside what all rules have. */
export type ReadWhere<Where> = (fields: Record<string, unknown>, where: string) => Where

/** Rules by the name of a metric. */
export function parseReadings<Where>(
  checked: Checked,
  value: unknown,
  where: string,
  keys: readonly string[],
  readWhere: ReadWhere<Where>,
): Partial<Record<MetricName, Rule & Where>> {
  return parseRules(checked, value, where, keys, readWhere, METRIC_NAMES, OWN_METRICS)
}

/** Rules by the name of a trait. */
export function parseTold<Where>(
  checked: Checked,
  value: unknown,
  where: string,
  keys: readonly string[],
  readWhere: ReadWhere<Where>,
): Record<string, Rule & Where> {
  return parseRules(checked, value, where, keys, readWhere, TRAIT_NAMES, OWN_TRAITS)
}

/** A regular expression, refused where it is none or too long. */
export function parsePattern(checked: Checked, value: unknown, where: string): string {
  const pattern = checked.text(value, where, MAX_PATTERN_LENGTH)
  try {
    compilePattern(pattern)
  } catch {
    checked.refuse(where, 'a regular expression', pattern)
  }
  return pattern
}

function parseRules<Where>(
  checked: Checked,
  value: unknown,
  where: string,
  keys: readonly string[],
  readWhere: ReadWhere<Where>,
  names: readonly string[],
  own: readonly string[],
): Record<string, Rule & Where> {
  const rules: Record<string, Rule & Where> = {}
  if (value === undefined) return rules
  const what = names === METRIC_NAMES ? 'metric' : 'trait'
  for (const [name, rule] of Object.entries(checked.record(value, where))) {
    const at = within(where, name)
    if (!names.includes(name)) {
      const nearest = nearestOf(name, names)
      checked.refuse(at, nearest ? `${nearest}, which it may stand for` : `a ${what} of METRICS.md`, name)
      continue
    }
    if (own.includes(name)) {
      checked.refuse(at, `a ${what} that the device tells, not one of the prober's own`, name)
      continue
    }
    const fields = checked.fields(rule, at, [...RULE_KEYS, ...keys])
    rules[name] = {
      ...parseRule(checked, fields, at, what === 'metric' ? name : null),
      ...readWhere(fields, at),
    }
  }
  return rules
}

/** @param metric null: the rule is a trait's */
function parseRule(
  checked: Checked,
  fields: Record<string, unknown>,
  where: string,
  metric: string | null,
): Rule {
  const rule: Rule = {}
  if (fields.match !== undefined) rule.match = parsePattern(checked, fields.match, `${where}.match`)
  if (fields.absent !== undefined) {
    const absent = checked.list(fields.absent, `${where}.absent`, 1, MAX_ABSENT)
    rule.absent = absent.map((answer, at) =>
      checked.text(answer, `${where}.absent[${at}]`, MAX_ANSWER_LENGTH, 0),
    )
  }
  for (const key of ['scale', 'offset'] as const) {
    const number = fields[key]
    if (number === undefined) continue
    const sound = typeof number === 'number' && Number.isFinite(number) && (key === 'offset' || number !== 0)
    if (!sound)
      checked.refuse(`${where}.${key}`, key === 'scale' ? 'a number other than 0' : 'a number', number)
    else rule[key] = number
  }
  if (fields.states !== undefined)
    rule.states = parseStates(checked, fields.states, `${where}.states`, metric)
  const isState = metric !== null && statesOf(metric).length > 0
  if (isState && (fields.scale !== undefined || fields.offset !== undefined)) {
    checked.refuse(
      where,
      'neither scale nor offset, as the metric is a state',
      Object.keys(fields).join(', '),
    )
  }
  return rule
}

function parseStates(
  checked: Checked,
  value: unknown,
  where: string,
  metric: string | null,
): Record<string, string> {
  const states = metric === null ? null : statesOf(metric).map(({ name }) => name)
  if (states?.length === 0) {
    checked.refuse(where, 'nothing, as the metric is a number', value)
    return {}
  }
  const entries = Object.entries(checked.record(value, where))
  if (entries.length === 0 || entries.length > MAX_ANSWERS) {
    checked.refuse(where, `1 to ${MAX_ANSWERS} answers`, String(entries.length))
  }
  return Object.fromEntries(
    entries.map(([answer, state]) => {
      const at = `${where}[${JSON.stringify(answer)}]`
      return [answer, states ? checked.oneOf(state, at, states) : checked.text(state, at, MAX_ANSWER_LENGTH)]
    }),
  )
}
