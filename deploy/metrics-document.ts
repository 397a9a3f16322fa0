import { METRICS } from '#protocol/metrics-table.ts'
import { TRAITS } from '#protocol/traits-table.ts'

const HEAD = `<!-- Made by: npm run docs:metrics. The tables themselves are protocol/metrics-table.ts and traits-table.ts. -->

# Chỉ số · Metrics

Mỗi chỉ số có một số cố định, không bao giờ dùng lại. Tên là tên trong API và InfluxDB; bước là độ mịn khi gửi.
Every metric has a permanent number that is never used again. Its name is that of the API and InfluxDB; step is the resolution on the wire.
`

const TRAITS_HEAD = `
# Đặc điểm · Traits

Gửi một lần, và khi thay đổi. Told once, and when they change.
`

type Row = readonly (string | number)[]

const table = (head: Row, rows: readonly Row[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

/** `protocol/METRICS.md`: what devices tell, for people to read. */
export function metricsDocument(): string {
  const metrics = METRICS.map((metric) => [
    ...[metric.number, `\`${metric.name}\``, metric.vi, metric.en],
    'states' in metric
      ? metric.states.map(({ name, vi, en }, at) => `${at} ${vi} · ${en} (\`${name}\`)`).join('; ')
      : metric.unit,
    metric.step,
  ])
  const traits = TRAITS.map(({ number, name, vi, en }) => [number, `\`${name}\``, vi, en])
  return [
    HEAD,
    table(['số · number', 'tên · name', 'tiếng Việt', 'English', 'đơn vị · unit', 'bước · step'], metrics),
    TRAITS_HEAD,
    table(['số · number', 'tên · name', 'tiếng Việt', 'English'], traits),
    '',
  ].join('\n')
}
