import { BitReader, BitWriter } from './bits.ts'
import { MAX_SECONDS } from './limits.ts'

/**
 * How old the last row of a report was when it was sent, and by which of the device's clocks.
 * `monotonic`: the boot still runs, the age is exact. `clock`: the row is of an earlier boot and the age is a
 * difference of the wall clock, which may have jumped. null: the device cannot tell.
 */
export type Age = { seconds: number; basis: 'monotonic' | 'clock' } | null

/** What is published to `r`: the age at sending, then the report, which never changes once it has a number. */
export interface Delivery {
  age: Age
  report: Uint8Array
}

/** A varint, 0 for an unknown age, else 1 + 2 × seconds + (1 by the wall clock); then the report's bytes. */
export function encodeDelivery({ age, report }: Delivery): Uint8Array {
  const writer = new BitWriter()
  writer.varint(age === null ? 0 : 1 + age.seconds * 2 + (age.basis === 'clock' ? 1 : 0))
  const head = writer.finish()
  const bytes = new Uint8Array(head.length + report.length)
  bytes.set(head)
  bytes.set(report, head.length)
  return bytes
}

/** The report is left as it is: a newer one must be kept even where it cannot be read. @throws WireError */
export function decodeDelivery(bytes: Uint8Array): Delivery {
  const code = new BitReader(bytes).varint('age', 2 + 2 * MAX_SECONDS)
  const headBytes = bytes.findIndex((byte) => byte < 128) + 1
  const report = bytes.subarray(headBytes)
  if (code === 0) return { age: null, report }
  const basis = (code - 1) % 2 === 1 ? 'clock' : 'monotonic'
  return { age: { seconds: Math.floor((code - 1) / 2), basis }, report }
}
