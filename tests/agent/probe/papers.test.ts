import { expect, test } from 'vitest'
import { parseProbePapers } from '../../../agent/probe/papers.ts'

test('papers with a community, with an SNMPv3 user, with a password', () => {
  expect(
    parseProbePapers({ profile: 'mikrotik-routeros', address: '192.168.88.1', community: 'public' }),
  ).toEqual({
    profile: 'mikrotik-routeros',
    target: { address: '192.168.88.1', community: 'public' },
  })
  const snmpUser = {
    ...{ user: 'giamsat', level: 'authPriv' },
    ...{ auth: { protocol: 'sha256', key: 'mat-khau-1' }, priv: { protocol: 'aes', key: 'mat-khau-2' } },
  }
  expect(parseProbePapers({ profile: 'x', address: 'r', snmpPort: 1161, snmpUser }).target).toEqual({
    ...{ address: 'r', snmpPort: 1161, snmpUser },
  })
  expect(parseProbePapers({ profile: 'x', address: 'r', user: 'admin', password: 'p' }).target.password).toBe(
    'p',
  )
})

test('every problem at once, and no secret in any', () => {
  const bad = {
    ...{ address: '', snmpPort: 70_000, community: 'bi-mat-1' },
    snmpUser: { user: 'u', level: 'authPriv', auth: { protocol: 'sha3', key: 'ngan' } },
  }
  let said = ''
  try {
    parseProbePapers(bad)
  } catch (error) {
    said = (error as Error).message
  }
  expect(said.split('\n')).toEqual([
    'agent.json: probe.address: expected 1 to 256 characters, got 0 characters',
    'agent.json: probe.snmpPort: expected a whole number from 1 to 65535, got 70000',
    'agent.json: probe.snmpUser.auth.protocol: expected one of md5, sha, sha224, sha256, sha384, sha512, got "sha3"',
    'agent.json: probe.snmpUser.auth.key: expected 8 to 256 characters, got 4 characters',
    'agent.json: probe.snmpUser.priv: expected an object, got nothing',
    'agent.json: probe.snmpUser.priv.protocol: expected one of des, aes, aes256b, aes256r, got nothing',
    'agent.json: probe.snmpUser.priv.key: expected 8 to 256 characters, got nothing',
    'agent.json: probe.community: expected none beside snmpUser, got one',
    'agent.json: probe.profile: expected 1 to 256 characters, got nothing',
  ])
  expect(said).not.toContain('bi-mat')
  expect(said).not.toContain('ngan')
})

test.each([undefined, null, [], 'text', 7])('no papers: %j', (json) => {
  expect(() => parseProbePapers(json)).toThrow(/probe: expected an object/)
})
