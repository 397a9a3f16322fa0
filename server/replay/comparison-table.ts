import { formatDuration, formatNumber } from '../../web/format.ts'
import { CAUSES, type Cause, PRIORITIES, type Priority, SCOPES, type Scope } from '../incidents/incident.ts'
import type { Rules } from '../incidents/rules.ts'
import type { Comparison, Figures, OnlyOne } from './compare.ts'
import { RULE_WORDS } from './rule-words.ts'

/** More are told by `--json` only: a table that nobody reads to its end helps nobody. */
const MAX_LISTED = 100

const PRIORITY_WORDS: Record<Priority, string> = {
  page: 'gọi ngay · page',
  ticket: 'phiếu việc · ticket',
  digest: 'bản tổng hợp · digest',
}
const SCOPE_WORDS: Record<Scope, string> = {
  device: 'thiết bị · device',
  site: 'điểm · site',
  cell: 'trạm di động · cell',
  area: 'địa bàn · area',
  isp: 'nhà mạng · ISP',
  platform: 'trung tâm · the centre',
}
const CAUSE_WORDS: Record<Cause, string> = {
  power: 'mất điện · power',
  link: 'đường truyền · link',
  device: 'thiết bị hỏng · device',
  undetermined: 'chưa xác định · undetermined',
  platform: 'trung tâm · the centre',
}
const HOUR_WORDS: Record<keyof Figures['hours'], string> = {
  fault: 'hỏng · down by fault',
  power: 'mất điện · down by power',
  unreachable: 'chạy mà không liên lạc được · up, not reachable',
  unknown: 'không rõ · unknown',
}

/** A comparison as an IT person of an office reads it, at least 80 columns wide; times are of the calendar's clock. */
export function comparisonTable(
  comparison: Comparison,
  names: { a: string; b: string },
  utcOffsetMinutes: number,
): string {
  const { a, b } = comparison
  const moment = (ms: number | null): string =>
    ms === null ? '—' : new Date(ms + utcOffsetMinutes * 60_000).toISOString().slice(0, 16).replace('T', ' ')
  const lines = [
    'SO SÁNH HAI BỘ QUY TẮC TRÊN CÙNG MỘT QUÁ KHỨ · TWO SETS OF RULES ON THE SAME PAST',
    `  A: ${names.a}`,
    `  B: ${names.b}`,
    `  ${moment(comparison.from)} → ${moment(comparison.to)}; ${number(comparison.devices)} thiết bị · devices`,
    '',
    head('Quy tắc khác nhau · rules that differ'),
    ...Object.entries(comparison.differing).flatMap(([name, of]) => differing(name as keyof Rules, of)),
    ...(Object.keys(comparison.differing).length === 0 ? ['  không có · none'] : []),
    '',
    head('Thông báo · notifications'),
    ...urgentFirst.map((name) => row(PRIORITY_WORDS[name], a.notifications[name], b.notifications[name])),
    row('báo đã khôi phục · resolved', a.resolved, b.resolved),
    '',
    head('Từ lúc bắt đầu đến khi báo, trung vị (phút) · from start to notification, median (min)'),
    ...toldFirst.map((name) =>
      row(PRIORITY_WORDS[name], minutes(a.medianSeconds[name]), minutes(b.medianSeconds[name])),
    ),
    '',
    head('Sự cố theo phạm vi · incidents by scope'),
    ...SCOPES.map((name) => row(SCOPE_WORDS[name], a.scopes[name], b.scopes[name])),
    '',
    head('Sự cố theo nguyên nhân · incidents by cause'),
    ...CAUSES.map((name) => row(CAUSE_WORDS[name], a.causes[name], b.causes[name])),
    '',
    head('Giờ của các thiết bị · hours of devices'),
    ...hourNames.map((name) => row(HOUR_WORDS[name], a.hours[name], b.hours[name])),
    '',
    head('Thông báo theo tháng · notifications by month'),
    ...monthRows(a, b),
    '',
    ...onlyOnes('A', comparison.onlyA, moment),
    '',
    ...onlyOnes('B', comparison.onlyB, moment),
  ]
  return `${lines.join('\n')}\n`
}

const urgentFirst = [...PRIORITIES].reverse()
const toldFirst = ['page', 'ticket'] as const
const hourNames = Object.keys(HOUR_WORDS) as (keyof Figures['hours'])[]

const LABEL_WIDTH = 50
const FIGURE_WIDTH = 10

const number = (value: number): string => formatNumber(value, 'vi')
const minutes = (seconds: number | null): number | null => (seconds === null ? null : seconds / 60)

function head(what: string): string {
  const columns = ['A', 'B', 'B−A'].map((name) => name.padStart(FIGURE_WIDTH)).join('')
  return what.length <= LABEL_WIDTH + 2
    ? `${what.padEnd(LABEL_WIDTH + 2)}${columns}`
    : `${what}\n${' '.repeat(LABEL_WIDTH + 2)}${columns}`
}

/** null: there is nothing to tell. */
function row(label: string, a: number | null, b: number | null): string {
  const change = a === null || b === null ? null : b - a
  const figures = [
    ...[a, b].map((value) => (value === null ? '—' : number(value))),
    change === null ? '—' : `${change > 0 ? '+' : ''}${number(change)}`,
  ]
  return `  ${label.padEnd(LABEL_WIDTH)}${figures.map((text) => text.padStart(FIGURE_WIDTH)).join('')}`
}

function differing(name: keyof Rules, { a, b }: { a: number; b: number }): string[] {
  const { vi, en } = RULE_WORDS[name]
  return [row(name, a, b), `      ${vi}`, `      ${en}`]
}

function monthRows(a: Figures, b: Figures): string[] {
  const months = [...new Set([...Object.keys(a.months), ...Object.keys(b.months)])].sort()
  return months.flatMap((month) =>
    urgentFirst
      .map((name) => ({ name, a: a.months[month]?.[name] ?? 0, b: b.months[month]?.[name] ?? 0 }))
      .filter((counts) => counts.a + counts.b > 0)
      .map((counts) => row(`${month}  ${PRIORITY_WORDS[counts.name]}`, counts.a, counts.b)),
  )
}

function onlyOnes(
  side: string,
  incidents: readonly OnlyOne[],
  moment: (ms: number | null) => string,
): string[] {
  const rest = incidents.length - MAX_LISTED
  return [
    `Chỉ ${side} báo (gọi ngay hoặc phiếu việc) · told by ${side} only (page or ticket): ${number(incidents.length)}`,
    ...incidents
      .slice(0, MAX_LISTED)
      .flatMap((incident) => [
        `  ${moment(incident.t)}  ${incident.place}`,
        `    ${moment(incident.start[0])} → ${moment(incident.end)}${lasted(incident)}`,
        `    ${incident.id}; ${PRIORITY_WORDS[incident.priority]}; ${SCOPE_WORDS[incident.scope]}; ${CAUSE_WORDS[incident.cause]}; ${number(incident.devices.length)} thiết bị · devices`,
        ...(incident.why.vi === '' ? [] : [`    ${incident.why.vi}.`, `    ${incident.why.en}.`]),
      ]),
    ...(rest > 0
      ? [`  … và ${number(rest)} sự cố nữa, xem --json · and ${number(rest)} more, see --json`]
      : []),
  ]
}

function lasted({ start, end }: OnlyOne): string {
  return end === null ? '' : ` (${formatDuration(end - start[0], 'vi')})`
}
