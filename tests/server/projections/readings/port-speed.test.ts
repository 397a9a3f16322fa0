import { expect, test } from 'vitest'
import { portSpeedOf } from '../../../../server/projections/readings/port-speed.ts'
import { FASTEST_PORT } from '../../../../server/projections/readings/rates.ts'

test.each([
  [undefined, FASTEST_PORT],
  ['eth0 · 18:66:DA:3C:71:02', FASTEST_PORT],
  ['Ethernet · 1 Gbit/s · 18:66:DA:3C:71:02', 1e9],
  ['Ethernet · 1 Gbit/s\nWi-Fi · 72 Mbit/s', 1.072e9],
  ['Ethernet · 100 Mbit/s\nWi-Fi · 34:13:E8:22:10:9A\n', 1.1e9],
  ['eth0 · 2.5 Gbps', 2.5e9],
  ['eth0 · 100Mb/s', 1e8],
  ['eth0 · 0 Mbit/s', FASTEST_PORT],
])('ports %j carry %d bit/s', (interfaces, expected) => expect(portSpeedOf(interfaces)).toBe(expected))
