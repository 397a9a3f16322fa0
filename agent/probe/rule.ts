import { type MetricName, statesOf } from '#protocol/metrics.ts'
import { clipTrait, type TraitName } from '#protocol/traits.ts'
import { firstMatch } from './match.ts'
import { numberIn } from './number.ts'
import type { Rule } from './profile.ts'

/** What a device says to one question, as JSON, SNMP or text bring it. `undefined`: it has no such thing. */
export type Answer = string | number | bigint | boolean | null | undefined | Uint8Array | object

/** Of an answer in a message. */
const SHOWN_LENGTH = 60

/**
 * The value in the metric's unit, or the number of its state; undefined where the device says that it does not know,
 * by a `null` or one of `absent`. That it leaves the field out is a fault, unless `absent` has the empty text.
 * @throws Error `X: expected A, got B`
 */
export function readMetric(name: MetricName, rule: Rule, answer: Answer): number | undefined {
  const text = wanted(name, rule, answer)
  if (text === undefined) return undefined
  const states = statesOf(name)
  if (states.length === 0) return quantity(name, rule, text)
  const word = rule.states ? translated(name, rule.states, text) : text
  const number = states.findIndex((state) => state.name === word)
  if (number === -1) {
    throw new Error(
      `${name}: expected one of ${states.map((state) => state.name).join(', ')}, got ${shown(text)}`,
    )
  }
  return number
}

/**
 * The words that are told of a trait. `states` translates them; with `scale` or `offset` it is a whole number.
 * @throws Error `X: expected A, got B`
 */
export function readTrait(name: TraitName, rule: Rule, answer: Answer): string | undefined {
  const text = wanted(name, rule, answer)
  if (text === undefined || text === '') return undefined
  if (rule.states) return clipTrait(translated(name, rule.states, text))
  const counted = rule.scale !== undefined || rule.offset !== undefined
  return clipTrait(counted ? String(Math.round(quantity(name, rule, text))) : text)
}

/** An answer as text for a message, cut short. */
export function shown(answer: Answer): string {
  if (answer === undefined) return 'nothing'
  const text = typeof answer === 'string' ? JSON.stringify(answer) : (textOf(answer) ?? written(answer))
  return text.length <= SHOWN_LENGTH ? text : `${text.slice(0, SHOWN_LENGTH)}…`
}

/** The text that a value is read from; undefined: the device says that it does not know. */
function wanted(name: string, rule: Rule, answer: Answer): string | undefined {
  if (answer === null) return undefined
  const absent = rule.absent ?? []
  if (answer === undefined && absent.includes('')) return undefined
  const whole = textOf(answer)
  if (whole === null) {
    throw new Error(
      `${name}: expected ${answer === undefined ? 'an answer' : 'a text or a number'}, got ${shown(answer)}`,
    )
  }
  if (absent.includes(whole)) return undefined
  if (rule.match === undefined) return whole
  const found = within(name, () => firstMatch(rule.match!, whole))
  if (found === null) {
    throw new Error(`${name}: expected a text that matches ${shown(rule.match)}, got ${shown(whole)}`)
  }
  const text = found.trim()
  return absent.includes(text) ? undefined : text
}

function quantity(name: string, rule: Rule, text: string): number {
  const number = numberIn(text)
  if (number === null) throw new Error(`${name}: expected a number, got ${shown(text)}`)
  return number * (rule.scale ?? 1) + (rule.offset ?? 0)
}

function translated(name: string, states: Readonly<Record<string, string>>, text: string): string {
  if (Object.hasOwn(states, text)) return states[text]!
  const loose = Object.keys(states).find((key) => key.toLowerCase() === text.toLowerCase()) ?? '*'
  if (Object.hasOwn(states, loose)) return states[loose]!
  throw new Error(`${name}: expected one of ${Object.keys(states).join(', ')}, got ${shown(text)}`)
}

/** Without the blanks and zero bytes that texts of devices end with; null: it is no text and no number. */
function textOf(answer: Answer): string | null {
  if (answer instanceof Uint8Array) return trimmed(new TextDecoder().decode(answer))
  if (answer === undefined || answer === null || typeof answer === 'object') return null
  return trimmed(String(answer))
}

function trimmed(text: string): string {
  return text.replace(/\0+$/, '').trim()
}

function written(answer: Answer): string {
  try {
    return JSON.stringify(answer) ?? String(answer)
  } catch {
    return 'an object'
  }
}

function within<Result>(name: string, work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    throw new Error(`${name}: ${error instanceof Error ? error.message : String(error)}`)
  }
}
