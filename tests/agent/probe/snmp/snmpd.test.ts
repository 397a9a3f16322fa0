import { describe, expect, it } from 'vitest'
import { NoAnswer } from '../../../../agent/probe/probe.ts'
import { SnmpSession } from '../../../../agent/probe/snmp/session.ts'
import { createInterfacesStep, createSnmpStep } from '../../../../agent/probe/snmp/step.ts'
import type { SnmpUser, Target } from '../../../../agent/probe/target.ts'
import { stateNumber } from '../../../../protocol/metrics.ts'
import { readWalk } from '../../../support/snmp-walk.ts'
import { snmpdMissing, startSnmpd } from '../../../support/snmpd.ts'

const DESCR = '1.3.6.1.2.1.1.1.0'
const MIKROTIK = '1.3.6.1.4.1.14988'
const [AUTH, PRIV] = ['geheim-auth-1', 'geheim-priv-1']

type Auth = NonNullable<SnmpUser['auth']>['protocol']
type Priv = NonNullable<SnmpUser['priv']>['protocol']

const AUTHS: [Auth, string][] = [
  ['md5', 'MD5'],
  ['sha', 'SHA'],
  ['sha224', 'SHA-224'],
  ['sha256', 'SHA-256'],
  ['sha384', 'SHA-384'],
  ['sha512', 'SHA-512'],
]
const PRIVS: [Priv, string][] = [
  ['des', 'DES'],
  ['aes', 'AES'],
  ['aes256b', 'AES-256'],
]

const USERS = [
  'createUser nobody',
  'rouser nobody noauth',
  ...AUTHS.flatMap(([auth, name]) => [`createUser a${auth} ${name} ${AUTH}`, `rouser a${auth} auth`]),
  ...AUTHS.flatMap(([auth, name]) =>
    PRIVS.flatMap(([priv, cipher]) => [
      `createUser p${auth}${priv} ${name} ${AUTH} ${cipher} ${PRIV}`,
      `rouser p${auth}${priv} priv`,
    ]),
  ),
]

const signed = (auth: Auth, key = AUTH): SnmpUser => ({
  user: `a${auth}`,
  level: 'authNoPriv',
  auth: { protocol: auth, key },
})
const secret = (auth: Auth, priv: Priv, key = PRIV): SnmpUser => ({
  user: `p${auth}${priv}`,
  level: 'authPriv',
  auth: { protocol: auth, key: AUTH },
  priv: { protocol: priv, key },
})

const at = (port: number, snmpUser?: SnmpUser): Target => ({
  address: '127.0.0.1',
  snmpPort: port,
  ...(snmpUser ? { snmpUser } : { community: 'public' }),
})

async function ask(target: Target, oid = DESCR): Promise<unknown> {
  const session = new SnmpSession(target, undefined, { tryMs: 500 })
  try {
    const answer = (await session.get([oid])).get(oid)!
    return 'value' in answer ? Buffer.from(answer.value as Uint8Array).toString() : answer.missing
  } finally {
    session.stop()
  }
}

