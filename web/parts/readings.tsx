import { METRICS } from '#protocol/metrics-table.ts'
import { formatAgo, formatPercent } from '../format.ts'
import type { DevicePageView, Language } from '../view.ts'
import { deviceWordsOf } from '../words/device.ts'
import { wordsOf } from '../words/words.ts'
import { inOrder, metricName, showMetric } from './metric.ts'
import { Ago, moment } from './time.tsx'

type Group = keyof ReturnType<typeof deviceWordsOf>['groups']

/** Metrics that belong together, by how their names begin; the first group that fits has one. */
const GROUPS: readonly [Group, RegExp][] = [
  ['line', /^(rtt|loss|jitter|down|up|line|rx|tx|uplink|probe_)/],
  ['mobile', /^(rsrp|rsrq|sinr|rssi|radio|sim|cell)/],
  ['power', /^(power|battery|supply)/],
  ['speaker', /^(amplifier|playback|volume|scheduled|played)/],
]

const known: ReadonlySet<string> = new Set(METRICS.map(({ name }) => name))

function groupOf(metric: string): Group {
  // `uptime_seconds` and `update_age_hours` begin as `up_kbps` does.
  if (/^up(time|date)_/.test(metric)) return 'machine'
  const found = GROUPS.find(([, begins]) => begins.test(metric))?.[0]
  return found ?? (known.has(metric) ? 'machine' : 'other')
}

const ORDER: readonly Group[] = ['line', 'speaker', 'machine', 'power', 'mobile', 'other']

const HOUR_MS = 3600_000

/** Told with the capacity that they belong to. */
const ERRORS: Readonly<Record<string, string>> = {
  down_kbps: 'down_error_percent',
  up_kbps: 'up_error_percent',
}

function valueText(metric: string, values: Readonly<Record<string, number>>, language: Language): string {
  const value = values[metric] ?? 0
  // "Last updated" is a moment, which people tell by how long ago it was.
  if (metric === 'update_age_hours') return formatAgo(value * HOUR_MS, language) ?? wordsOf(language).justNow
  const text = showMetric(metric, value, language)
  const error = values[ERRORS[metric] ?? '']
  return error === undefined ? text : `${text} ±${formatPercent(error, language, 0)}`
}

/** Every metric with its newest value by what it is of, those that this version does not know too. */
export function Readings({ view, language }: { view: DevicePageView; language: Language }) {
  const { device, lines, at } = view
  const words = wordsOf(language)
  const { groups } = deviceWordsOf(language)
  if (device.readAt === null) return <p>{words.noReadings}</p>
  const { values } = device
  const told = inOrder(Object.keys(values)).filter(
    (metric) =>
      !Object.values(ERRORS).includes(metric) &&
      // Of a device that does not tell its uptime nobody has counted boots.
      !(metric === 'probed_boot' && values[metric] === 0) &&
      // Each line is told with its state, delay and loss in a sentence of its own.
      !(lines.length > 0 && /^uplink(_carrying|\d_(state|rtt|loss))/.test(metric)),
  )
  const present = ORDER.filter((group) => told.some((metric) => groupOf(metric) === group))
  return (
    <>
      {present.map((group) => (
        <>
          {present.length > 1 && <h3>{groups[group]}</h3>}
          <dl class="values">
            {told
              .filter((metric) => groupOf(metric) === group)
              .map((metric) => (
                <div>
                  <dt>{metricName(metric, language)}</dt>
                  <dd>{valueText(metric, values, language)}</dd>
                </div>
              ))}
          </dl>
        </>
      ))}
      <p>
        {words.measured} {moment(device.readAt, at, language)} (
        <Ago at={device.readAt} now={at} language={language} />)
      </p>
    </>
  )
}
