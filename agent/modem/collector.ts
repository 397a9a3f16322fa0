import { execFile } from 'node:child_process'
import { access, constants, readdir } from 'node:fs/promises'
import type { Collector } from '../collect/collector.ts'
import { type ModemLook, modemTraits, modemValues, NOTHING_SAID } from './modem.ts'
import { isSignalOff, modemManagerLook } from './modem-manager.ts'
import { qmiLook } from './qmi.ts'

/** Three children of about 8 ms each, twice an hour: 48 ms of a processor. */
const EVERY_SECONDS = 1800
/** A modem that is busy answers a question after seconds. */
const CHILD_MS = 6000
const MAX_OUTPUT_BYTES = 256 * 1024
/** How often ModemManager then asks the modem itself: once a look is enough. */
const SIGNAL_SETUP_SECONDS = EVERY_SECONDS / 2

/** Words that no language changes, and the folders of a system's own programs. */
const PLAIN = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' }

export interface ModemPlaces {
  /** Of ModemManager, as most Linux boards have it. */
  mmcli: string
  /** Of OpenWrt. */
  uqmi: string
  devices: string
}

const PLACES: ModemPlaces = { mmcli: '/usr/bin/mmcli', uqmi: '/sbin/uqmi', devices: '/dev' }

/** Signal, cell and SIM of a modem in this machine; where there is none there is nothing to say. */
export function createModemCollector(places: ModemPlaces = PLACES): Collector {
  let look: ModemLook = NOTHING_SAID
  return {
    name: 'modem',
    everySeconds: EVERY_SECONDS,
    withinMs: 4 * CHILD_MS,
    async read(signal) {
      look = (await lookAt(places, signal)) ?? NOTHING_SAID
      return modemValues(look)
    },
    traits: () => modemTraits(look),
  }
}

/** null: this machine has no modem that anybody here can ask. */
async function lookAt(places: ModemPlaces, signal: AbortSignal | undefined): Promise<ModemLook | null> {
  const devices = await readdir(places.devices).catch((): string[] => [])
  // As the kernel names the control port of a modem: qmi_wwan and cdc_mbim, the wwan subsystem, USB and SoC serial ports.
  const control = devices.find((name) => /^(cdc-wdm\d+|wwan\d+(qmi|mbim|at)\d+)$/.test(name))
  const modem = control ?? devices.find((name) => /^ttyUSB\d+$/.test(name))
  if (modem === undefined) return null
  if (await isThere(places.mmcli)) return askModemManager(places.mmcli, signal)
  if (control?.startsWith('cdc-wdm') && (await isThere(places.uqmi))) {
    const questions = [
      '--get-signal-info',
      '--get-serving-system',
      '--get-system-info',
      '--uim-get-sim-state',
    ]
    const device = ['-s', '-d', `${places.devices}/${control}`, '-t', String(CHILD_MS / 2)]
    return qmiLook(await run(places.uqmi, [...device, ...questions], signal))
  }
  return null
}

async function askModemManager(mmcli: string, signal: AbortSignal | undefined): Promise<ModemLook | null> {
  const ask = async (...question: string[]): Promise<unknown> =>
    JSON.parse(await run(mmcli, ['-J', '-m', 'any', ...question], signal))
  const modem = await ask().catch((error: Error) => {
    // A serial port that is no modem's: ModemManager knows none.
    if (/couldn't find|no modems/i.test(error.message)) return null
    throw error
  })
  if (modem === null) return null
  const strength = await ask('--signal-get').catch(() => null)
  if (strength !== null && isSignalOff(strength)) {
    await run(mmcli, ['-m', 'any', `--signal-setup=${SIGNAL_SETUP_SECONDS}`], signal).catch(() => '')
  }
  return modemManagerLook(modem, strength, await ask('--location-get').catch(() => null))
}

async function isThere(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
}

function run(file: string, args: string[], signal: AbortSignal | undefined): Promise<string> {
  const options = {
    timeout: CHILD_MS,
    maxBuffer: MAX_OUTPUT_BYTES,
    signal,
    env: PLAIN,
  }
  return new Promise((resolve, reject) => {
    execFile(file, args, options, (error, stdout, stderr) => {
      if (!error) resolve(stdout)
      else
        reject(new Error(`${file}: expected an answer, got ${stderr.trim().slice(0, 160) || error.message}`))
    })
  })
}
