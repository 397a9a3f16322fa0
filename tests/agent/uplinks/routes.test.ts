import { expect, test } from 'vitest'
import { parseCounters } from '../../../agent/uplinks/counters.ts'
import { parseRoutes, parseRoutes6 } from '../../../agent/uplinks/routes.ts'
import { defaultRoute, deviceTable, FIBRE_AND_4G, routeTable } from '../../support/openwrt-tree.ts'

test('the default routes, with metric and gateway', () => {
  expect(parseRoutes(FIBRE_AND_4G['proc/net/route']!, true)).toEqual([
    { interface: 'pppoe-wan', metric: 10, gateway: '10.255.1.1' },
    { interface: 'wwan0', metric: 20, gateway: null },
  ])
  expect(parseRoutes(routeTable(), true), 'no route at all').toEqual([])
})

test('a router of the other order of bytes prints its addresses the other way', () => {
  expect(parseRoutes(routeTable(defaultRoute('eth1', 0, '0AFF0101')), false)).toEqual([
    { interface: 'eth1', metric: 0, gateway: '10.255.1.1' },
  ])
})

test('what only looks like a default route is none', () => {
  const half = 'tun0\t00000000\t0100080A\t0003\t0\t0\t0\t00000080\t0\t0\t0'
  const refusing = '*\t00000000\t00000000\t0200\t0\t0\t4294967295\t00000000\t0\t0\t0'
  const notUsable = 'eth0\t00000000\t0101FF0A\t0002\t0\t0\t0\t00000000\t0\t0\t0'
  expect(parseRoutes(routeTable(half, refusing, notUsable), true)).toEqual([])
})

test.each([
  ['', 'expected a first line of titles, got ""'],
  ['<html>\n', 'expected a first line of titles, got "<html>"'],
  [routeTable('eth0 up'), 'expected 11 columns, got "eth0 up'],
  [routeTable('eth0\tdefault\t10.0.0.1\tUG\t0\t0\t0\t0.0.0.0'), 'expected 11 columns, got "eth0\\tdefault'],
])('nonsense %j is refused by name', (text, problem) => {
  expect(() => parseRoutes(text, true)).toThrow(`/proc/net/route: ${problem}`)
})

/** As a Linux 6.18 printed it, with two next hops and a route that refuses. */
const ROUTES_6 = `fe800000000000000000000000000000 40 00000000000000000000000000000000 00 00000000000000000000000000000000 00000100 00000001 00000000 00000001       va
00000000000000000000000000000000 00 00000000000000000000000000000000 00 20010db8000100000000000000000001 00000400 00000001 00000000 00000003       va
00000000000000000000000000000000 00 20010db8000200000000000000000000 38 20010db8000200000000000000000001 00000400 00000001 00000000 00000003       vb
00000000000000000000000000000000 00 00000000000000000000000000000000 00 00000000000000000000000000000000 00001000 00000001 00000000 00200200       lo
00000000000000000000000000000000 00 00000000000000000000000000000000 00 00000000000000000000000000000000 ffffffff 00000001 00000000 00200200       lo
`

test('the same of IPv6', () => {
  expect(parseRoutes6(ROUTES_6)).toEqual([
    { interface: 'va', metric: 1024, gateway: null },
    { interface: 'vb', metric: 1024, gateway: null },
  ])
  expect(parseRoutes6('')).toEqual([])
  expect(() => parseRoutes6(`${'0'.repeat(32)} 00 and so on`)).toThrow(
    '/proc/net/ipv6_route: expected 10 columns, got',
  )
})

test('counters of one interface among others, some of which end alike', () => {
  const text = deviceTable({
    'pppoe-wan': [1, 2, 3, 4],
    wan: [5, 6, 7, 8],
    wwan0: [50_000, 500, 40_000, 400],
  })
  expect(parseCounters(text, 'wwan0')).toEqual({ rx: 50_000, rxPackets: 500, tx: 40_000, txPackets: 400 })
  expect(parseCounters(text, 'wan')).toEqual({ rx: 5, rxPackets: 6, tx: 7, txPackets: 8 })
  expect(parseCounters(text, 'an')).toBeNull()
  expect(parseCounters('', 'eth0')).toBeNull()
  const grown = ' eth0:4991984140 12431 0 0 0 0 0 0 925470 7431 0 0 0 0 0 0'
  expect(parseCounters(grown, 'eth0'), 'a counter grown into its colon').toMatchObject({ rx: 4_991_984_140 })
  expect(() => parseCounters('wwan0: many\n', 'wwan0')).toThrow(
    '/proc/net/dev: expected 16 numbers after the colon, got "wwan0: many"',
  )
  expect(() => parseCounters('wwan0: -1 0 0 0 0 0 0 0 0 0\n', 'wwan0')).toThrow('expected 16 numbers')
})
