import { expect, test } from 'vitest'
import { failureOf } from '../../../agent/probe/failure.ts'
import { isLanAddress } from '../../../agent/probe/lan-address.ts'
import { NoAnswer } from '../../../agent/probe/probe.ts'

const failed = (code: string, address: string) =>
  Object.assign(new Error(`connect ${code} ${address}:80`), { code, address })
const isAbsence = (error: unknown, connected = false) =>
  failureOf(error, 'http', connected) instanceof NoAnswer

test('a refused connection shows a device on the LAN; elsewhere a firewall may have refused it', () => {
  expect(isAbsence(failed('ECONNREFUSED', '192.168.1.20'))).toBe(false)
  expect(isAbsence(failed('ECONNREFUSED', 'fd00::20'))).toBe(false)
  expect(isAbsence(failed('ECONNREFUSED', '203.0.113.7'))).toBe(true)
  expect(
    isAbsence(new AggregateError([failed('ECONNREFUSED', '::1'), failed('ECONNREFUSED', '127.0.0.1')])),
  ).toBe(false)
})

test.each(['EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT', 'EHOSTDOWN', 'ENOTFOUND', 'EAI_AGAIN', 'EACCES'])(
  '%s before the connection is no answer, after it a fault',
  (code) => {
    expect(isAbsence(failed(code, '192.168.1.20'))).toBe(true)
    expect(isAbsence(failed(code, '192.168.1.20'), true)).toBe(false)
  },
)

test.each([
  ['10.1.2.3', true],
  ['172.31.255.254', true],
  ['172.32.0.1', false],
  ['192.168.88.1', true],
  ['192.169.0.1', false],
  ['169.254.7.7', true],
  ['127.0.0.1', true],
  ['100.64.0.1', false],
  ['8.8.8.8', false],
  ['::1', true],
  ['fe80::1%eth0', true],
  ['fd12:3456::1', true],
  ['2001:db8::1', false],
  ['::ffff:8.8.8.8', false],
  ['loa.lan', false],
  ['', false],
])('%s is an address of a LAN: %s', (address, lan) => {
  expect(isLanAddress(address)).toBe(lan)
})
