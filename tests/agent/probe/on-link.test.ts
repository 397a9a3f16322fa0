import { expect, test } from 'vitest'
import { isOnLink } from '../../../agent/probe/on-link.ts'

const interfaces = {
  lo: [{ cidr: '127.0.0.1/8', internal: true }],
  eth0: [
    { cidr: '192.168.88.20/24', internal: false },
    { cidr: 'fd00:1::20/64', internal: false },
  ],
  wwan0: [{ cidr: '10.11.12.13/30', internal: false }],
}
const on = (address: string, unplugged: string[] = []): boolean =>
  isOnLink(address, interfaces, (name) => !unplugged.includes(name))

test.each([
  ['192.168.88.1', true],
  ['192.168.89.1', false],
  ['10.11.12.14', true],
  ['fd00:1::1', true],
  ['fd00:2::1', false],
  ['127.0.0.1', true],
  ['loa.lan', false],
  ['', false],
])('%s: %s', (address, expected) => {
  expect(on(address)).toBe(expected)
})

test('a port without its cable is no way, though Linux keeps its address', () => {
  expect(on('192.168.88.1', ['eth0'])).toBe(false)
  expect(on('10.11.12.14', ['eth0'])).toBe(true)
})

test('this machine itself is on a link of its own', () => {
  expect(isOnLink('127.0.0.1')).toBe(true)
})
