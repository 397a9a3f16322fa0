import { describe, expect, it } from 'vitest'
import {
  formatAgo,
  formatBytes,
  formatDate,
  formatDuration,
  formatNumber,
  formatPercent,
  formatTime,
  isoMinute,
  isoSecond,
} from '../../web/format.ts'
import { formatMetric, inOrder, metricName } from '../../web/parts/metric.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

describe('numbers', () => {
  it.each([
    [formatNumber(1842.46, 'vi'), '1.842,5'],
    [formatNumber(1842.46, 'en'), '1,842.5'],
    [formatPercent(97.84, 'vi'), '97,8%'],
    [formatPercent(97.84, 'vi', 0), '98%'],
    [formatBytes(512, 'vi'), '512 B'],
    [formatBytes(999_949, 'vi'), '999,9 KB'],
    [formatBytes(999_951, 'vi'), '1 MB'],
    [formatBytes(1_842_500_000, 'vi'), '1,8 GB'],
    [formatBytes(5_000_000_000_000_000, 'en'), '5,000 TB'],
  ])('%s', (shown, expected) => expect(shown).toBe(expected))
})

describe('durations and ages', () => {
  it.each([
    [formatDuration(45 * SECOND, 'vi'), '45 giây'],
    [formatDuration(MINUTE, 'vi'), '1 phút'],
    [formatDuration(2 * HOUR + 39 * MINUTE + 59 * SECOND, 'vi'), '2 giờ 39 phút'],
    [formatDuration(2 * HOUR, 'vi'), '2 giờ'],
    [formatDuration(3 * DAY + 4 * HOUR + 59 * MINUTE, 'vi'), '3 ngày 4 giờ'],
    [formatDuration(3 * DAY + 59 * MINUTE, 'en'), '3 days'],
    [formatDuration(-5, 'vi'), '0 giây'],
    [formatAgo(59_999, 'vi'), null],
    [formatAgo(-MINUTE, 'vi'), null],
    [formatAgo(12 * MINUTE, 'vi'), '12 phút trước'],
    [formatAgo(12 * MINUTE, 'en'), '12 minutes ago'],
    [formatAgo(23 * HOUR, 'vi'), '23 giờ trước'],
    [formatAgo(DAY, 'vi'), '1 ngày trước'],
  ])('%s', (shown, expected) => expect(shown).toBe(expected))
})

it('tells the time of Vietnam, wherever the server stands', () => {
  const lastSecondOfMay = Date.UTC(2026, 4, 31, 16, 59, 59)
  expect([formatDate(lastSecondOfMay), formatTime(lastSecondOfMay)]).toEqual(['31/05/2026', '23:59'])
  expect([formatDate(lastSecondOfMay + 1000), formatTime(lastSecondOfMay + 1000)]).toEqual([
    '01/06/2026',
    '00:00',
  ])
})

it.each([9e15, -9e15, Number.NaN, 8.64e15])('tells a time out of all reason by a dash: %d', (ms) => {
  expect([formatTime(ms), formatDate(ms), isoSecond(ms), isoMinute(ms)]).toEqual(['–', '–', '', ''])
})

describe('metrics', () => {
  it.each([
    [formatMetric(12.34, '%', 'vi'), '12,3%'],
    [formatMetric(273_720, 's', 'vi'), '3 ngày 4 giờ'],
    [formatMetric(91_200_000, 'B', 'vi'), '91,2 MB'],
    [formatMetric(41.5, '°C', 'vi'), '41,5 °C'],
    [formatMetric(1234, '', 'vi'), '1.234'],
    [metricName('rtt_ms', 'vi'), 'Độ trễ'],
    [metricName('uptime_seconds', 'vi'), 'Thời gian chạy'],
    [metricName('metric_42', 'vi'), 'Chỉ số 42'],
    [metricName('fan_rpm', 'en'), 'Metric fan_rpm'],
  ])('%s', (shown, expected) => expect(shown).toBe(expected))

  it('come in the order of their table, the unknown last', () => {
    expect(inOrder(['metric_10', 'metric_9', 'uptime_seconds', 'rtt_ms', 'cpu_percent'])).toEqual([
      'cpu_percent',
      'rtt_ms',
      'uptime_seconds',
      'metric_9',
      'metric_10',
    ])
  })
})
