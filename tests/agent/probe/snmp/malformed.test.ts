import { describe, expect, it } from 'vitest'
import { SnmpSession } from '../../../../agent/probe/snmp/session.ts'
import type { SnmpUser } from '../../../../agent/probe/target.ts'
import { bound, integer, objectId, sequence, tlv } from '../../../support/snmp-ber.ts'
import { malformedAnswers, type Parts3, readVersion3, version3 } from '../../../support/snmp-malformed.ts'
import { startResponder } from '../../../support/snmp-responder.ts'

const UPTIME = '1.3.6.1.2.1.1.3.0'
const QUICK = { tryMs: 40, tries: 1 }
/** Nobody who reads the reason knows the library or the format. */
const SENTENCE = /^SNMP 127\.0\.0\.1: expected .+, got .+/

describe('malformed answers to SNMP v2c', () => {
  it('there are more than a hundred and ten of them', () => {
    expect(malformedAnswers().length).toBeGreaterThan(110)
  })

  it.each(malformedAnswers())('$name: no crash, and a clear reason', async ({ answer, harmless }) => {
    const responder = await startResponder([{ oid: UPTIME, value: { type: 'ticks', value: 4200 } }], {
      answer: (packet, right) => answer(packet, right()!),
    })
    const session = new SnmpSession({ address: '127.0.0.1', snmpPort: responder.port }, undefined, QUICK)
    const outcome = await session.get([UPTIME]).then(
      (found) => found,
      (error) => error as Error,
    )
    session.stop()
    if (harmless && outcome instanceof Map) return
    // An object that the agent refuses is one that it does not have.
    if (outcome instanceof Map) expect(outcome.get(UPTIME)).toHaveProperty('missing')
    else expect(outcome.message).toMatch(SENTENCE)
    // What is in it is not for others: the community stands in no reason.
    if (outcome instanceof Error) expect(outcome.message).not.toContain('public')
  })

  it.each(malformedAnswers())('$name, where a table was asked for', async ({ answer }) => {
    const responder = await startResponder([{ oid: UPTIME, value: { type: 'ticks', value: 4200 } }], {
      answer: (packet, right) => answer(packet, right()!),
    })
    const session = new SnmpSession({ address: '127.0.0.1', snmpPort: responder.port }, undefined, QUICK)
    const outcome = await session.columns(['1.3.6.1.2.1.1.3', '1.3.6.1.2.1.1.5']).then(
      (found) => found,
      (error) => error as Error,
    )
    session.stop()
    if (outcome instanceof Error) expect(outcome.message).toMatch(SENTENCE)
  })
})

const NOBODY: SnmpUser = { user: 'reader', level: 'noAuthNoPriv' }
const SIGNED: SnmpUser = { user: 'reader', level: 'authNoPriv', auth: { protocol: 'sha', key: 'abcdefgh' } }
const SECRET: SnmpUser = { ...SIGNED, level: 'authPriv', priv: { protocol: 'aes', key: 'ijklmnop' } }
const USERS = { NOBODY, SIGNED, SECRET }

const answered = [bound({ oid: UPTIME, value: { type: 'ticks', value: 1 } })]
const report = (number: number, parts: Parts3 = {}): Parts3 => ({
  pdu: 0xa8,
  bounds: [sequence(objectId(`1.3.6.1.6.3.15.1.1.${number}.0`), integer(1, 65))],
  ...parts,
})

const SECOND: [string, Parts3][] = [
  ['an answer that is not signed', { bounds: answered }],
  ['a signature of zeros', { flags: 1, digest: Buffer.alloc(12), bounds: answered }],
  ['a signature that is cut', { flags: 1, digest: Buffer.alloc(3), bounds: answered }],
  ['a signature of 300 octets', { flags: 1, digest: Buffer.alloc(300), bounds: answered }],
  ['privacy without a signature', { flags: 2, salt: Buffer.alloc(8), bounds: answered }],
  ['privacy without a salt', { flags: 3, digest: Buffer.alloc(12), bounds: answered }],
  [
    'privacy with a payload of nothing',
    { flags: 3, digest: Buffer.alloc(12), salt: Buffer.alloc(8), payload: tlv(4) },
  ],
  [
    'privacy with a payload in the clear',
    { flags: 3, digest: Buffer.alloc(12), payload: sequence(integer(1)) },
  ],
  ['another engine', { engine: Buffer.from('0102030405', 'hex'), bounds: answered }],
  ['no engine', { engine: Buffer.alloc(0), bounds: answered }],
  ['an engine of 600 octets', { engine: Buffer.alloc(600, 7), bounds: answered }],
  ['a negative engine time', { time: -1, bounds: answered }],
  ['an engine time of 6 octets', { time: 2 ** 45, bounds: answered }],
  ['negative boots', report(2, { boots: -7, time: -9 })],
  ['boots that have run out', { boots: 2 ** 31 - 1, bounds: answered }],
  ['another security model', { model: 99, bounds: answered }],
  ['a report of a wrong level', report(1)],
  ['a report of a wrong time', report(2)],
  ['a report of an unknown user', report(3)],
  ['a report of an unknown engine', report(4)],
  ['a report of a wrong signature', report(5)],
  ['a report of a wrong key', report(6)],
  ['a report without a reason', { pdu: 0xa8 }],
  ['a report that asks to begin again, for ever', report(2, { boots: 0, time: 0 })],
  ['no objects', {}],
]

describe.each(Object.entries(USERS))('malformed answers to SNMPv3 as %s', (_, snmpUser) => {
  const look = async (answer: (id: number, discovery: boolean) => readonly Buffer[]) => {
    const responder = await startResponder([], {
      answer: (packet) => {
        const { id, discovery } = readVersion3(packet)
        return answer(id, discovery)
      },
    })
    const session = new SnmpSession(
      { address: '127.0.0.1', snmpPort: responder.port, snmpUser },
      undefined,
      QUICK,
    )
    const outcome = await session.get([UPTIME]).then(
      (found) => found,
      (error) => error as Error,
    )
    session.stop()
    return outcome
  }

  it.each(SECOND)('%s', async (name, parts) => {
    const outcome = await look((id, discovery) => [version3(id, discovery ? report(4) : parts)])
    // Whoever asks without a signature takes answers without one.
    if (snmpUser.level === 'noAuthNoPriv' && parts.bounds === answered && outcome instanceof Map) return
    expect(outcome, name).toBeInstanceOf(Error)
    expect((outcome as Error).message).toMatch(SENTENCE)
    expect((outcome as Error).message).not.toMatch(/abcdefgh|ijklmnop/)
  })

  it('nonsense in the handshake', async () => {
    for (const parts of SECOND.map(([, found]) => found)) {
      const outcome = await look((id) => [version3(id, parts)])
      if (outcome instanceof Error) expect(outcome.message).toMatch(SENTENCE)
    }
  })

  it('an answer of v2c', async () => {
    const outcome = await look(() => [
      Buffer.from('302602010104067075626c6963a2190201010201000201003000', 'hex'),
    ])
    expect((outcome as Error).message).toMatch(SENTENCE)
  })
})