describe.skipIf(snmpdMissing())('a real snmpd', () => {
  it('answers v2c and every kind of v3 user', async () => {
    const { port } = await startSnmpd({ lines: USERS })
    expect(await ask(at(port))).toBe('Hai Dang test')
    expect(await ask(at(port, { user: 'nobody', level: 'noAuthNoPriv' }))).toBe('Hai Dang test')
    for (const [auth] of AUTHS) {
      expect(await ask(at(port, signed(auth))), auth).toBe('Hai Dang test')
      for (const [priv] of PRIVS)
        expect(await ask(at(port, secret(auth, priv))), `${auth} ${priv}`).toBe('Hai Dang test')
    }
  })

  it('says what is wrong with a user', async () => {
    const { port } = await startSnmpd({ lines: USERS })
    const of = (user: SnmpUser) => ask(at(port, user)).catch((error: Error) => error.message)
    const prefix = 'SNMP 127.0.0.1: expected an answer, got '
    expect(await of({ ...signed('sha'), user: 'stranger' })).toBe(`${prefix}that it knows no such user`)
    expect(await of(signed('sha', 'another-key'))).toBe(
      `${prefix}that the authentication is wrong: key or protocol`,
    )
    expect(await of({ ...signed('md5'), user: 'asha' })).toBe(
      `${prefix}that the authentication is wrong: key or protocol`,
    )
    expect(await of({ ...secret('sha', 'aes'), user: 'asha' })).toBe(
      `${prefix}that the user may not ask at this security level`,
    )
    expect(await of(secret('sha', 'aes', 'another-key'))).toMatch(
      /privacy key or protocol may be wrong|that it cannot decrypt|one that cannot be decrypted/,
    )
  })

  it('a community that it does not know is silence', async () => {
    const { port } = await startSnmpd()
    await expect(ask({ ...at(port), community: 'other' })).rejects.toBeInstanceOf(NoAnswer)
  })

  it('says which objects there are not', async () => {
    const { port } = await startSnmpd()
    expect(await ask(at(port), '1.3.6.1.2.1.1.99.0')).toBe('noSuchObject')
    expect(await ask(at(port), '1.3.6.1.2.1.1.1.7')).toBe('noSuchInstance')
  })

  it('is understood again after it was restarted, its boots not counted', async () => {
    const first = await startSnmpd({ lines: USERS })
    const user = signed('sha256')
    expect(await ask(at(first.port, user))).toBe('Hai Dang test')
    await first.stop()
    await startSnmpd({ lines: USERS, port: first.port })
    expect(await ask(at(first.port, user))).toBe('Hai Dang test')
  })

  it('its interfaces are those of this machine', async () => {
    const { port } = await startSnmpd()
    const step = createInterfacesStep({ kind: 'snmp-interfaces', uplinks: ['lo'] }, at(port))
    const { values, traits, faults } = await step.look(new AbortController().signal)
    step.stop()
    expect(faults).toEqual([])
    expect(traits.uplinks).toBe('lo')
    expect(values).toMatchObject({
      uplink1_state: stateNumber('uplink1_state', 'up'),
      uplink_carrying: stateNumber('uplink_carrying', 'first'),
      uplink1_rx_bytes: 0,
    })
  })

  it('serves the objects of a MikroTik, which are read by rules, over v3 with privacy', async () => {
    const walk = readWalk(new URL('walks/mikrotik-chateau-lte6.snmpwalk', import.meta.url))
    const objects = walk.filter(({ oid }) => oid.startsWith(`${MIKROTIK}.`))
    const { port } = await startSnmpd({ lines: USERS, pass: { root: MIKROTIK, objects } })
    const step = createSnmpStep(
      {
        kind: 'snmp',
        readings: {
          rsrp_dbm: { oid: `${MIKROTIK}.1.1.16.1.1.4.*` },
          supply_volts: { oid: `${MIKROTIK}.1.1.3.100.1.3.13`, scale: 0.1 },
          cpu_percent: { oid: `${MIKROTIK}.1.1.99.0` },
          rsrq_db: { oid: `${MIKROTIK}.1.1.16.1.1.14.*` },
        },
        traits: { firmware: { oid: `${MIKROTIK}.1.1.4.4.0` } },
      },
      at(port, secret('sha256', 'aes')),
    )
    const { values, traits, faults } = await step.look(new AbortController().signal)
    step.stop()
    expect(values).toMatchObject({ rsrp_dbm: -94, supply_volts: 24 })
    expect(values.uptime_seconds, 'of the machine, not of snmpd').toBeGreaterThan(30)
    expect(traits).toEqual({ firmware: '7.15.3' })
    expect(faults).toEqual([
      `cpu_percent: expected a value at ${MIKROTIK}.1.1.99.0, got noSuchInstance`,
      'rsrq_db: expected a number, got "LTE"',
    ])
  })
})
