import {
  bound,
  decodeRequest,
  element,
  elements,
  integer,
  number,
  objectId,
  octets,
  response,
  sequence,
  tlv,
} from './snmp-ber.ts'

/** What a broken agent may send; `right` is what a sound one would. */
export interface Malformed {
  name: string
  /** It is near enough to be taken: all that is asked is that nothing breaks. */
  harmless?: true
  answer(packet: Buffer, right: Buffer): readonly Buffer[]
}

const OID = '1.3.6.1.2.1.1.3.0'

/** Always the same numbers (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const one = (
  name: string,
  answer: (packet: Buffer, right: Buffer) => Buffer,
  harmless?: true,
): Malformed => ({
  name,
  ...(harmless && { harmless }),
  answer: (packet, right) => [answer(packet, right)],
})

/** A sound envelope around these objects. */
const around = (name: string, ...bounds: Buffer[]): Malformed =>
  one(name, (packet) => response(decodeRequest(packet), bounds))

const valued = (name: string, value: Buffer): Malformed => around(name, sequence(objectId(OID), value))

const patched = (name: string, changes: Partial<ReturnType<typeof decodeRequest>>, pdu = {}): Malformed =>
  one(name, (packet) =>
    response(
      { ...decodeRequest(packet), ...changes },
      [bound({ oid: OID, value: { type: 'ticks', value: 1 } })],
      pdu,
    ),
  )

/** Answers to a GET of one object by SNMP v2c. */
export function malformedAnswers(): Malformed[] {
  const random = numbers(20261122)
  const cut = Array.from({ length: 43 }, (_, length) =>
    one(`cut after ${length} octets`, (_packet, right) =>
      right.subarray(0, Math.min(length, right.length - 1)),
    ),
  )
  const noise = Array.from({ length: 20 }, (_, place) => {
    const bytes = Buffer.from(Array.from({ length: 1 + place * 7 }, () => Math.floor(random() * 256)))
    return one(`noise of ${bytes.length} octets`, () => bytes)
  })
  const flipped = Array.from({ length: 40 }, (_, place) => {
    const [at, bit] = [random(), Math.floor(random() * 8)]
    return one(
      `a bit flipped, number ${place + 1}`,
      (_packet, right) => {
        const bytes = Buffer.from(right)
        const index = Math.floor(at * bytes.length)
        bytes[index] = bytes[index]! ^ (1 << bit)
        return bytes
      },
      true,
    )
  })
  return [
    ...cut,
    ...noise,
    ...flipped,
    ...wrongEnvelopes(),
    ...wrongValues(),
    ...wrongLengths(),
    ...ofVersion3(),
  ]
}

