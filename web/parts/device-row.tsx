import { renderToString } from 'preact-render-to-string'
import { devicePath } from '../address.ts'
import { Icon } from '../icons.tsx'
import type { DeviceView, Language, SessionState } from '../view.ts'
import { deviceWordsOf } from '../words/device.ts'
import { wordsOf } from '../words/words.ts'
import { keyReadings } from './key-readings.ts'
import { kindBeside } from './kind-beside.ts'
import { Marks } from './marks.tsx'
import { formatMetric, metricUnit } from './metric.ts'
import { Ago, Lasting, moment } from './time.tsx'

/** What a row has room for, in the order of its columns. */
const KEY_METRICS = ['cpu_percent', 'memory_percent', 'disk_percent', 'rtt_ms'] as const

/** How long it lasts matters in these states; in the others the time it began is enough. */
const URGENT: readonly SessionState[] = ['offline', 'suspect', 'stale']

interface Props {
  device: DeviceView
  now: number
  language: Language
}

function State({ device, now, language }: Props) {
  const words = wordsOf(language)
  return (
    <td>
      <Icon shape={device.session} />
      <b>{words.session[device.session]}</b>{' '}
      {device.unwatched && <small>{deviceWordsOf(language).unwatched} </small>}
      {device.since !== null && (
        <small>
          {words.since(moment(device.since, now, language))}
          {URGENT.includes(device.session) && (
            <>
              {' ('}
              <Lasting at={device.since} now={now} language={language} />)
            </>
          )}
        </small>
      )}
    </td>
  )
}

/** The newest readings under their heads, or in one cell those that matter for its kind. */
function Readings({ device, language }: Omit<Props, 'now'>) {
  const said = keyReadings(device, language)
  if (said !== null) return <td colSpan={KEY_METRICS.length}>{said}</td>
  return (
    <>
      {KEY_METRICS.map((name) => {
        const value = device.values[name]
        // Whole numbers: a list is for seeing what stands out, the device's own page has the decimals.
        return <td>{value === undefined ? '' : formatMetric(value, metricUnit(name), language, 0)}</td>
      })}
    </>
  )
}

/** Device, state, since when, key readings and their age. Replaced whole by the live stream. */
export function DeviceRow({ device, now, language }: Props) {
  const kind = kindBeside(device, language)
  return (
    <tr id={`d-${device.id}`} class={`d ${device.session}`}>
      <th>
        <a href={devicePath(device.id)}>{device.name}</a> {kind && <small>{kind}</small>}
        <Marks device={device} language={language} />
      </th>
      <State device={device} now={now} language={language} />
      <Readings device={device} language={language} />
      <td>{device.readAt !== null && <Ago at={device.readAt} now={now} language={language} />}</td>
    </tr>
  )
}

/** Rows under their column heads, which name the readings once for all rows. */
export function DeviceTable({
  devices,
  now,
  language,
}: {
  devices: readonly DeviceView[]
  now: number
  language: Language
}) {
  const words = wordsOf(language)
  // Heads for readings only over rows that have them in columns.
  const inColumns = devices.some((device) => keyReadings(device, language) === null)
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{words.device}</th>
          <th scope="col">{words.state}</th>
          {inColumns ? (
            KEY_METRICS.map((name) => <th scope="col">{words.brief[name]}</th>)
          ) : (
            <th scope="col" colSpan={KEY_METRICS.length}>
              {words.newestReadings}
            </th>
          )}
          <th scope="col">{words.measured}</th>
        </tr>
      </thead>
      <tbody>
        {devices.map((device) => (
          <DeviceRow device={device} now={now} language={language} />
        ))}
      </tbody>
    </table>
  )
}

/** The row, a `<tr>`, as a fragment for the live stream; its element id is `d-<id>`. `now` is in ms since 1970. */
export function renderDeviceRow(device: DeviceView, now: number, language: Language): string {
  return renderToString(<DeviceRow device={device} now={now} language={language} />)
}
