import { antivirusModeWords, antivirusWhyWords } from '#protocol/antivirus-reasons.ts'
import { stateOf } from '#protocol/metrics.ts'
import { formatDate, formatDuration } from '../format.ts'
import type { DevicePageView, Language } from '../view.ts'
import { deviceWordsOf } from '../words/device.ts'
import { showMetric } from './metric.ts'

const HOUR_MS = 3600_000

const NEEDS_CARE: readonly (string | null)[] = ['none', 'off', 'stale']

/** Days as every page writes them: 12/06/2026. */
const withDays = (text: string): string =>
  text.replace(/\b\d{4}-\d\d-\d\d\b/g, (day) => formatDate(Date.parse(day)))

/** State, product, mode, age of the signatures, and why it is so; null: nothing was told. */
export function Antivirus({ view, language }: { view: DevicePageView; language: Language }) {
  const { traits } = view
  const { antivirus_state: state, antivirus_age_hours: age } = view.device.values
  if (state === undefined && !traits.antivirus) return null
  const words = deviceWordsOf(language)
  const isBad = NEEDS_CARE.includes(stateOf('antivirus_state', state ?? 0))
  const mode = traits.antivirus_mode && antivirusModeWords(traits.antivirus_mode)[language]
  const beside = [
    ...(traits.antivirus ?? '').split('\n').filter((product) => product !== ''),
    mode && words.antivirusMode(mode),
    age !== undefined && words.signaturesAge(formatDuration(age * HOUR_MS, language)),
  ].filter((part) => part)
  return (
    <div>
      <dt>{words.antivirus}</dt>
      <dd>
        {state !== undefined && (
          <b class={isBad ? 'bad' : undefined}>{showMetric('antivirus_state', state, language)}</b>
        )}
        {beside.length > 0 && ` ${beside.join(' · ')}`}
        {traits.antivirus_why && <small>{withDays(antivirusWhyWords(traits.antivirus_why)[language])}</small>}
      </dd>
    </div>
  )
}