function wrongEnvelopes(): Malformed[] {
  return [
    one('an empty packet', () => Buffer.alloc(0)),
    one('a packet of 60 KB of zeros', () => Buffer.alloc(60_000)),
    one('sequences in sequences, 15,000 deep', () => Buffer.from('3080'.repeat(15_000), 'hex')),
    one('text where SNMP is due', () => Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')),
    one('the request back', (packet) => packet),
    patched('version 1', { version: 0 }),
    patched('version 2', { version: 2 }),
    patched('version 99', { version: 99 }),
    patched('version -1', { version: -1 }),
    one('version as text', (packet) => {
      const [, community, pdu] = elements(element(packet).content)
      return sequence(octets('2c'), octets(community!.content), tlv(0xa2, pdu!.content))
    }),
    patched('another community', { community: 'private' }),
    patched('a community of octets that are no text', { community: '\xff\xfe\x00' }),
    patched('another request id', { id: 1 }),
    patched('a negative request id', { id: -5 }),
    patched('a request id of 6 octets', { id: 2 ** 40 }),
    ...[0xa0, 0xa1, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7, 0xa8, 0xa9, 0x30, 0x02, 0xff].map((tag) =>
      patched(`a PDU of type 0x${tag.toString(16)}`, {}, { pdu: tag }),
    ),
    patched('error 255', {}, { status: 255 }),
    patched('an error about object 99', {}, { status: 5, index: 99 }),
    patched('an error about object -1', {}, { status: 2, index: -1 }),
    patched('an error of 5 octets', {}, { status: 2 ** 36 }),
    around('no objects'),
    around(
      'two objects for one',
      ...[1, 2].map((value) => bound({ oid: OID, value: { type: 'ticks', value } })),
    ),
    around('another object', bound({ oid: '1.3.6.1.2.1.1.5.0', value: { type: 'ticks', value: 1 } })),
    around('an object without value', sequence(objectId(OID))),
    around('a value without object', sequence(integer(1))),
    around('an empty object', sequence()),
    around('an object id without octets', sequence(tlv(6), integer(1))),
    around('an object id that does not end', sequence(tlv(6, Buffer.alloc(20, 0xff)), integer(1))),
    around('an object id of 2,000 numbers', sequence(objectId(`1.3${'.1'.repeat(2000)}`), integer(1))),
    one('a list of objects that is a number', (packet) => {
      const { id } = decodeRequest(packet)
      return sequence(
        integer(1),
        octets('public'),
        tlv(0xa2, integer(id), integer(0), integer(0), integer(7)),
      )
    }),
  ]
}

function wrongValues(): Malformed[] {
  return [
    valued('a number without octets', tlv(2)),
    valued('a number of 9 octets', tlv(2, Buffer.alloc(9, 0x7f))),
    valued('a number of 200 octets', tlv(2, Buffer.alloc(200, 0x7f))),
    valued('a number of 5 octets', tlv(2, Buffer.from('7fffffffff', 'hex'))),
    valued('a 32-bit counter of 100 octets', tlv(65, Buffer.alloc(100, 1))),
    valued('a 64-bit counter of 10 octets', tlv(70, Buffer.alloc(10, 1))),
    valued('a 64-bit counter without octets', tlv(70)),
    valued('ticks of 8 octets', tlv(67, Buffer.alloc(8, 0x7f))),
    valued('an address of 3 octets', tlv(64, Buffer.from([10, 0, 1]))),
    valued('an address of 16 octets', tlv(64, Buffer.alloc(16))),
    valued('a type that there is not', tlv(0x47, Buffer.from([1]))),
    valued('a sequence for a value', sequence(integer(1))),
    valued('a type of 0', tlv(0)),
    valued('a type of 255', tlv(255, Buffer.from([1, 2, 3]))),
    valued('a boolean', tlv(1, Buffer.from([1]))),
    valued('a bit string without octets', tlv(3)),
    valued('a bit string of 500 octets', tlv(3, Buffer.alloc(500, 0xff))),
    valued('an object id that is empty', tlv(6)),
    valued('octets that are longer than the packet', Buffer.from('0484ffffffff41', 'hex')),
    valued('an opaque that is longer than the packet', Buffer.from('448200ff9f78', 'hex')),
  ]
}

function wrongLengths(): Malformed[] {
  return [
    one('an indefinite length', (_, right) => Buffer.concat([Buffer.from('3080', 'hex'), right.subarray(2)])),
    one(
      'a length of 4 GB',
      (_, right) => Buffer.concat([Buffer.from('3084ffffffff', 'hex'), right.subarray(2)]),
      true,
    ),
    one('a length of 127 octets', () => Buffer.concat([Buffer.from('30ff', 'hex'), Buffer.alloc(127, 0xff)])),
    one('a community of 2 GB', () => Buffer.from('300e02010104847fffffff7075626c69', 'hex')),
    one('a list of objects that is longer than the packet', (packet) => {
      const { id } = decodeRequest(packet)
      const pdu = tlv(0xa2, integer(id), integer(0), integer(0), Buffer.from('30847fffffff', 'hex'))
      return sequence(integer(1), octets('public'), pdu)
    }),
    one('the answer twice in one packet', (_, right) => Buffer.concat([right, right]), true),
    {
      name: 'a hundred packets for one',
      answer: () => Array.from({ length: 100 }, () => Buffer.from('0500', 'hex')),
    },
  ]
}

/** SNMPv3 where v2c was asked: the library looks for a user there that it has not. */
function ofVersion3(): Malformed[] {
  return [0, 1, 2, 3, 7, 255].map((flags) =>
    one(`SNMPv3 with flags ${flags}`, (packet) => version3(decodeRequest(packet).id, { flags })),
  )
}

export interface Parts3 {
  flags?: number
  engine?: Uint8Array
  boots?: number
  time?: number
  user?: string
  digest?: Uint8Array
  salt?: Uint8Array
  /** 0xa2 an answer, 0xa8 a report. */
  pdu?: number
  bounds?: readonly Buffer[]
  pduId?: number
  /** Instead of a scoped PDU. */
  payload?: Buffer
  model?: number
}

export const ENGINE = Buffer.from('80001f8880aabbccdd00112233', 'hex')

/** A packet of SNMPv3 (RFC 3412, section 6, and RFC 3414, section 2.4). */
export function version3(messageId: number, parts: Parts3 = {}): Buffer {
  const { flags = 0, engine = ENGINE, boots = 1, time = 100, user = '', model = 3 } = parts
  const { digest = Buffer.alloc(0), salt = Buffer.alloc(0), pdu = 0xa2, bounds = [], pduId = 1 } = parts
  const scoped = sequence(
    octets(engine),
    octets(''),
    tlv(pdu, integer(pduId), integer(0), integer(0), sequence(...bounds)),
  )
  return sequence(
    integer(3),
    sequence(integer(messageId), integer(65_507), octets(Buffer.from([flags])), integer(model)),
    octets(
      sequence(octets(engine), integer(boots), integer(time), octets(user), octets(digest), octets(salt)),
    ),
    parts.payload ?? (flags & 2 ? octets(scoped) : scoped),
  )
}

/** The id of a message of SNMPv3, and whether it asks who is there. */
export function readVersion3(packet: Buffer): { id: number; discovery: boolean } {
  const [, header, security] = elements(element(packet).content)
  const [id] = elements(header!.content)
  const [engine] = elements(element(security!.content).content)
  return { id: number(id!.content), discovery: engine!.content.length === 0 }
}
