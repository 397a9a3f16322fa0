import { at, generationOf, type ModemLook, NOTHING_SAID, numberOrNull, textOrNull } from './modem.ts'

/** Newest first. */
const SYSTEMS = ['nr5g', 'lte', 'wcdma', 'gsm'] as const

/**
 * What `uqmi -s` prints for `--get-signal-info`, `--get-serving-system`, `--get-system-info` and
 * `--uim-get-sim-state`, one JSON a line (OpenWrt's uqmi, `commands-nas.c` and `commands-uim.c`). A request that the
 * modem refuses gives a text in its place.
 */
export function qmiLook(output: string): ModemLook {
  const answers = output
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map(answerIn)
  const answer = (key: string): unknown => answers.find((each) => at(each, key) !== undefined)
  const signal = answers.find((each) => at(each, 'type') !== undefined && at(each, 'rssi') !== undefined)
  const serving = answer('registration')
  const system = SYSTEMS.map((name) => at(answer(name), name)).find(
    (each) => at(each, 'cell_id') !== undefined,
  )
  if (!signal && !serving && !system && answers.every((each) => typeof each !== 'object')) {
    throw new Error(`uqmi: expected JSON of a modem, got ${JSON.stringify(output.slice(0, 80))}`)
  }
  const registered = textOrNull(at(serving, 'registration'))
  const technology = textOrNull(at(signal, 'type'))
  return {
    ...NOTHING_SAID,
    generation: generationNow(registered, technology),
    rsrpDbm: numberOrNull(at(signal, 'rsrp')),
    rsrqDb: numberOrNull(at(signal, 'rsrq')),
    sinrDb: numberOrNull(at(signal, 'snr')),
    rssiDbm: numberOrNull(at(signal, 'rssi')),
    cellId: numberOrNull(at(system, 'cell_id')),
    sim: simOf(answer('card_application_state')),
    operator: textOrNull(at(serving, 'plmn_description')),
  }
}

function generationNow(registered: string | null, technology: string | null): ModemLook['generation'] {
  if (registered !== null && registered !== 'registered') return 'none'
  return technology === null ? null : generationOf(technology)
}

/** A line that is no JSON says nothing. */
function answerIn(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

function simOf(card: unknown): ModemLook['sim'] {
  const state = textOrNull(at(card, 'card_application_state'))
  if (state === null) return null
  if (state === 'ready') return 'ready'
  if (/pin|puk/.test(state)) return 'locked'
  return state === 'illegal' || state === 'unknown' || state === 'detected' ? 'unknown' : 'missing'
}
