import { readFileSync } from 'node:fs'
import { DEFAULT_RULES, type Rules } from '../incidents/rules.ts'
import { printable, shown } from './fields.ts'
import { nearestOf } from './nearest.ts'

/** Everything that is wrong with a file of rules, a line a mistake. */
export class RulesError extends Error {
  readonly mistakes: readonly string[]

  constructor(file: string, mistakes: readonly string[]) {
    super(mistakes.map((mistake) => `${file}: ${mistake}`).join('\n'))
    this.name = 'RulesError'
    this.mistakes = mistakes
  }
}

/** Rules from a JSON file: an object of those that differ from `DEFAULT_RULES`. @throws RulesError */
export function readRules(file: string): Rules {
  return parseRules(file, readText(file))
}

/** `file` is only for the words of an error. @throws RulesError with all mistakes */
export function parseRules(file: string, text: string): Rules {
  let given: unknown
  try {
    given = JSON.parse(text)
  } catch (error) {
    throw new RulesError(file, [
      `expected a JSON object of rules, got: ${printable((error as Error).message)}`,
    ])
  }
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new RulesError(file, [`expected a JSON object of rules, got ${shown(given)}`])
  }
  const mistakes = Object.entries(given).flatMap(([name, value]) => mistakeOf(name, value) ?? [])
  if (mistakes.length > 0) throw new RulesError(file, mistakes)
  return { ...DEFAULT_RULES, ...given }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw new RulesError(file, [`expected a file that can be read, got ${code ?? message}`])
  }
}

/** Longer than a year nothing is remembered, and a share of nothing would make one device a province. */
const MAX_SECONDS = 366 * 86_400
/** More than the communes of the country, or devices of any province. */
const MAX_COUNT = 100_000

/** What a rule takes is said by the end of its name; all other names are counts. */
const KINDS: readonly { ends: RegExp; expected: string; fits: (value: number) => boolean }[] = [
  {
    ends: /Seconds$/,
    expected: `seconds from 0 to ${MAX_SECONDS}`,
    fits: (value) => value >= 0 && value <= MAX_SECONDS,
  },
  { ends: /Share$/, expected: 'a share above 0, at most 1', fits: (value) => value > 0 && value <= 1 },
  {
    ends: /$/,
    expected: `a whole number from 1 to ${MAX_COUNT}`,
    fits: (value) => Number.isInteger(value) && value >= 1 && value <= MAX_COUNT,
  },
]

function mistakeOf(name: string, value: unknown): string | null {
  const place = printable(name)
  if (!Object.hasOwn(DEFAULT_RULES, name)) {
    const nearest = nearestOf(name, Object.keys(DEFAULT_RULES))
    return `${place}: expected the name of a rule, ${nearest === null ? 'got another' : `did you mean ${nearest}?`}`
  }
  const { expected, fits } = KINDS.find(({ ends }) => ends.test(name))!
  return typeof value === 'number' && fits(value)
    ? null
    : `${name}: expected ${expected}, got ${shown(value)}`
}
