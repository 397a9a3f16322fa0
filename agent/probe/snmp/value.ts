import type { Varbind } from 'net-snmp'
import { isOid } from './oid.ts'

/** Octets stay as they are: whether they are a text is for the reader to know. */
export type SnmpValue = number | bigint | string | Uint8Array

/** What an agent says instead of a value (RFC 3416, section 3). */
export type Missing = 'noSuchObject' | 'noSuchInstance' | 'endOfMibView'

export type SnmpAnswer = { oid: string; value: SnmpValue } | { oid: string; missing: Missing }

/** Of RFC 2578 and RFC 3416; the names of the library need it loaded. */
const TYPE = {
  integer: 2,
  octets: 4,
  empty: 5,
  oid: 6,
  address: 64,
  counter32: 65,
  gauge32: 66,
  ticks: 67,
  opaque: 68,
  counter64: 70,
  noSuchObject: 128,
  noSuchInstance: 129,
  endOfMibView: 130,
} as const

const MISSING: Readonly<Record<number, Missing>> = {
  [TYPE.noSuchObject]: 'noSuchObject',
  [TYPE.noSuchInstance]: 'noSuchInstance',
  [TYPE.endOfMibView]: 'endOfMibView',
  // `unSpecified`: what some agents say of an object that they have and cannot read.
  [TYPE.empty]: 'noSuchInstance',
}

/** @throws Error when the value does not fit its type, which a broken or truncated packet brings */
export function answerOf({ oid, type, value }: Varbind): SnmpAnswer {
  if (typeof oid !== 'string' || !isOid(oid)) throw new Error(`expected an object id, got ${String(oid)}`)
  const missing = type === undefined ? undefined : MISSING[type]
  if (missing) return { oid, missing }
  return { oid, value: readValue(oid, type ?? 0, value) }
}

function readValue(oid: string, type: number, value: unknown): SnmpValue {
  const refuse = (expected: string): never => {
    throw new Error(`${oid}: expected ${expected}, got ${value === null ? 'less' : typeof value}`)
  }
  const whole = (least: number, most: number): number => {
    if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value
    throw new Error(`${oid}: expected a whole number from ${least} to ${most}, got ${String(value)}`)
  }
  switch (type) {
    case TYPE.integer:
      return whole(-(2 ** 31), 2 ** 32 - 1)
    case TYPE.counter32:
    case TYPE.gauge32:
    case TYPE.ticks:
      return whole(0, 2 ** 32 - 1)
    case TYPE.octets:
      return value instanceof Uint8Array ? value : refuse('octets')
    case TYPE.opaque:
      return value instanceof Uint8Array ? opaque(value) : refuse('octets')
    case TYPE.oid:
      return typeof value === 'string' && isOid(value) ? value : refuse('an object id')
    case TYPE.address:
      return typeof value === 'string' ? value : refuse('an address')
    case TYPE.counter64:
      return value instanceof Uint8Array ? counter64(oid, value) : refuse('a 64-bit counter')
    default:
      throw new Error(`${oid}: expected a type of SNMP, got ${type}`)
  }
}

/** Up to 8 octets, and a leading zero before a high bit; some agents leave it out. */
function counter64(oid: string, octets: Uint8Array): bigint {
  const significant = octets.length === 9 && octets[0] === 0 ? octets.subarray(1) : octets
  if (significant.length === 0 || significant.length > 8) {
    throw new Error(`${oid}: expected 1 to 8 octets of a 64-bit counter, got ${octets.length}`)
  }
  return significant.reduce((sum, octet) => sum * 256n + BigInt(octet), 0n)
}

/** Net-SNMP's float in an Opaque: 9F 78 04 and four octets; anything else stays as it is. */
function opaque(octets: Uint8Array): SnmpValue {
  const isFloat = octets.length === 7 && octets[0] === 0x9f && octets[1] === 0x78 && octets[2] === 4
  if (!isFloat) return octets
  const float = new DataView(octets.buffer, octets.byteOffset + 3, 4).getFloat32(0)
  return Number.isFinite(float) ? float : octets
}

/** As a person wrote it, without the zero byte that some agents send along; null: it is no text. */
export function textOf(value: SnmpValue | undefined): string | null {
  if (typeof value === 'string') return value
  if (!(value instanceof Uint8Array)) return null
  return new TextDecoder().decode(value).replace(/\0+$/, '').trim()
}

export function numberOf(value: SnmpValue | undefined): number | null {
  return typeof value === 'number' ? value : null
}
