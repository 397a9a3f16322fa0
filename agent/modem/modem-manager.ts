import { at, generationOf, type ModemLook, numberOrNull, textOrNull } from './modem.ts'

/** Newest first: a modem that is in two networks at once is as fast as the newer one. */
const SIGNALS = ['5g', 'lte', 'umts', 'gsm'] as const

/**
 * What `mmcli -J` prints: of the modem itself, with `--signal-get`, and with `--location-get` (ModemManager's
 * `cli/mmcli-output.c`). Numbers come as text, `--` stands for nothing, the cell's number is in hexadecimal.
 */
export function modemManagerLook(modem: unknown, signal: unknown, location: unknown): ModemLook {
  const generic = at(modem, 'modem', 'generic')
  if (typeof generic !== 'object' || generic === null) {
    throw new Error(`mmcli: expected modem.generic, got ${JSON.stringify(modem)?.slice(0, 80)}`)
  }
  const technologies = at(generic, 'access-technologies')
  const technology = Array.isArray(technologies) ? technologies.join(' ') : ''
  const strengths = SIGNALS.map((name) => at(signal, 'modem', 'signal', name)).filter(
    (each) => numberOrNull(at(each, 'rsrp')) !== null || numberOrNull(at(each, 'rssi')) !== null,
  )
  const read = (key: string): number | null => numberOrNull(at(strengths[0], key))
  const cell = textOrNull(at(location, 'modem', 'location', '3gpp', 'cid'))
  return {
    generation: isRegistered(modem) ? generationOf(technology) : 'none',
    rsrpDbm: read('rsrp'),
    rsrqDb: read('rsrq'),
    sinrDb: read('snr'),
    rssiDbm: read('rssi'),
    cellId: cell !== null && /^[0-9a-f]{1,9}$/i.test(cell) ? Number.parseInt(cell, 16) : null,
    sim: simOf(generic),
    operator: textOrNull(at(modem, 'modem', '3gpp', 'operator-name')),
    model: textOrNull(at(generic, 'model')),
  }
}

/** It asks for the signal itself only after somebody has wanted it (`--signal-setup`). */
export function isSignalOff(signal: unknown): boolean {
  return numberOrNull(at(signal, 'modem', 'signal', 'refresh', 'rate')) === 0
}

function isRegistered(modem: unknown): boolean {
  const state = textOrNull(at(modem, 'modem', '3gpp', 'registration-state')) ?? ''
  return state.startsWith('home') || state.startsWith('roaming')
}

function simOf(generic: unknown): ModemLook['sim'] {
  if (at(generic, 'state-failed-reason') === 'sim-missing') return 'missing'
  const lock = textOrNull(at(generic, 'unlock-required'))
  if (lock?.startsWith('sim-') && !lock.endsWith('2')) return 'locked'
  if (textOrNull(at(generic, 'sim')) === null && at(generic, 'state') === 'failed') return 'missing'
  return lock === 'none' || textOrNull(at(generic, 'sim')) !== null ? 'ready' : 'unknown'
}
