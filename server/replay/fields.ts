/** What is wrong in a line: the place in it, what was expected, and what came. */
export class LineFault extends Error {}

/** A JSON object as it came, nothing checked yet. */
export type Fields = Readonly<Record<string, unknown>>

/** `place` is the way to `fields` from the line itself, '' or such as `history[0].`: only a fault needs it. */
export function textIn(fields: Fields, name: string, place = ''): string {
  const value = fields[name]
  const isText = typeof value === 'string' && value !== '' && value.length <= MAX_TEXT_LENGTH
  // The one name under which a JavaScript object keeps nothing.
  if (isText && value !== '__proto__') return value
  throw fault(place + name, `a text of 1 to ${MAX_TEXT_LENGTH} characters, not __proto__`, value)
}

/** A name is for people and no key: 400 bytes of UTF-8 hold the longest. */
const MAX_TEXT_LENGTH = 200

/** null also when the field is not there. */
export function textOrNullIn(fields: Fields, name: string): string | null {
  const value = fields[name]
  return value === undefined || value === null ? null : textIn(fields, name)
}

export function oneOfIn<Word extends string>(
  fields: Fields,
  name: string,
  words: readonly Word[],
  place = '',
): Word {
  const value = fields[name]
  for (const word of words) if (word === value) return word
  throw fault(place + name, `one of ${words.map((word) => JSON.stringify(word)).join(', ')}`, value)
}

/** null also when the field is not there. */
export function oneOfOrNullIn<Word extends string>(
  fields: Fields,
  name: string,
  words: readonly Word[],
  place = '',
): Word | null {
  const value = fields[name]
  return value === undefined || value === null ? null : oneOfIn(fields, name, words, place)
}

export function flagIn(fields: Fields, name: string): boolean {
  const value = fields[name]
  if (typeof value === 'boolean') return value
  throw fault(name, 'true or false', value)
}

/** The end of the year 9999: a day of it is still written with four digits. */
const MAX_TIME_MS = 253_402_300_799_999

/** A moment on the centre's clock. */
export function timeIn(fields: Fields, name: string): number {
  const value = fields[name]
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MAX_TIME_MS) return value
  throw fault(name, 'whole milliseconds since 1970', value)
}

/** What a device's own clock said, which may be before 1970; null also when the field is not there. */
export function clockOrNullIn(fields: Fields, name: string, place = ''): number | null {
  const value = fields[name]
  if (value === undefined || value === null) return null
  if (typeof value === 'number' && Number.isInteger(value) && Math.abs(value) <= MAX_TIME_MS) return value
  throw fault(place + name, 'whole milliseconds since 1970 or null', value)
}

/** Boots are numbered from 0 and never again from the start. */
export function countIn(fields: Fields, name: string, place = ''): number {
  const value = fields[name]
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number
  throw fault(place + name, 'a whole number from 0', value)
}

/** A boot that has run for a hundred years. */
const MAX_SECONDS = 3_153_600_000

export function secondsIn(fields: Fields, name: string, place = ''): number {
  const value = fields[name]
  if (typeof value === 'number' && value >= 0 && value <= MAX_SECONDS) return value
  throw fault(place + name, 'seconds from 0', value)
}

/** None when the field is not there. */
export function listIn(fields: Fields, name: string): readonly unknown[] {
  const value = fields[name]
  if (value === undefined) return []
  if (Array.isArray(value)) return value
  throw fault(name, 'a list', value)
}

export function textsIn<Text extends string>(fields: Fields, name: string): readonly Text[] {
  const value = fields[name]
  if (!Array.isArray(value)) throw fault(name, 'a list of texts', value)
  const wrong = value.findIndex((each) => typeof each !== 'string' || each === '')
  if (wrong !== -1) throw fault(`${name}[${wrong}]`, 'a text', value[wrong])
  return value as Text[]
}

export function objectAt(value: unknown, place: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields
  throw fault(place, 'an object', value)
}

export function fault(place: string, expected: string, value: unknown): LineFault {
  return new LineFault(`${place}: expected ${expected}, got ${shown(value)}`)
}

/** Enough to find it by in the line. */
const MAX_SHOWN_LENGTH = 64

export function shown(value: unknown): string {
  const text = printable(value === undefined ? 'nothing' : JSON.stringify(value))
  return text.length <= MAX_SHOWN_LENGTH ? text : `${text.slice(0, MAX_SHOWN_LENGTH)}…`
}

/** Without what would steer the terminal that it is printed on. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, '\uFFFD')
}
