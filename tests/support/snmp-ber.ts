/** What an SNMP packet is made of (ITU-T X.690; types of RFC 3416). */
export type BerValue =
  | { type: 'integer' | 'counter32' | 'gauge32' | 'ticks'; value: number }
  | { type: 'counter64'; value: bigint }
  | { type: 'octets'; value: Uint8Array }
  | { type: 'oid' | 'address'; value: string }
  | { type: 'noSuchObject' | 'noSuchInstance' | 'endOfMibView' }

export interface Bound {
  oid: string
  value: BerValue
}

/** 160 GET, 161 GETNEXT, 165 GETBULK. */
export interface Request {
  version: number
  community: string
  pdu: number
  id: number
  nonRepeaters: number
  repetitions: number
  oids: string[]
}

const TAGS = {
  integer: 2,
  octets: 4,
  oid: 6,
  address: 64,
  counter32: 65,
  gauge32: 66,
  ticks: 67,
  counter64: 70,
  noSuchObject: 128,
  noSuchInstance: 129,
  endOfMibView: 130,
} as const

export function tlv(tag: number, ...contents: Uint8Array[]): Buffer {
  const content = Buffer.concat(contents)
  const { length } = content
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}

export const sequence = (...contents: Uint8Array[]): Buffer => tlv(0x30, ...contents)
export const integer = (value: number | bigint, tag: number = TAGS.integer): Buffer =>
  tlv(tag, whole(BigInt(value)))
export const octets = (value: Uint8Array | string): Buffer =>
  tlv(TAGS.octets, Buffer.from(value as Uint8Array))
export const objectId = (oid: string): Buffer => tlv(TAGS.oid, identifiers(oid))

/** In two's complement, as short as it goes. */
function whole(value: bigint): Buffer {
  const bytes: number[] = []
  let rest = value
  do {
    bytes.unshift(Number(rest & 0xffn))
    rest >>= 8n
  } while (!((rest === 0n && bytes[0]! < 0x80) || (rest === -1n && bytes[0]! >= 0x80)))
  return Buffer.from(bytes)
}

function identifiers(oid: string): Buffer {
  const [first, second, ...others] = oid.split('.').map(Number)
  const bytes = [first! * 40 + (second ?? 0), ...others].flatMap((number) => {
    const septets = [number % 128]
    for (let rest = Math.floor(number / 128); rest > 0; rest = Math.floor(rest / 128)) {
      septets.unshift(0x80 | (rest % 128))
    }
    return septets
  })
  return Buffer.from(bytes)
}

export function bound({ oid, value }: Bound): Buffer {
  return sequence(objectId(oid), encodeValue(value))
}

function encodeValue(value: BerValue): Buffer {
  const tag = TAGS[value.type]
  switch (value.type) {
    case 'integer':
    case 'counter32':
    case 'gauge32':
    case 'ticks':
    case 'counter64':
      return integer(value.value, tag)
    case 'octets':
      return octets(value.value)
    case 'oid':
      return objectId(value.value)
    case 'address':
      return tlv(tag, Buffer.from(value.value.split('.').map(Number)))
    default:
      return tlv(tag)
  }
}

/** A GetResponse of v2c. */
export function response(
  { version, community, id }: Pick<Request, 'version' | 'community' | 'id'>,
  bounds: readonly Buffer[],
  { status = 0, index = 0, pdu = 0xa2 } = {},
): Buffer {
  return sequence(
    integer(version),
    octets(Buffer.from(community, 'latin1')),
    tlv(pdu, integer(id), integer(status), integer(index), sequence(...bounds)),
  )
}

/** One element: its tag, its content, and what stands behind it. */
export function element(bytes: Uint8Array): { tag: number; content: Buffer; rest: Buffer } {
  const buffer = Buffer.from(bytes)
  const short = buffer[1]!
  const count = short & 0x80 ? short & 0x7f : 0
  const length = count === 0 ? short : buffer.readUIntBE(2, count)
  const start = 2 + count
  return {
    tag: buffer[0]!,
    content: buffer.subarray(start, start + length),
    rest: buffer.subarray(start + length),
  }
}

export function elements(bytes: Uint8Array): { tag: number; content: Buffer }[] {
  const found: { tag: number; content: Buffer }[] = []
  let rest = Buffer.from(bytes)
  while (rest.length > 0) {
    const next = element(rest)
    found.push(next)
    rest = Buffer.from(next.rest)
  }
  return found
}

/** A request of v2c, which is known to be sound: it is our own. */
export function decodeRequest(bytes: Uint8Array): Request {
  const [version, community, pdu] = elements(element(bytes).content)
  const [id, nonRepeaters, repetitions, list] = elements(pdu!.content)
  return {
    version: number(version!.content),
    community: community!.content.toString('latin1'),
    pdu: pdu!.tag,
    id: number(id!.content),
    nonRepeaters: number(nonRepeaters!.content),
    repetitions: number(repetitions!.content),
    oids: elements(list!.content).map(({ content }) => decodeOid(element(content).content)),
  }
}

export const number = (content: Buffer): number => content.readIntBE(0, content.length)

export function decodeOid(content: Buffer): string {
  const numbers: number[] = []
  let value = 0
  for (const byte of content) {
    value = value * 128 + (byte & 0x7f)
    if (byte < 0x80) {
      numbers.push(value)
      value = 0
    }
  }
  const [first, ...others] = numbers
  return [Math.min(2, Math.floor(first! / 40)), first! % 40, ...others].join('.')
}
