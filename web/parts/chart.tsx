import { HEIGHT, linePath, scaleOf, splitAtGaps, WIDTH } from '../chart-line.ts'
import { formatDate, formatTime } from '../format.ts'
import type { ChartView, Language } from '../view.ts'
import { wordsOf } from '../words/words.ts'
import { formatMetric, metricName } from './metric.ts'

/** From two days on, the day says more than the hour. */
const DAYS_FROM_MS = 2 * 24 * 3_600_000

/** One metric over time: name, figures, line. What the line shows is also said in words. */
export function Chart({ chart, language }: { chart: ChartView; language: Language }) {
  const words = wordsOf(language)
  const name = metricName(chart.metric, language)
  const latest = chart.points.at(-1)
  if (!latest) {
    return (
      <figure>
        <figcaption>
          <h3>{name}</h3>
        </figcaption>
        <p>{words.noPoints}</p>
      </figure>
    )
  }
  const show = (value: number) => formatMetric(value, chart.unit, language)
  const values = chart.points.map((point) => point.value)
  const segments = splitAtGaps(chart.points)
  const scale = scaleOf(chart.points, chart.unit)
  const figures = [
    [words.latest, show(latest.value)],
    [words.lowest, show(Math.min(...values))],
    [words.highest, show(Math.max(...values))],
  ] as const
  const inWords = figures.map(([label, value]) => `${label} ${value}`)
  if (segments.length > 1) inWords.push(words.gaps(segments.length - 1))
  const middle = (chart.from + chart.to) / 2
  const mark = (at: number) =>
    chart.to - chart.from > DAYS_FROM_MS ? formatDate(at).slice(0, 5) : formatTime(at)
  return (
    <figure>
      <figcaption>
        <h3>{name}</h3>
        {figures.map(([label, value]) => (
          <span>
            {' '}
            {label} <b>{value}</b>
          </span>
        ))}
      </figcaption>
      <div class="plot">
        <p class="y">
          <span>{show(scale.high)}</span>
          <span>{show((scale.low + scale.high) / 2)}</span>
          <span>{show(scale.low)}</span>
        </p>
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img">
          <title>{`${name}: ${inWords.join(', ')}`}</title>
          <path class="grid" d={`M0 0h${WIDTH}M0 ${HEIGHT / 2}h${WIDTH}M0 ${HEIGHT}h${WIDTH}`} />
          <path class="curve" d={linePath(segments, chart.from, chart.to, scale)} />
        </svg>
        <p class="x">
          <span>{mark(chart.from)}</span>
          <span>{mark(middle)}</span>
          <span>{mark(chart.to)}</span>
        </p>
      </div>
    </figure>
  )
}
