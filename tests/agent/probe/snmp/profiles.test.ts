import { describe, expect, it } from 'vitest'
import { plausible } from '../../../../agent/collect/plausible.ts'
import { createProbe } from '../../../../agent/probe/probe-of.ts'
import { builtInProfile } from '../../../../agent/probe/profiles.ts'
import { stateOf, statesOf } from '../../../../protocol/metrics.ts'
import { startResponder } from '../../../support/snmp-responder.ts'
import { readWalk } from '../../../support/snmp-walk.ts'

/** What a built-in profile makes of a recorded walk; states by their names. */
async function look(profileName: string, walkName: string) {
  const responder = await startResponder(readWalk(new URL(`walks/${walkName}.snmpwalk`, import.meta.url)))
  const profile = builtInProfile(profileName)
  const target = { address: '127.0.0.1', snmpPort: responder.port, community: 'public' }
  const probe = createProbe(profile, target)
  const { values, traits, faults } = await probe.look(new AbortController().signal)
  probe.stop()
  expect(plausible(values).problems).toEqual([])
  expect(values.probe_rtt_ms).toBeLessThan(1000)
  delete values.probe_rtt_ms
  const told = Object.entries(values).map(([name, value]) => {
    const rounded = Math.round(value * 100) / 100
    return [name, statesOf(name).length > 0 ? stateOf(name as 'sim_state', value) : rounded]
  })
  return { values: Object.fromEntries(told), traits, faults, packets: responder.packets }
}

describe('profiles of routers, on recorded walks', () => {
  it('mikrotik-routeros: a Chateau LTE6 with RouterOS 7', async () => {
    const { values, traits, faults } = await look('mikrotik-routeros', 'mikrotik-chateau-lte6')
    expect(faults).toEqual([])
    expect(values).toEqual({
      uptime_seconds: 1_456_383,
      cpu_percent: 0.25,
      memory_percent: 29.89,
      disk_percent: 92.39,
      temperature_celsius: 31,
      supply_volts: 24,
      rssi_dbm: -65,
      rsrq_db: -13,
      rsrp_dbm: -94,
      cell_id: 130_329_347,
      radio_generation: '4g',
      sim_state: 'ready',
      rx_bytes: 0,
      tx_bytes: 0,
      uplink_carrying: 'first',
      uplink1_state: 'up',
      uplink1_rx_bytes: 0,
      uplink1_tx_bytes: 0,
    })
    expect(traits).toEqual({
      maker: 'MikroTik',
      model: 'D53G-5HacD2HnD',
      serial: 'HE108TEST01',
      firmware: '7.15.3',
      uplinks: 'dialer1',
      interfaces: 'ether1\nether2\nether3\nether4\nether5\nwlan1\nwlan2\nlte1\nbridge1\ndialer1',
    })
  })

  it('mikrotik-routeros: a hAP ac lite with RouterOS 6, its health in tenths', async () => {
    const { values, traits, faults } = await look('mikrotik-routeros', 'mikrotik-hap-ac-lite')
    expect(faults).toEqual([])
    expect(values).toMatchObject({ cpu_percent: 21, temperature_celsius: 33, supply_volts: 15.4 })
    expect(values).not.toHaveProperty('rsrp_dbm')
    expect(values).not.toHaveProperty('sim_state')
    expect(traits).toMatchObject({ model: 'router', firmware: '6.40.5', serial: 'HE108TEST02' })
  })

  it('draytek-vigor: a Vigor2920', async () => {
    const { values, traits, faults } = await look('draytek-vigor', 'draytek-vigor2920')
    expect(faults).toEqual([])
    expect(values).toEqual({
      uptime_seconds: 9_458_488,
      rx_bytes: 0,
      tx_bytes: 0,
      uplink_carrying: 'first',
      uplink1_state: 'up',
      uplink1_rx_bytes: 0,
      uplink1_tx_bytes: 0,
      uplink2_state: 'down',
      uplink2_rx_bytes: 0,
      uplink2_tx_bytes: 0,
    })
    expect(traits).toEqual({
      maker: 'DrayTek',
      model: 'Vigor2920',
      firmware: '3.8.8.2',
      uplinks: 'WAN1\nWAN2',
      interfaces: 'LAN\nWAN1\nWAN2\nWAN3\nResrved',
    })
  })

  it('teltonika-rut: a RUTX11, numbers as texts', async () => {
    const { values, traits, faults } = await look('teltonika-rut', 'teltonika-rutx11')
    expect(faults).toEqual([])
    expect(values).toMatchObject({
      uptime_seconds: 44_467.13,
      cpu_percent: 2,
      memory_percent: 27.19,
      temperature_celsius: 32,
      rssi_dbm: -65,
      sinr_db: 16.1,
      rsrp_dbm: -90,
      rsrq_db: -11,
      cell_id: 123_456_789,
      sim_state: 'ready',
      radio_generation: '4g',
      uplink_carrying: 'second',
      uplink1_state: 'down',
      uplink2_state: 'up',
    })
    expect(traits).toMatchObject({
      maker: 'Teltonika',
      model: 'RUTX11',
      serial: '1112364866',
      firmware: 'RUTX_R_00.07.00',
      operator: 'Telstra',
      uplinks: 'eth1\nqmimux0',
    })
  })

  it('teltonika-rut: a TRB500 with 5G, numbers as integers, and a cell that it does not tell', async () => {
    const { values, traits } = await look('teltonika-rut', 'teltonika-trb500')
    expect(values).toMatchObject({
      rsrp_dbm: -80,
      rsrq_db: -16,
      sinr_db: 0,
      radio_generation: '5g',
      sim_state: 'ready',
    })
    expect(values).not.toHaveProperty('cell_id')
    expect(traits).toMatchObject({ model: 'TRB500', operator: 'T-Mobile CZ' })
  })

  it('generic-router says of any of them what the common MIBs hold', async () => {
    const mikrotik = await look('generic-router', 'mikrotik-chateau-lte6')
    expect(mikrotik.faults).toEqual([])
    expect(mikrotik.values).toMatchObject({
      cpu_percent: 0.25,
      uptime_seconds: 1_456_383,
      uplink_carrying: 'first',
    })
    const teltonika = await look('generic-router', 'teltonika-rutx11')
    expect(teltonika.values).toMatchObject({ cpu_percent: 2, uplink_carrying: 'first' })
    expect(teltonika.traits.uplinks).toBe('qmimux0')
  })
})
