import { isOid } from './oid.ts'
import type { Missing, SnmpValue } from './value.ts'

/** One thing to ask for: an object, the first row of a column, or the mean of a column. */
export interface Term {
  take: 'object' | 'first' | 'mean'
  oid: string
}

/** An object, or a number that stands in the profile. */
interface Addend {
  term: Term | number
  sign: 1 | -1
}

/** A sum, or the quotient of two; most are one object. */
interface Quotient {
  sum: readonly Addend[]
  over: readonly Addend[] | null
}

/** The first of them that the device has is the answer. */
export type Question = readonly Quotient[]

/** What was found for a term. */
export type Found = { value: SnmpValue } | { missing: Missing }

/** A quotient of memory needs four objects. */
const MAX_TERMS = 8

const TERM = /^(?:mean\((?<mean>[\d.]+)\)|(?<first>[\d.]+)\.\*|(?<object>[\d.]+))$/

/**
 * What stands at `oid` in a profile: `1.3.6.1.2.1.1.3.0`; `1.3….4.*` for the first row of a column, of which the index
 * is not known; `mean(1.3….4)` for the mean of a column; `a - b / c` for what a device tells in parts only, sums
 * before the quotient; `a | b / 10` where models differ. A number without a dot is one.
 * @throws Error that says what was expected
 */
export function parseQuestion(text: string): Question {
  const question = text.split('|').map((alternative): Quotient => {
    const [sum, over, ...more] = alternative.split('/').map(parseSum)
    if (more.length > 0) throw new Error(`expected one quotient, got ${alternative.trim()}`)
    return { sum: sum!, over: over ?? null }
  })
  if (termsOf(question).length > MAX_TERMS) {
    throw new Error(`expected at most ${MAX_TERMS} objects, got ${termsOf(question).length}`)
  }
  return question
}

export function termsOf(question: Question): Term[] {
  const addends = question.flatMap(({ sum, over }) => [...sum, ...(over ?? [])])
  return addends.flatMap(({ term }) => (typeof term === 'number' ? [] : term))
}

/**
 * The answer to a question; undefined: a quotient has no value, because what stands below is 0.
 * @throws Error that names the object that the device does not have, or that is no number in a sum
 */
export function answerTo(question: Question, find: (term: Term) => Found): SnmpValue | undefined {
  const { sum, over } = question.find((alternative) => isThere(alternative, find)) ?? question[0]!
  const [only] = sum
  const whole = sum.length === 1 && over === null && only!.sign === 1
  if (whole && typeof only!.term === 'object') return objectValue(only!.term, find)
  const total = (addends: readonly Addend[]): number =>
    addends.reduce((added, { term, sign }) => added + sign * quantityOf(term, find), 0)
  if (over === null) return total(sum)
  const below = total(over)
  return below === 0 ? undefined : total(sum) / below
}

/** Whether the device has all that one of the alternatives needs. */
export function canAnswer(question: Question, find: (term: Term) => Found): boolean {
  return question.some((alternative) => isThere(alternative, find))
}

function isThere(alternative: Quotient, find: (term: Term) => Found): boolean {
  return termsOf([alternative]).every((term) => 'value' in find(term))
}

function parseSum(text: string): Addend[] {
  const [first = '', ...rest] = text.split(/([+-])/)
  const addends: Addend[] = [{ term: parseTerm(first), sign: 1 }]
  for (let place = 0; place < rest.length; place += 2) {
    addends.push({ term: parseTerm(rest[place + 1]!), sign: rest[place] === '-' ? -1 : 1 })
  }
  return addends
}

function parseTerm(text: string): Term | number {
  if (/^\s*\d{1,9}\s*$/.test(text)) return Number(text)
  const { mean, first, object } = TERM.exec(text.trim())?.groups ?? {}
  const oid = mean ?? first ?? object ?? ''
  if (!isOid(oid)) {
    throw new Error(
      `expected an object id such as 1.3.6.1.2.1.1.3.0, 1.3.6.1.2.1.2.2.1.2.* or mean(…), got ${text.trim()}`,
    )
  }
  return { take: mean ? 'mean' : first ? 'first' : 'object', oid }
}

function objectValue(term: Term, find: (term: Term) => Found): SnmpValue {
  const found = find(term)
  if ('value' in found) return found.value
  throw new Error(`expected a value at ${term.oid}, got ${found.missing}`)
}

function quantityOf(term: Term | number, find: (term: Term) => Found): number {
  if (typeof term === 'number') return term
  const value = objectValue(term, find)
  if (typeof value === 'number' || typeof value === 'bigint') return Number(value)
  throw new Error(`expected a number at ${term.oid}, got ${value instanceof Uint8Array ? 'a text' : value}`)
}
