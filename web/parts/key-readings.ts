import type { StateMetricName } from '#protocol/metrics.ts'
import { stateOf } from '#protocol/metrics.ts'
import { formatNumber } from '../format.ts'
import type { DeviceView, Language } from '../view.ts'
import { deviceWordsOf } from '../words/device.ts'
import { metricName, showMetric } from './metric.ts'

/** "4G −95 dBm": the kind of network and how strong it is received. */
function signal({ values }: DeviceView, language: Language): string | null {
  const strength = ['rsrp_dbm', 'rssi_dbm'].find((name) => values[name] !== undefined)
  const parts = ['radio_generation', strength]
    .filter((name) => name !== undefined && values[name] !== undefined)
    .map((name) => showMetric(name!, values[name!]!, language))
  return parts.length > 0 ? parts.join(' ') : null
}

/** A state in its own word; with its name where the word alone would not say of what: "Âm ly: Tắt". */
function told(device: DeviceView, name: StateMetricName, language: Language, named: boolean): string | null {
  const value = device.values[name]
  if (value === undefined || stateOf(name, value) === 'unknown') return null
  const word = showMetric(name, value, language)
  return named ? `${metricName(name, language)}: ${word}` : word
}

/** How many of the day's bulletins were played. */
function bulletins({ values }: DeviceView, language: Language): string | null {
  const { played_today, scheduled_today } = values
  if (played_today === undefined || scheduled_today === undefined) return null
  const [played, due] = [played_today, scheduled_today].map((count) => formatNumber(count, language, 0))
  return deviceWordsOf(language).bulletinsPlayed(played!, due!)
}

/**
 * What a row says of a device for which processor and memory are not the matter: of a loudspeaker power, signal and
 * playback, of a router the line in use, its delay and its signal. null: it tells none of these, or is a computer.
 */
export function keyReadings(device: DeviceView, language: Language): string | null {
  const { kind, values } = device
  const amplifier = stateOf('amplifier_state', values.amplifier_state ?? 0)
  const playback = stateOf('playback_state', values.playback_state ?? 0)
  const isOnlyLine =
    values.uplink2_state === undefined && stateOf('uplink_carrying', values.uplink_carrying ?? 0) === 'first'
  const parts: (string | null)[] =
    kind === 'speaker'
      ? [
          told(device, 'power_source', language, false),
          signal(device, language),
          // What is faulty is marked beside the name.
          amplifier === 'off' ? told(device, 'amplifier_state', language, true) : null,
          playback === 'fault' ? null : told(device, 'playback_state', language, false),
          bulletins(device, language),
        ]
      : kind === 'router'
        ? [isOnlyLine ? null : told(device, 'uplink_carrying', language, false), signal(device, language)]
        : []
  const said = parts.filter((part) => part !== null)
  if (said.length === 0) return null
  if (kind === 'router' && values.rtt_ms !== undefined)
    said.push(showMetric('rtt_ms', values.rtt_ms, language))
  // A narrow row breaks between two of them, not between a number and its unit.
  return said.map((part) => part.replaceAll(' ', '\u00a0')).join(' · ')
}
