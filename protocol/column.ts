import { type BitReader, type BitWriter, bitLength, unzigzag, zigzag } from './bits.ts'
import { refuse } from './errors.ts'
import { MAX_INTEGER } from './limits.ts'
import { type Outlook, outlookOf } from './outlook.ts'
import { MAX_PARAMETER, readResidual, residualLength, writeResidual } from './residual.ts'

/*
 * One metric over the rows of a report, as integers. A predictor expects each value, and what it differs by is written
 * in a code for small numbers, as FLAC and CCSDS 121 do for samples. The encoder tries every predictor with the likely
 * parameters and keeps the shortest.
 */

/** By the number on the wire. */
const PREDICTORS = ['last', 'level', 'pace', 'rise'] as const
type Predictor = (typeof PREDICTORS)[number]
const PREDICTOR_BITS = 2

function expectedBy(predictor: Predictor, last: number, { level, pace }: Outlook): number {
  switch (predictor) {
    case 'last':
    case 'rise':
      return last
    case 'level':
      return level
    case 'pace':
      return last + pace
  }
}

/** A counter never falls, so its residual needs no sign. */
const signed = (predictor: Predictor): boolean => predictor !== 'rise'

interface Plan {
  predictor: Predictor
  parameter: number
  residuals: number[]
  length: number
}

/**
 * Writes one value or more; how many is known from the report. Every |value| is at most 2^50. Without a base the first
 * value is written in full, and is the base of the others.
 */
export function writeColumn(writer: BitWriter, values: readonly number[], base: Outlook | null): void {
  if (base === null) writer.varint(zigzag(values[0]!))
  const outlook = base ?? outlookOf(values.slice(0, 1))
  const rest = base ? values : values.slice(1)
  if (rest.length === 0) return
  const unchanged = rest.every((value) => value === outlook.last)
  writer.bits(unchanged ? 1 : 0, 1)
  if (unchanged) return
  const { predictor, parameter, residuals } = shortest(rest, outlook)
  writer.bits(PREDICTORS.indexOf(predictor), PREDICTOR_BITS)
  writeResidual(writer, zigzag(parameter - outlook.digits), 0)
  for (const residual of residuals) writeResidual(writer, residual, parameter)
}

/** The best way to write `values`: each predictor is tried with the parameters that may suit it. */
function shortest(values: readonly number[], outlook: Outlook): Plan {
  let best: Plan | null = null
  for (const predictor of PREDICTORS) {
    const differences = values.map(
      (value, at) => value - expectedBy(predictor, at === 0 ? outlook.last : values[at - 1]!, outlook),
    )
    if (!signed(predictor) && differences.some((difference) => difference < 0)) continue
    const residuals = signed(predictor) ? differences.map(zigzag) : differences
    for (const parameter of likelyParameters(residuals)) {
      const head = residualLength(zigzag(parameter - outlook.digits), 0)
      const length = residuals.reduce((sum, residual) => sum + residualLength(residual, parameter), head)
      if (best === null || length < best.length) best = { predictor, parameter, residuals, length }
    }
  }
  return best!
}

/** Parameters around the mean number of digits: there about half the residuals lie in the first bucket. */
function likelyParameters(residuals: readonly number[]): number[] {
  const digits = Math.round(
    residuals.reduce((sum, residual) => sum + bitLength(residual), 0) / residuals.length,
  )
  return [digits - 2, digits - 1, digits, digits + 1].map((near) =>
    Math.min(MAX_PARAMETER, Math.max(0, near)),
  )
}

/** @throws WireError `WIRE_TRUNCATED`, or `WIRE_RANGE` when a value leaves the exact integers */
export function readColumn(reader: BitReader, count: number, base: Outlook | null): number[] {
  const values = base ? [] : [unzigzag(reader.varint('first value'))]
  const outlook = base ?? outlookOf(values)
  if (values.length === count) return values
  if (reader.bits(1) === 1) {
    while (values.length < count) values.push(outlook.last)
    return values
  }
  const predictor = PREDICTORS[reader.bits(PREDICTOR_BITS)]!
  const parameter = outlook.digits + unzigzag(readResidual(reader, 0, 'parameter'))
  if (parameter < 0 || parameter > MAX_PARAMETER) refuse('parameter', `0 to ${MAX_PARAMETER}`, parameter)
  let last = outlook.last
  while (values.length < count) {
    const residual = readResidual(reader, parameter, 'residual')
    const difference = signed(predictor) ? unzigzag(residual) : residual
    last = expectedBy(predictor, last, outlook) + difference
    if (Math.abs(last) > MAX_INTEGER) refuse(`value ${values.length}`, 'less than 2^53', last)
    values.push(last)
  }
  return values
}
