/** Of a value in a message. */
const SHOWN_LENGTH = 60

/** Reads the fields of a file that a person wrote, and gathers all that is wrong with them. */
export class Checked {
  readonly problems: string[] = []
  readonly #file: string

  /** @param file as the problems name it */
  constructor(file: string) {
    this.#file = file
  }

  refuse(where: string, expected: string, got: unknown): void {
    this.problem(where, `expected ${expected}, got ${shown(got)}`)
  }

  problem(where: string, reason: string): void {
    this.problems.push(`${this.#file}: ${where === '' ? '' : `${where}: `}${reason}`)
  }

  /** The fields of an object; each that is not among `known` is refused, with the one it may stand for. */
  fields(value: unknown, where: string, known: readonly string[]): Record<string, unknown> {
    const fields = this.record(value, where)
    for (const key of Object.keys(fields)) {
      if (known.includes(key)) continue
      const nearest = nearestOf(key, known)
      const hint = nearest ? `${nearest}, which it may stand for` : known.join(', ')
      this.refuse(within(where, key), nearest ? hint : `one of ${hint}`, key)
    }
    return fields
  }

  record(value: unknown, where: string): Record<string, unknown> {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
    this.refuse(where, 'an object', value)
    return {}
  }

  list(value: unknown, where: string, min: number, max: number): unknown[] {
    if (Array.isArray(value) && value.length >= min && value.length <= max) return value
    this.refuse(where, `a list of ${min} to ${max}`, Array.isArray(value) ? `${value.length}` : value)
    return []
  }

  text(value: unknown, where: string, max: number, min = 1): string {
    if (typeof value === 'string' && value.length >= min && value.length <= max) return value
    const got = typeof value === 'string' && value.length > max ? `${value.length} characters` : value
    this.refuse(where, `a text of ${min} to ${max} characters`, got)
    return ''
  }

  whole(value: unknown, where: string, min: number, max: number): number {
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value
    this.refuse(where, `a whole number from ${min} to ${max}`, value)
    return min
  }

  flag(value: unknown, where: string): boolean {
    if (typeof value === 'boolean') return value
    this.refuse(where, 'true or false', value)
    return false
  }

  oneOf<Choice extends string>(value: unknown, where: string, choices: readonly Choice[]): Choice {
    const found = choices.find((choice) => choice === value)
    if (found === undefined) this.refuse(where, `one of ${choices.join(', ')}`, value)
    return found ?? choices[0]!
  }

  /** @throws Error that lists every problem, one a line */
  throwProblems(): void {
    if (this.problems.length > 0) throw new Error(this.problems.join('\n'))
  }
}

/** The place of a field in its file: `steps[0].path`. */
export function within(where: string, key: string): string {
  return where === '' ? key : `${where}.${key}`
}

/** The word of `known` that `word` differs least from; null where it resembles none. */
export function nearestOf(word: string, known: readonly string[]): string | null {
  const distances = known.map((other) => ({
    other,
    distance: distance(word.toLowerCase(), other.toLowerCase()),
  }))
  const [best] = distances.sort((one, another) => one.distance - another.distance)
  return best && best.distance <= Math.max(1, best.other.length / 3) ? best.other : null
}

/** A key of a file is never longer than this. */
const MAX_WORD = 64

/** How many letters must be put in, left out, changed or swapped with the next (optimal string alignment). */
function distance(one: string, other: string): number {
  if (one.length > MAX_WORD) return MAX_WORD
  let before: number[] = []
  let row = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (let i = 1; i <= one.length; i++) {
    const next = [i]
    for (let j = 1; j <= other.length; j++) {
      const changed = row[j - 1]! + (one[i - 1] === other[j - 1] ? 0 : 1)
      const swapped =
        one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1] ? before[j - 2]! + 1 : MAX_WORD
      next.push(Math.min(changed, row[j]! + 1, next[j - 1]! + 1, swapped))
    }
    before = row
    row = next
  }
  return row[other.length]!
}

function shown(value: unknown): string {
  if (value === undefined) return 'nothing'
  const text = JSON.stringify(value) ?? typeof value
  return text.length <= SHOWN_LENGTH ? text : `${text.slice(0, SHOWN_LENGTH)}…`
}
