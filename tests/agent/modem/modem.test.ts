import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createModemCollector } from '../../../agent/modem/collector.ts'
import { modemValues } from '../../../agent/modem/modem.ts'
import { modemManagerLook } from '../../../agent/modem/modem-manager.ts'
import { qmiLook } from '../../../agent/modem/qmi.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

/** The shapes of mmcli's JSON output as ModemManager 1.20 documents its fields; not recorded from a modem. */
const MODEM = {
  modem: {
    '3gpp': { 'operator-name': 'Viettel', 'registration-state': 'home' },
    generic: {
      'access-technologies': ['lte'],
      model: 'QUECTEL Mobile Broadband Module',
      sim: '/org/freedesktop/ModemManager1/SIM/0',
      state: 'connected',
      'state-failed-reason': '--',
      'unlock-required': 'sim-pin2',
    },
  },
}
const SIGNAL = {
  modem: {
    signal: {
      '5g': { rsrp: '--', rsrq: '--', snr: '--' },
      lte: { rsrp: '-97.00', rsrq: '-11.50', rssi: '-65.00', snr: '12.40' },
      refresh: { rate: '900' },
    },
  },
}
const LOCATION = {
  modem: { location: { '3gpp': { cid: '0183A90C', lac: 'FFFE', mcc: '452', mnc: '04', tac: '0000B4' } } },
}

/** uqmi's lines for signal, serving system, system info and SIM; its fields, not a recording. */
const QMI = [
  '{"type":"lte","rssi":-65,"rsrq":-11,"rsrp":-97,"snr":12.400000}',
  '{"registration":"registered","plmn_mcc":452,"plmn_mnc":4,"plmn_description":"Viettel","roaming":false}',
  '{"lte":{"service_status":"available","true_service_status":"available","cell_id":25405708,"tracking_area_code":180}}',
  '{"card_application_state":"ready","pin1_status":"disabled"}',
].join('\n')

const SEEN = {
  ...{ radio_generation: 4, rsrp_dbm: -97, sinr_db: 12.4, rssi_dbm: -65, cell_id: 25_405_708, sim_state: 1 },
}

test('ModemManager and uqmi tell the same of the same modem', () => {
  const manager = modemManagerLook(MODEM, SIGNAL, LOCATION)
  expect(modemValues(manager)).toEqual({ ...SEEN, rsrq_db: -11.5 })
  expect(manager).toMatchObject({ operator: 'Viettel', model: 'QUECTEL Mobile Broadband Module' })
  expect(modemValues(qmiLook(QMI))).toEqual({ ...SEEN, rsrq_db: -11 })
})

test.each([
  ['searching', { 'registration-state': 'searching' }, {}, { radio_generation: 1 }],
  ['no SIM', {}, { sim: '--', state: 'failed', 'state-failed-reason': 'sim-missing' }, { sim_state: 2 }],
  ['a PIN is wanted', {}, { 'unlock-required': 'sim-pin', state: 'locked' }, { sim_state: 3 }],
  ['a PUK is wanted', {}, { 'unlock-required': 'sim-puk' }, { sim_state: 3 }],
  ['5G beside LTE', {}, { 'access-technologies': ['lte', '5gnr'] }, { radio_generation: 5 }],
  ['an old tower', {}, { 'access-technologies': ['gsm', 'edge'] }, { radio_generation: 2 }],
])('ModemManager: %s', (_case, network, generic, expected) => {
  const modem = {
    modem: {
      '3gpp': { ...MODEM.modem['3gpp'], ...network },
      generic: { ...MODEM.modem.generic, ...generic },
    },
  }
  expect(modemValues(modemManagerLook(modem, null, null))).toMatchObject(expected)
})

test.each([
  ['searching', QMI.replace('"registered"', '"searching"'), { radio_generation: 1 }],
  [
    'a locked SIM',
    QMI.replace('"card_application_state":"ready"', '"card_application_state":"pin1_or_upin_pin_required"'),
    { sim_state: 3 },
  ],
  ['a refused question', QMI.replace(/^.*serving.*$/m, '"Information unavailable"'), { rsrp_dbm: -97 }],
])('uqmi: %s', (_case, output, expected) => {
  expect(modemValues(qmiLook(output))).toMatchObject(expected)
})

test('whatever they print, a look or a reason comes of it', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 4 }), fc.json(), fc.json(), (modem, signal, location) => {
      try {
        modemManagerLook(JSON.parse(modem), JSON.parse(signal), JSON.parse(location))
      } catch (error) {
        expect((error as Error).message).toMatch(/^mmcli: expected/)
      }
    }),
  )
  fc.assert(
    fc.property(fc.string(), (output) => {
      try {
        qmiLook(output)
      } catch (error) {
        expect((error as Error).message).toMatch(/^uqmi: expected/)
      }
    }),
  )
})

/** A program of that name which does what the script says; a modem's control port beside it. */
async function places(programs: { mmcli?: string; uqmi?: string }, port = 'cdc-wdm0') {
  const folder = temporaryFolder()
  const devices = join(folder, 'dev')
  await mkdir(devices)
  await writeFile(join(devices, port), '')
  for (const [name, script] of Object.entries(programs)) {
    await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`)
    await chmod(join(folder, name), 0o755)
  }
  return { mmcli: join(folder, 'mmcli'), uqmi: join(folder, 'uqmi'), devices }
}

const MMCLI = `case "$*" in
*--signal-get*) echo '${JSON.stringify(SIGNAL)}' ;;
*--location-get*) echo '${JSON.stringify(LOCATION)}' ;;
*) echo '${JSON.stringify(MODEM)}' ;;
esac`

test('the programs are asked as children, ModemManager before uqmi', async () => {
  const both = createModemCollector(await places({ mmcli: MMCLI, uqmi: 'exit 1' }))
  expect(await both.read()).toMatchObject({ ...SEEN, rsrq_db: -11.5 })
  expect(both.traits?.()).toEqual({ operator: 'Viettel' })
  const openWrt = createModemCollector(await places({ uqmi: `cat <<'END'\n${QMI}\nEND` }))
  expect(await openWrt.read()).toMatchObject(SEEN)
})

test('no modem, no program, or a serial port of something else: there is nothing to say', async () => {
  expect(await createModemCollector(await places({ mmcli: MMCLI }, 'null')).read()).toEqual({})
  expect(await createModemCollector(await places({})).read()).toEqual({})
  const other = 'echo "error: couldn\'t find modem" >&2; exit 1'
  expect(await createModemCollector(await places({ mmcli: other }, 'ttyUSB0')).read()).toEqual({})
})

test.each([
  ['prints nonsense', 'echo nonsense', /JSON|not valid/],
  ['fails', 'echo "cannot open device" >&2; exit 3', /uqmi: expected an answer, got cannot open device/],
])('a program that %s: a clear reason', async (_case, script, reason) => {
  const given = script.startsWith('echo n') ? { mmcli: script } : { uqmi: script }
  await expect(createModemCollector(await places(given)).read()).rejects.toThrow(reason)
})
