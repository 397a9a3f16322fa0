/**
 * Why bytes from the wire were refused. The code is for programs, because the reaction differs:
 * - `WIRE_TRUNCATED`: the bytes end before the message does.
 * - `WIRE_VERSION`: a newer writer; the bytes are kept for a reader that knows that version.
 * - `WIRE_RANGE`: a field is outside what the specification allows.
 * - `WIRE_TRAILING`: bytes are left over behind the message.
 * - `WIRE_BASE`: the report it is the difference to is not here; whoever wrote it must send it whole.
 */
export type WireErrorCode = 'WIRE_TRUNCATED' | 'WIRE_VERSION' | 'WIRE_RANGE' | 'WIRE_TRAILING' | 'WIRE_BASE'

/** Bytes that are no message of ours. The sentence says what was expected, where, and what came. */
export class WireError extends Error {
  readonly code: WireErrorCode

  constructor(code: WireErrorCode, message: string) {
    super(message)
    this.name = 'WireError'
    this.code = code
  }
}

/** @throws WireError `WIRE_RANGE` */
export function refuse(what: string, expected: string, got: unknown): never {
  throw new WireError('WIRE_RANGE', `${what}: expected ${expected}, got ${got}`)
}
