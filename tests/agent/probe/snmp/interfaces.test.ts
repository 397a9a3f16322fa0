import { describe, expect, it } from 'vitest'
import { Interfaces } from '../../../../agent/probe/snmp/interfaces.ts'
import { SnmpSession } from '../../../../agent/probe/snmp/session.ts'
import { stateOf } from '../../../../protocol/metrics.ts'
import { type SnmpResponder, startResponder } from '../../../support/snmp-responder.ts'
import { readWalk } from '../../../support/snmp-walk.ts'

const walk = (name: string) => readWalk(new URL(`walks/${name}.snmpwalk`, import.meta.url))
const IF = '1.3.6.1.2.1.2.2.1'
const IFX = '1.3.6.1.2.1.31.1.1.1'
const DEFAULT_ROUTE = '1.3.6.1.2.1.4.24.4.1.5.0.0.0.0.0.0.0.0.0'

/** A router, and a clock that it shares with whoever looks. */
async function router(name: string, uplinks?: readonly string[]) {
  const responder = await startResponder(walk(name))
  const ticks = walk(name).find(({ oid }) => oid === '1.3.6.1.2.1.1.3.0')!.value as { value: number }
  let nowMs = 0
  const interfaces = new Interfaces(uplinks, () => nowMs)
  return {
    responder,
    pass(seconds: number) {
      nowMs += seconds * 1000
      ticks.value += seconds * 100
      responder.set('1.3.6.1.2.1.1.3.0', { type: 'ticks', value: ticks.value })
    },
    async look() {
      const session = new SnmpSession({ address: '127.0.0.1', snmpPort: responder.port }, undefined, {
        tryMs: 1000,
      })
      try {
        const { values, traits, faults } = await interfaces.look(session)
        const state = (metric: 'uplink_carrying' | 'uplink1_state' | 'uplink2_state') =>
          values[metric] === undefined ? null : stateOf(metric, values[metric])
        return {
          values,
          traits,
          faults,
          uplink_carrying: state('uplink_carrying'),
          uplink1_state: state('uplink1_state'),
          uplink2_state: state('uplink2_state'),
          packets: session.packets,
        }
      } finally {
        session.stop()
      }
    },
  }
}

const counter64 = (value: bigint) => ({ type: 'counter64' as const, value })
const counter32 = (value: number) => ({ type: 'counter32' as const, value })
const status = (value: number) => ({ type: 'integer' as const, value })
const text = (words: string) => ({ type: 'octets' as const, value: Buffer.from(words) })

function carry(responder: SnmpResponder, index: number, rx: bigint, tx: bigint): void {
  responder.set(`${IFX}.6.${index}`, counter64(rx))
  responder.set(`${IFX}.10.${index}`, counter64(tx))
}

