import { type BitReader, type BitWriter, bitLength, unzigzag, zigzag } from './bits.ts'
import { WireError } from './errors.ts'
import { MAX_INTEGER } from './limits.ts'

/**
 * One metric over the rows of a report, as integers. Each column is coded by itself: a predictor turns the
 * values into residuals, and the residuals are written in Rice code, as FLAC and CCSDS 121 do for samples.
 * The encoder tries every predictor and parameter and keeps the shortest.
 */
const PREDICTORS = ['plain', 'delta', 'deltaOfDelta', 'constant'] as const
type Predictor = (typeof PREDICTORS)[number]

const PREDICTOR_BITS = 2
const PARAMETER_BITS = 5
const MAX_PARAMETER = 2 ** PARAMETER_BITS - 1

/** So many ones in a row announce a residual written in full: what Rice code would make long. */
const ESCAPE_ONES = 12

/** How many leading values are written in full before the predictor has what it needs. */
const HEADS: Record<Predictor, number> = { plain: 0, delta: 1, deltaOfDelta: 2, constant: 1 }

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
  residuals: number[]
  length: number
}

function plans(values: readonly number[]): Plan[] {
  const found: Plan[] = []
  if (values.length > 0 && values.every((value) => value === values[0])) {
    found.push({
      predictor: 'constant',
      parameter: 0,
      residuals: [],
      length: bitLength(zigzag(values[0]!)) + 6,
    })
  }
  for (const predictor of ['plain', 'delta', 'deltaOfDelta'] as const) {
    const heads = HEADS[predictor]
    if (heads > values.length) continue
    const headLength = values
      .slice(0, heads)
      .reduce(
        (sum, value, at) => sum + 6 + bitLength(zigzag(value - predict('delta', values.slice(0, at)))),
        0,
      )
    const residuals = values
      .slice(heads)
      .map((value, at) =>
        zigzag(value - predict(predictor, values.slice(Math.max(0, heads + at - 2), heads + at))),
      )
    for (let parameter = 0; parameter <= MAX_PARAMETER; parameter++) {
      const length =
        PARAMETER_BITS +
        headLength +
        residuals.reduce((sum, residual) => sum + riceLength(residual, parameter), 0)
      found.push({ predictor, parameter, residuals, length })
    }
  }
  return found
}

/** Writes the values; how many there are is known from the report. Every |value| is at most 2^50. */
export function writeColumn(writer: BitWriter, values: readonly number[]): void {
  const plan = plans(values).reduce((best, next) => (next.length < best.length ? next : best))
  writer.bits(PREDICTORS.indexOf(plan.predictor), PREDICTOR_BITS)
  if (plan.predictor !== 'constant') writer.bits(plan.parameter, PARAMETER_BITS)
  values.slice(0, HEADS[plan.predictor]).forEach((value, at) => {
    writer.integer(zigzag(value - predict('delta', values.slice(0, at))))
  })
  for (const residual of plan.residuals) writeRice(writer, residual, plan.parameter)
}

/** @throws WireError `WIRE_TRUNCATED`, or `WIRE_RANGE` when a value leaves the exact integers */
export function readColumn(reader: BitReader, count: number): number[] {
  const predictor = PREDICTORS[reader.bits(PREDICTOR_BITS)]!
  const parameter = predictor === 'constant' ? 0 : reader.bits(PARAMETER_BITS)
  const values: number[] = []
  while (values.length < count) {
    const head = values.length < HEADS[predictor]
    const expected = head ? predict('delta', values) : predict(predictor, values)
    const residual = head
      ? reader.integer('first value')
      : predictor === 'constant'
        ? 0
        : readRice(reader, parameter)
    const value = expected + unzigzag(residual)
    if (Math.abs(value) > MAX_INTEGER) {
      throw new WireError(
        'WIRE_RANGE',
        `column value ${values.length}: expected an integer below 2^53, got ${value}`,
      )
    }
    values.push(value)
  }
  return values
}
