import { bitLength } from './bits.ts'

/**
 * What a column expects, four small numbers however long it was: the report that stands on this one begins with them.
 * Both ends derive them from the same values.
 */
export interface Outlook {
  /** The last value. */
  last: number
  /** The median of the values: what noise swings around. */
  level: number
  /** The median of the differences between neighbours: what a counter gains in a row. */
  pace: number
  /** How many binary digits the median distance of those differences from the pace has: near the best parameter. */
  digits: number
}

/** An outlook looks back on so many values: a bound on its work, and what is older says little about what comes. */
const LOOK_BACK = 16

/** As good a guess as any where nothing is known of the differences. */
const DIGITS_OF_NOTHING = 2

/** @throws RangeError when there is no value */
export function outlookOf(values: readonly number[]): Outlook {
  const recent = values.slice(-LOOK_BACK)
  const last = recent.at(-1)
  if (last === undefined) throw new RangeError('column: expected at least one value, got none')
  const steps = recent.slice(1).map((value, at) => value - recent[at]!)
  if (steps.length === 0) return { last, level: last, pace: 0, digits: DIGITS_OF_NOTHING }
  const pace = median(steps)
  const digits = bitLength(median(steps.map((step) => Math.abs(step - pace))))
  return { last, level: median(recent), pace, digits }
}

/** Of an even number of numbers the upper one of the middle two. */
function median(numbers: readonly number[]): number {
  const sorted = [...numbers]
  // By insertion: for the few numbers of an outlook seven times as fast as Array.sort, and reports are many.
  for (let at = 1; at < sorted.length; at++) {
    const number = sorted[at]!
    let place = at
    for (; place > 0 && sorted[place - 1]! > number; place--) sorted[place] = sorted[place - 1]!
    sorted[place] = number
  }
  return sorted[sorted.length >> 1]!
}
