import { bitLength, zigzag } from '#protocol/bits.ts'
import type { Report } from '#protocol/report.ts'

/*
 * The measured bound: what the best of a few adaptive coders would need for a column as a whole, learning as it goes
 * and paying for that. Such a coder needs fractions of bits (an arithmetic coder) and every report before; ours starts
 * anew with each report, from a base of a few numbers. It is an estimate of the entropy and not a proof.
 */

/** What a symbol has before it was seen. Small, since of some twenty classes a column uses five. */
const PRIOR_COUNT = 0.1
const CLASSES = 54

/** The cost in bits of each symbol under the counts of its context so far. */
function createLearner(): (context: string, symbol: number, symbols: number) => number {
  const counts = new Map<string, number>()
  return (context, symbol, symbols) => {
    const key = `${context}/${symbol}`
    const seen = counts.get(key) ?? 0
    const all = counts.get(context) ?? 0
    counts.set(key, seen + 1)
    counts.set(context, all + 1)
    return -Math.log2((seen + PRIOR_COUNT) / (all + PRIOR_COUNT * symbols))
  }
}

/** The exponent after the `order` exponents before it, two learned binary digits behind it, the others as they are. */
function codeLength(residuals: readonly number[], order: number): number {
  const cost = createLearner()
  let before: number[] = []
  let bits = 0
  for (const residual of residuals) {
    const digits = bitLength(residual)
    bits += cost(`digits after ${before}`, digits, CLASSES)
    const learned = Math.max(0, Math.min(2, digits - 1))
    const rest = Math.max(0, digits - 1 - learned)
    bits += cost(`mantissa of ${digits}`, Math.floor(residual / 2 ** rest), 2 ** learned) + rest
    before = [digits, ...before].slice(0, order)
  }
  return bits
}

/** The ways to look at a column: its values, what they differ from the one before, and from their mean so far. */
function residualsOf(values: readonly number[]): (readonly number[])[] {
  const differences = values.map((value, at) => value - (values[at - 1] ?? 0))
  let sum = 0
  const fromMean = values.map((value, at) => {
    const mean = at === 0 ? 0 : Math.round(sum / at)
    sum += value
    return value - mean
  })
  const views = [values, differences, fromMean]
  return views.map((view) => (view.some((value) => value < 0) ? view.map(zigzag) : view))
}

/** Bits that a column takes at least, as far as these coders can tell. */
function boundBits(values: readonly number[]): number {
  return Math.min(
    ...residualsOf(values).flatMap((residuals) => [0, 1, 2].map((order) => codeLength(residuals, order))),
  )
}

/** The bound in bytes a row, over all columns of reports that follow each other, their times included. */
export function boundBytesPerRow(reports: readonly Report[]): number {
  const times = reports.flatMap(({ uptimeSeconds, offsetsSeconds }) =>
    offsetsSeconds.map((offset) => uptimeSeconds + offset),
  )
  const steps = times.slice(1).map((time, at) => time - times[at]!)
  const columns = reports[0]!.columns.map((_, at) => reports.flatMap(({ columns }) => columns[at]!.values))
  const measured = columns.map((values) => values.filter((value) => value !== null))
  const bits = [steps, ...measured].reduce((sum, values) => sum + boundBits(values), 0)
  return bits / 8 / times.length
}
