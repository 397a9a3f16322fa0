import { type BitReader, type BitWriter, unzigzag, zigzag } from './bits.ts'

/** Clock hints count from 2026-01-01T00:00:00Z, to save a byte against 1970 until 2034. */
const CLOCK_ZERO_SECONDS = 1_767_225_600

/** A clock before 2026 is a dead battery's and no hint at all. */
export function believable(seconds: number | null): number | null {
  return seconds === null || seconds < CLOCK_ZERO_SECONDS ? null : seconds
}

/** A varint: 0 for no hint, else 1 + the zigzag of what it differs from the expected one. */
export function writeClock(writer: BitWriter, seconds: number | null, expected: number | null): void {
  const hint = believable(seconds)
  writer.varint(hint === null ? 0 : 1 + zigzag(hint - (expected ?? CLOCK_ZERO_SECONDS)))
}

/** @throws WireError `WIRE_TRUNCATED` or `WIRE_RANGE` */
export function readClock(reader: BitReader, expected: number | null): number | null {
  const code = reader.varint('clock')
  return code === 0 ? null : believable((expected ?? CLOCK_ZERO_SECONDS) + unzigzag(code - 1))
}
