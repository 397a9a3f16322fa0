import { baseStationOf, isState, statesOf } from '#protocol/metrics.ts'
import { METRICS } from '#protocol/metrics-table.ts'
import { formatBytes, formatDuration, formatNumber, formatPercent, formatRate } from '../format.ts'
import { RATE_UNIT, rateOf } from '../rates.ts'
import type { Language } from '../view.ts'
import { wordsOf } from '../words/words.ts'

const find = (name: string) => METRICS.find((metric) => metric.name === name)

/** What a person calls a metric. One that this version does not know keeps its number or its own name. */
export function metricName(name: string, language: Language): string {
  const metric = find(name) ?? rateOf(name)
  if (metric) return metric[language]
  return wordsOf(language).unknownMetric(name.replace(/^metric_/, ''))
}

export const metricUnit = (name: string): string => find(name)?.unit ?? ''

/** A value with its unit: "12,3%", "1,8 GB", "3 ngày 4 giờ"; the bare number when the unit is not known. */
export function formatMetric(value: number, unit: string, language: Language, decimals = 1): string {
  switch (unit) {
    case '%':
      return formatPercent(value, language, decimals)
    case 'B':
      return formatBytes(value, language)
    case 's':
      return formatDuration(value * 1000, language)
    case 'min':
      return formatDuration(value * 60_000, language)
    case 'h':
      return formatDuration(value * 3600_000, language)
    case RATE_UNIT:
      return formatRate(value, language)
    case 'kbit/s':
      return formatRate(value * 1000, language)
    case 'bulletins':
      return formatNumber(value, language, 0)
    case '':
      return formatNumber(value, language, decimals)
    default:
      return `${formatNumber(value, language, decimals)} ${unit}`
  }
}

/** The newest value of a metric in words: a state has a word of its own, a cell goes by the name of its station. */
export function showMetric(name: string, value: number, language: Language): string {
  if (!isState(name)) return formatMetric(value, metricUnit(name), language)
  if (name === 'cell_id') return baseStationOf(value)
  return statesOf(name)[value]?.[language] ?? String(value)
}

/** Metric names in the order of the table, then what this version does not know. */
export function inOrder(names: readonly string[]): string[] {
  const known = METRICS.map((metric): string => metric.name)
  const rank = (name: string) => (known.includes(name) ? known.indexOf(name) : known.length)
  return [...names].sort((a, b) => rank(a) - rank(b) || a.localeCompare(b, 'en', { numeric: true }))
}