describe('the lines of a router', () => {
  it('are found by the default route where nobody names them', async () => {
    const { responder, look, pass } = await router('mikrotik-hap-ac-lite')
    const first = await look()
    expect(first).toMatchObject({
      uplink_carrying: 'first',
      uplink1_state: 'up',
      uplink2_state: null,
      faults: [],
    })
    expect(first.traits.uplinks).toBe('pppoe-out1')
    expect(first.values).toMatchObject({ rx_bytes: 0, tx_bytes: 0, uplink1_rx_bytes: 0, uplink1_tx_bytes: 0 })
    pass(60)
    carry(responder, 11, 6_300_311_612n + 45_000_000n, 286_681_936n + 1_000_000n)
    const second = await look()
    // 45 MB in a minute are 6 Mbit/s: the 10 Mbit/s that PPPoE tells on MikroTik would allow it, and are not believed.
    expect(second.values).toMatchObject({
      rx_bytes: 45_000_000,
      tx_bytes: 1_000_000,
      uplink1_rx_bytes: 45_000_000,
    })
  })

  it('a tunnel may carry more than the speed that it makes up', async () => {
    const { responder, look, pass } = await router('mikrotik-hap-ac-lite')
    await look()
    pass(60)
    carry(responder, 11, 6_300_311_612n + 600_000_000n, 286_681_936n)
    expect((await look()).values.rx_bytes).toBe(600_000_000)
  })

  it('cost one packet a look once the interfaces are known', async () => {
    const { look, pass } = await router('mikrotik-hap-ac-lite')
    expect((await look()).packets).toBeGreaterThan(4)
    for (let turn = 0; turn < 5; turn++) {
      pass(60)
      expect((await look()).packets).toBe(turn === 4 ? 2 : 1)
    }
  })

  it('a fail-over is seen, and what went over either line is in the sum', async () => {
    const { responder, look, pass } = await router('mikrotik-chateau-lte6', ['dialer1', 'lte1'])
    expect(await look()).toMatchObject({ uplink_carrying: 'first', uplink1_state: 'up', uplink2_state: 'up' })
    pass(60)
    carry(responder, 12, 78_859_836n + 5_000_000n, 102_822_535n)
    expect((await look()).values).toMatchObject({
      rx_bytes: 5_000_000,
      uplink1_rx_bytes: 5_000_000,
      uplink2_rx_bytes: 0,
    })
    pass(60)
    // The fibre breaks in the middle of the minute.
    carry(responder, 12, 78_859_836n + 6_000_000n, 102_822_535n)
    carry(responder, 9, 700_000n, 0n)
    responder.set(`${IF}.8.12`, status(2))
    responder.set(`${DEFAULT_ROUTE}.198.51.100.1`, null)
    responder.set(`${DEFAULT_ROUTE}.10.64.64.64`, status(9))
    const over = await look()
    expect(over).toMatchObject({ uplink_carrying: 'second', uplink1_state: 'down', uplink2_state: 'up' })
    expect(over.values).toMatchObject({
      rx_bytes: 6_700_000,
      uplink1_rx_bytes: 6_000_000,
      uplink2_rx_bytes: 700_000,
    })
    expect(over.traits.uplinks).toBe('dialer1\nlte1')
    pass(60)
    carry(responder, 9, 1_000_000n, 0n)
    expect((await look()).values.rx_bytes).toBe(7_000_000)
  })

  it('two default routes of the same metric carry both', async () => {
    const { responder, look, pass } = await router('mikrotik-chateau-lte6', ['dialer1', 'lte1'])
    responder.set(`${DEFAULT_ROUTE}.10.64.64.64`, status(9))
    expect((await look()).uplink_carrying).toBe('both')
    pass(60)
    responder.set('1.3.6.1.2.1.4.24.4.1.11.0.0.0.0.0.0.0.0.0.10.64.64.64', status(2))
    responder.set('1.3.6.1.2.1.4.24.4.1.11.0.0.0.0.0.0.0.0.0.198.51.100.1', status(1))
    expect((await look()).uplink_carrying).toBe('first')
  })

  it('a way that opens beside the old one is seen within five minutes, one that closes at once', async () => {
    const { responder, look, pass } = await router('mikrotik-chateau-lte6', ['dialer1', 'lte1'])
    expect((await look()).uplink_carrying).toBe('first')
    responder.set(`${DEFAULT_ROUTE}.10.64.64.64`, status(9))
    for (let minute = 0; minute < 5; minute++) pass(60)
    expect((await look()).uplink_carrying).toBe('both')
    pass(60)
    responder.set(`${DEFAULT_ROUTE}.198.51.100.1`, null)
    expect((await look()).uplink_carrying).toBe('second')
    pass(60)
    responder.set(`${DEFAULT_ROUTE}.10.64.64.64`, null)
    await look()
    pass(60)
    responder.set(`${DEFAULT_ROUTE}.10.99.99.99`, status(9))
    expect((await look()).uplink_carrying, 'where there was a way, the next is looked for').toBe('second')
  })

  it.each([
    ['inetCidrRouteTable', '1.3.6.1.2.1.4.24.7.1.7.1.4.0.0.0.0.0.2.0.0.1.4.198.51.100.1'],
    ['ipRouteTable', '1.3.6.1.2.1.4.21.1.2.0.0.0.0'],
  ])('the default route may stand in %s', async (_, oid) => {
    const { responder, look } = await router('mikrotik-chateau-lte6')
    responder.set(`${DEFAULT_ROUTE}.198.51.100.1`, null)
    responder.set(oid, status(9))
    expect((await look()).traits.uplinks).toBe('lte1')
  })

  it('an interface that comes back in another row is found by its name, and counts anew', async () => {
    const { responder, look, pass } = await router('mikrotik-hap-ac-lite')
    await look()
    pass(60)
    carry(responder, 11, 6_300_311_612n + 4_000_000n, 286_681_936n)
    expect((await look()).values.uplink1_rx_bytes).toBe(4_000_000)
    pass(60)
    // PPPoE dialled in again.
    for (const column of [`${IF}.2`, `${IF}.3`, `${IF}.7`, `${IF}.8`, `${IFX}.1`, `${IFX}.6`, `${IFX}.10`]) {
      responder.set(`${column}.11`, null)
    }
    responder.set(`${DEFAULT_ROUTE}.192.168.100.1`, null)
    const gone = await look()
    expect(gone).toMatchObject({ uplink1_state: 'down', uplink_carrying: 'none' })
    pass(60)
    responder.set(`${IF}.2.27`, text('pppoe-out1'))
    responder.set(`${IFX}.1.27`, text('pppoe-out1'))
    responder.set(`${IF}.3.27`, status(23))
    responder.set(`${IF}.7.27`, status(1))
    responder.set(`${IF}.8.27`, status(1))
    carry(responder, 27, 50_000n, 20_000n)
    responder.set(`${DEFAULT_ROUTE}.192.168.100.1`, status(27))
    responder.set('1.3.6.1.2.1.2.1.0', status(13))
    const back = await look()
    expect(back).toMatchObject({ uplink1_state: 'up', uplink_carrying: 'first' })
    expect(back.values.uplink1_rx_bytes, 'a fall: a new beginning').toBe(0)
    pass(60)
    carry(responder, 27, 150_000n, 20_000n)
    const next = await look()
    expect(next.values.uplink1_rx_bytes).toBe(100_000)
    expect(next.values.rx_bytes).toBeLessThan(4_000_000)
  })

  it('a line that the device does not have is named, with those that it has', async () => {
    const { look } = await router('draytek-vigor2920', ['WAN1', 'LTE'])
    const { faults, uplink2_state } = await look()
    expect(uplink2_state).toBe('unknown')
    expect(faults).toEqual(['expected an interface named LTE, got LAN, WAN1, WAN2, WAN3, Resrved'])
  })

  it('without a default route and without names nothing is guessed', async () => {
    const { look } = await router('draytek-vigor2920')
    const { values, faults } = await look()
    expect(values).toEqual({})
    expect(faults).toEqual(['expected a default route, or names of the lines in the profile, got neither'])
  })

  it('DrayTek: WAN1 and WAN2, with 32-bit counters through a wrap', async () => {
    const { responder, look, pass } = await router('draytek-vigor2920', ['WAN1', 'WAN2'])
    expect(await look()).toMatchObject({
      uplink_carrying: 'first',
      uplink1_state: 'up',
      uplink2_state: 'down',
      faults: [],
    })
    for (const counter of [4_200_000_000, 4_290_000_000, 20_000_000]) {
      pass(60)
      responder.set(`${IF}.10.4`, counter32(counter))
      const { values } = await look()
      if (counter === 4_290_000_000) expect(values.rx_bytes).toBe(4_290_000_000 - 3_784_916_249)
      if (counter === 20_000_000) expect(values.rx_bytes).toBe(20_000_000 + 2 ** 32 - 3_784_916_249)
    }
  })

  it('DrayTek at gigabit: told when looked at often, and else named', async () => {
    const { responder, look, pass } = await router('draytek-vigor2920', ['WAN1'])
    responder.set(`${IF}.5.4`, { type: 'gauge32', value: 1_000_000_000 })
    await look()
    pass(15)
    responder.set(`${IF}.10.4`, counter32(3_784_916_249 + 1_000_000))
    expect(await look()).toMatchObject({ values: { rx_bytes: 1_000_000 }, faults: [] })
    pass(60)
    const seldom = await look()
    expect(seldom.values.rx_bytes, 'a new beginning').toBe(0)
    expect(seldom.faults).toEqual([
      'WAN1: expected octet counters that cannot wrap twice between looks, got 32-bit ones of 1000 Mbit/s after 60 s',
    ])
  })

  it('Teltonika: of many rows with the same pattern the one that is up and carries', async () => {
    const { look } = await router('teltonika-rutx11', ['eth1|wan', 'qmimux*|rmnet_data*|wwan*'])
    const found = await look()
    expect(found).toMatchObject({
      uplink_carrying: 'second',
      uplink1_state: 'down',
      uplink2_state: 'up',
      faults: [],
    })
    expect(found.traits.uplinks).toBe('eth1\nqmimux0')
    expect(found.traits.interfaces).toBe('eth0\neth1\nip6tnl0\nsit0\nwwan0\nbr-lan\nqmimux0\nqmimux1')
  })

  it('after a restart of the router nothing is claimed over it', async () => {
    const { responder, look, pass } = await router('mikrotik-hap-ac-lite')
    await look()
    pass(60)
    carry(responder, 11, 6_300_311_612n + 4_000_000n, 286_681_936n)
    await look()
    pass(60)
    responder.set('1.3.6.1.2.1.1.3.0', { type: 'ticks', value: 3000 })
    carry(responder, 11, 6_300_311_612n + 5_000_000n, 286_681_936n)
    expect((await look()).values.rx_bytes).toBe(0)
  })

  it('a name that somebody gave stands beside that of the interface', async () => {
    const { responder, look } = await router('mikrotik-chateau-lte6', ['VNPT*', 'Viettel 4G'])
    responder.set(`${IFX}.18.12`, text('VNPT cáp quang'))
    responder.set(`${IFX}.18.9`, text('Viettel 4G'))
    expect((await look()).traits.uplinks).toBe('dialer1 (VNPT cáp quang)\nlte1 (Viettel 4G)')
  })
})
