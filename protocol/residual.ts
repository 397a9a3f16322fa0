import { type BitReader, type BitWriter, bitLength } from './bits.ts'

/*
 * A residual is a whole number that is mostly small. It lies in one of many buckets, which is named in unary, and its
 * place in that bucket follows in binary. Three buckets of 2^k numbers come first, each one after that is twice as
 * wide as the one before: near zero this is Rice's code, far away Exp-Golomb's, which bears the bursts of real life.
 */

/** Greater k and wider buckets would leave the exact integers of a double. */
export const MAX_PARAMETER = 50
const MAX_PLACE_BITS = 53

function bucketOf(value: number, parameter: number): number {
  const steps = Math.floor(value / 2 ** parameter)
  return steps < 3 ? steps : bitLength(steps - 1) + 1
}

/** Where a bucket begins, in steps of 2^k: 0, 1, 2, 3, 5, 9, 17, … */
const startOf = (bucket: number): number => (bucket < 3 ? bucket : 1 + 2 ** (bucket - 2))

/** The binary digits of a place in a bucket, less k: 0, 0, 0, 1, 2, 3, 4, … */
const widthOf = (bucket: number): number => Math.max(0, bucket - 2)

/** How many bits `writeResidual` takes. */
export function residualLength(value: number, parameter: number): number {
  const bucket = bucketOf(value, parameter)
  return bucket + 1 + parameter + widthOf(bucket)
}

export function writeResidual(writer: BitWriter, value: number, parameter: number): void {
  const bucket = bucketOf(value, parameter)
  writer.unary(bucket)
  writer.bits(value - startOf(bucket) * 2 ** parameter, parameter + widthOf(bucket))
}

/** @throws WireError `WIRE_TRUNCATED` or `WIRE_RANGE` */
export function readResidual(reader: BitReader, parameter: number, what: string): number {
  const bucket = reader.unary(what, MAX_PLACE_BITS - parameter + 2)
  return startOf(bucket) * 2 ** parameter + reader.bits(parameter + widthOf(bucket))
}
