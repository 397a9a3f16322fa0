import { join } from 'node:path'
import { expect, test } from 'vitest'
import { stateNumber } from '#protocol/metrics.ts'
import { createProbe } from '../../../agent/probe/probe-of.ts'
import type { Profile, Step } from '../../../agent/probe/profile.ts'
import { builtInProfile } from '../../../agent/probe/profiles.ts'
import { startResponder } from '../../support/snmp-responder.ts'
import { readWalk } from '../../support/snmp-walk.ts'
import { digestGate, httpDevice } from '../../support/test-device.ts'

/** The built-in profile, asked at another port than the device has. */
function at(name: string, port: number): Profile {
  const profile = builtInProfile(name)
  const steps = profile.steps.map((step): Step => (step.kind === 'http' ? { ...step, port } : step))
  return { ...profile, steps }
}

const SIGNAL = () => AbortSignal.timeout(5000)

test('the worked example: a controller that says all that there is a metric for', async () => {
  const status = {
    device: {
      maker: 'Nhà A',
      model: 'CL-4G',
      serial: 'A0017',
      firmware: '2.3',
      uptime: 86_400,
      temperature: 41.5,
    },
    power: { source: 'battery', battery: 87, millivolts: 12_600 },
    modem: {
      ...{ sim: 'ready', operator: 'Viettel', network: 'LTE' },
      ...{ rsrp: -97, rsrq: -11, sinr: 8.5, cell: 27_447_042 },
    },
    amplifier: { state: 'fault', watts: 0 },
    player: { state: 'playing', volume: 70 },
    schedule: { due: 6, played: 4 },
  }
  const device = await httpDevice((request, response) => {
    const known =
      request.headers.authorization === `Basic ${Buffer.from('giamsat:bí mật').toString('base64')}`
    if (request.url === '/api/status' && known) response.end(JSON.stringify(status))
    else response.writeHead(401).end()
  })
  const papers = { address: '127.0.0.1', user: 'giamsat', password: 'bí mật' }
  const finding = await createProbe(at('cum-loa-http', device.port), papers).look(SIGNAL())
  expect(finding).toEqual({
    values: {
      uptime_seconds: 86_400,
      temperature_celsius: 41.5,
      power_source: stateNumber('power_source', 'battery'),
      supply_volts: expect.closeTo(12.6),
      battery_percent: 87,
      sim_state: stateNumber('sim_state', 'ready'),
      radio_generation: stateNumber('radio_generation', '4g'),
      rsrp_dbm: -97,
      rsrq_db: -11,
      sinr_db: 8.5,
      cell_id: 27_447_042,
      // It says that it plays, and its amplifier is broken: nobody hears it.
      playback_state: stateNumber('playback_state', 'playing'),
      amplifier_state: stateNumber('amplifier_state', 'fault'),
      amplifier_watts: 0,
      volume_percent: 70,
      scheduled_today: 6,
      played_today: 4,
      probe_rtt_ms: expect.any(Number),
    },
    traits: { maker: 'Nhà A', model: 'CL-4G', serial: 'A0017', firmware: '2.3', operator: 'Viettel' },
    faults: [],
  })
})

test('a player that reports an error, a SIM that is locked, a modem without signal', async () => {
  const status = {
    device: { model: 'CL-4G', serial: 'A0017', firmware: '2.3', uptime: 60 },
    power: { source: 'solar', millivolts: 11_900, battery: -1 },
    modem: { sim: 'pin', network: 'none', rsrp: -32_768, rsrq: 0, sinr: -32_768, cell: 0 },
    amplifier: { state: 'off' },
    player: { state: 'error', volume: 70 },
    schedule: { due: 0, played: 0 },
  }
  const device = await httpDevice((_request, response) => response.end(JSON.stringify(status)))
  const papers = { address: '127.0.0.1', user: 'a', password: 'b' }
  const { values, faults } = await createProbe(at('cum-loa-http', device.port), papers).look(SIGNAL())
  expect(faults).toEqual([])
  expect(values).toMatchObject({
    playback_state: stateNumber('playback_state', 'fault'),
    sim_state: stateNumber('sim_state', 'locked'),
    radio_generation: stateNumber('radio_generation', 'none'),
    power_source: stateNumber('power_source', 'unknown'),
    scheduled_today: 0,
  })
  for (const metric of ['battery_percent', 'rsrp_dbm', 'rsrq_db', 'sinr_db', 'cell_id', 'amplifier_watts']) {
    expect(values).not.toHaveProperty(metric)
  }
})

test('a DEVA DB9000-RX by its recorded walk, playing and with its stream gone', async () => {
  const device = await startResponder(readWalk(join(import.meta.dirname, 'walks/deva-db9000-rx.snmpwalk')))
  const papers = { address: '127.0.0.1', snmpPort: device.port, community: 'public' }
  const probe = createProbe(builtInProfile('deva-db9000-rx'), papers)
  const { values, traits, faults } = await probe.look(SIGNAL())
  expect(faults).toEqual([])
  expect(values.playback_state).toBe(stateNumber('playback_state', 'playing'))
  expect(values.uptime_seconds).toBeCloseTo(243_737, 0)
  expect(traits).toEqual({ model: 'DB9000RX', serial: '9KRJ335C', firmware: 'v4.1.1471' })

  device.set('1.3.6.1.4.1.35833.7.3.4.0', { type: 'integer', value: 4 })
  expect((await probe.look(SIGNAL())).values.playback_state).toBe(stateNumber('playback_state', 'fault'))
  probe.stop()
})

// The shapes come from the examples of the VAPIX library (Systemready API, Parameter management).
test.each([
  ['an older AXIS OS, which writes root.', 'root.'],
  ['a newer one', ''],
])('an AXIS speaker by digest: %s', async (_name, root) => {
  const gate = digestGate('viewer', 'pass')
  const parameters = [
    'Brand.Brand=AXIS',
    'Brand.ProdFullName=AXIS C1310-E Network Horn Speaker',
    'Brand.ProdNbr=C1310-E',
    'Properties.Firmware.BuildDate=Nov 15 2023 19:02',
    'Properties.Firmware.Version=11.7.61',
    'Properties.System.SerialNumber=B8A44FB197BB',
  ]
  const device = await httpDevice((request, response, body) => {
    const seen = gate(request)
    if (!seen.passes) {
      response.writeHead(401, { 'www-authenticate': seen.challenge }).end()
    } else if (request.url === '/axis-cgi/systemready.cgi' && JSON.parse(body).method === 'systemready') {
      response.end(
        '{"apiVersion":"1.4","method":"systemready","data":{"systemready":"yes","needsetup":"no","uptime":"37509","bootid":"a64e48df-6002-4f0a-83a1-98f302b05cb1"}}',
      )
    } else response.end(parameters.map((line) => `${root}${line}\n`).join(''))
  })
  const papers = { address: '127.0.0.1', user: 'viewer', password: 'pass' }
  const finding = await createProbe(at('axis-speaker', device.port), papers).look(SIGNAL())
  expect(finding).toEqual({
    values: { uptime_seconds: 37_509, probe_rtt_ms: expect.any(Number) },
    traits: {
      ...{ maker: 'AXIS', model: 'AXIS C1310-E Network Horn Speaker' },
      ...{ serial: 'B8A44FB197BB', firmware: '11.7.61' },
    },
    faults: [],
  })
})
