import { formatPercent, formatRate } from '../format.ts'
import type { DevicePageView, Language, LineView, LoadView } from '../view.ts'
import { deviceWordsOf } from '../words/device.ts'
import { showMetric } from './metric.ts'
import { moment } from './time.tsx'

/** "8 Mbit/s (±12%)" */
export function capacityText(
  { bitsPerSecond, errorPercent }: LoadView['capacity'],
  language: Language,
): string {
  const rate = formatRate(bitsPerSecond, language)
  return errorPercent === null ? rate : `${rate} (±${formatPercent(errorPercent, language, 0)})`
}

/** "Tải xuống, đường 1: đang dùng khoảng 40% của 8 Mbit/s (±12%)" */
export function loadText(load: LoadView, language: Language): string {
  const words = deviceWordsOf(language)
  const direction = words.direction[load.direction]
  const of =
    load.line === null ? words.ofThisDevice(direction) : words.ofLine(direction, words.lineNumber(load.line))
  const percent = (load.bitsPerSecond / load.capacity.bitsPerSecond) * 100
  const capacity = capacityText(load.capacity, language)
  // A capacity is known to a tenth at best: whole percents say more than is known already.
  if (percent >= 99.5) return `${of}: ${words.shareAll(capacity)}`
  const share =
    percent < 1
      ? words.shareUnder(formatPercent(1, language))
      : words.shareAbout(formatPercent(percent, language, 0))
  return `${of}: ${words.load(share, capacity)}`
}

function lineText(line: LineView, language: Language): string {
  const words = deviceWordsOf(language)
  return [
    words.lineState[line.state],
    line.carries ? words.carries : line.number === 2 && words.spareOf,
    line.rttMs !== null && words.roundTrip(showMetric('uplink1_rtt_ms', line.rttMs, language)),
    line.lossPercent !== null && words.loss(formatPercent(line.lossPercent, language, 0)),
  ]
    .filter((part) => part)
    .join(' · ')
}

/** The lines of a site and how much of them is in use; nothing where neither is known. */
export function Lines({ view, language }: { view: DevicePageView; language: Language }) {
  const { lines, drawn, at } = view
  const loads = drawn?.loads ?? []
  if (lines.length === 0 && loads.length === 0) return null
  const words = deviceWordsOf(language)
  const spare = drawn?.spare
  return (
    <section>
      <h2>{words.line}</h2>
      <ul class="card">
        {spare && (
          <li class="bad">
            <b>{words.spareSince(moment(spare.since, at, language), spare.exact)}</b>
          </li>
        )}
        {lines.map((line) => (
          <li>
            <b>
              {words.lineNumber(line.number)}
              {line.name && ` (${line.name})`}
            </b>
            : {lineText(line, language)}
          </li>
        ))}
        {loads.map((load) => (
          <li>{loadText(load, language)}</li>
        ))}
      </ul>
    </section>
  )
}
