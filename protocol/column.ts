import { type BitReader, type BitWriter, bitLength, unzigzag, zigzag } from './bits.ts'
import { WireError } from './errors.ts'
import { MAX_INTEGER } from './limits.ts'

/**
 * One metric over the rows of a report, as integers. Each column is coded by itself: a predictor turns the
 * values into residuals, and the residuals are written in Rice code, as FLAC and CCSDS 121 do for samples.
 * The encoder tries every predictor with the likely parameters and keeps the shortest.
 */
const PREDICTORS = ['plain', 'delta', 'deltaOfDelta', 'constant'] as const
type Predictor = (typeof PREDICTORS)[number]

const PREDICTOR_BITS = 2
const PARAMETER_BITS = 5
const MAX_PARAMETER = 2 ** PARAMETER_BITS - 1

/** So many ones in a row announce a residual written in full: what Rice code would make long. */
const ESCAPE_ONES = 12

/** How many values the predictor looks back on: as many, less the base, are written in full to begin with. */
const NEEDS: Record<Predictor, number> = { plain: 0, delta: 1, deltaOfDelta: 2, constant: 1 }

function predict(predictor: Predictor, earlier: readonly number[]): number {
  const last = earlier.at(-1) ?? 0
  const before = earlier.at(-2) ?? 0
  switch (predictor) {
    case 'plain':
      return 0
    case 'delta':
    case 'constant':
      return last
    case 'deltaOfDelta':
      return 2 * last - before
  }
}

function riceLength(residual: number, parameter: number): number {
  const quotient = Math.floor(residual / 2 ** parameter)
  return quotient < ESCAPE_ONES ? quotient + 1 + parameter : ESCAPE_ONES + 6 + bitLength(residual)
}

/** Rice code: small numbers in few bits, and any other in full behind an escape. */
export function writeRice(writer: BitWriter, residual: number, parameter: number): void {
  const quotient = Math.floor(residual / 2 ** parameter)
  if (quotient < ESCAPE_ONES) {
    writer.bits(2 ** (quotient + 1) - 2, quotient + 1)
    writer.bits(residual % 2 ** parameter, parameter)
  } else {
    writer.bits(2 ** ESCAPE_ONES - 1, ESCAPE_ONES)
    writer.integer(residual)
  }
}

/** @throws WireError `WIRE_TRUNCATED` or `WIRE_RANGE` */
export function readRice(reader: BitReader, parameter: number): number {
  let quotient = 0
  while (quotient < ESCAPE_ONES && reader.bits(1) === 1) quotient++
  if (quotient === ESCAPE_ONES) return reader.integer('escaped residual')
  return quotient * 2 ** parameter + reader.bits(parameter)
}

interface Plan {
  predictor: Predictor
  parameter: number
  heads: number[]
  residuals: number[]
  length: number
}

/** Ways to write what stands behind the first `given` values of `line`, which the reader knows. */
function plans(line: readonly number[], given: number): Plan[] {
  const found: Plan[] = []
  for (const predictor of PREDICTORS) {
    const first = Math.max(given, NEEDS[predictor])
    if (first > line.length) continue
    const heads = line
      .slice(given, first)
      .map((value, at) => zigzag(value - predict('delta', line.slice(0, given + at))))
    const residuals = line
      .slice(first)
      .map((value, at) =>
        zigzag(value - predict(predictor, line.slice(Math.max(0, first + at - 2), first + at))),
      )
    const headLength = heads.reduce((sum, head) => sum + 6 + bitLength(head), 0)
    if (predictor === 'constant') {
      const constant = residuals.every((residual) => residual === 0)
      if (constant) found.push({ predictor, parameter: 0, heads, residuals: [], length: headLength })
      continue
    }
    for (const parameter of likelyParameters(residuals)) {
      const body = residuals.reduce((sum, residual) => sum + riceLength(residual, parameter), 0)
      found.push({ predictor, parameter, heads, residuals, length: PARAMETER_BITS + headLength + body })
    }
  }
  return found
}

/** The best parameter lies about where half the residuals need a quotient: near the digits of their mean. */
function likelyParameters(residuals: readonly number[]): number[] {
  const mean = residuals.reduce((sum, residual) => sum + residual, 0) / Math.max(1, residuals.length)
  const digits = bitLength(Math.floor(mean))
  return [digits - 2, digits - 1, digits, digits + 1].map((near) =>
    Math.min(MAX_PARAMETER, Math.max(0, near)),
  )
}

/**
 * Writes one value or more; how many is known from the report. Every |value| is at most 2^50. `base` is a value
 * that the reader knows already and that stands before the first.
 */
export function writeColumn(writer: BitWriter, values: readonly number[], base?: number): void {
  const known = base === undefined ? [] : [base]
  const plan = plans([...known, ...values], known.length).reduce((best, next) =>
    next.length < best.length ? next : best,
  )
  writer.bits(PREDICTORS.indexOf(plan.predictor), PREDICTOR_BITS)
  if (plan.predictor !== 'constant') writer.bits(plan.parameter, PARAMETER_BITS)
  for (const head of plan.heads) writer.integer(head)
  for (const residual of plan.residuals) writeRice(writer, residual, plan.parameter)
}

/** @throws WireError `WIRE_TRUNCATED`, or `WIRE_RANGE` when a value leaves the exact integers */
export function readColumn(reader: BitReader, count: number, base?: number): number[] {
  const predictor = PREDICTORS[reader.bits(PREDICTOR_BITS)]!
  const parameter = predictor === 'constant' ? 0 : reader.bits(PARAMETER_BITS)
  const line = base === undefined ? [] : [base]
  const given = line.length
  while (line.length < given + count) {
    const inFull = line.length < NEEDS[predictor]
    const expected = predict(inFull ? 'delta' : predictor, line)
    const value =
      expected + unzigzag(inFull ? reader.integer('first value') : readResidual(reader, predictor, parameter))
    if (Math.abs(value) > MAX_INTEGER) {
      const what = `column value ${line.length - given}`
      throw new WireError('WIRE_RANGE', `${what}: expected an integer below 2^53, got ${value}`)
    }
    line.push(value)
  }
  return line.slice(given)
}

function readResidual(reader: BitReader, predictor: Predictor, parameter: number): number {
  return predictor === 'constant' ? 0 : readRice(reader, parameter)
}
