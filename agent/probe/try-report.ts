import { fromWire, type MetricName, statesOf, toWire } from '#protocol/metrics.ts'
import { METRICS } from '#protocol/metrics-table.ts'
import { TRAITS } from '#protocol/traits-table.ts'
import { plausible } from '../collect/plausible.ts'
import type { Finding } from './probe.ts'
import type { Profile } from './profile.ts'

/** What one look has found, for the technician in front of the device. @param tookMs all steps together */
export function reportOf(
  profile: Pick<Profile, 'title'>,
  address: string,
  finding: Finding,
  tookMs: number,
): string {
  const { values, problems } = plausible(finding.values)
  const metrics = METRICS.flatMap(({ name, vi, en }): Row[] => {
    const value = values[name]
    return value === undefined ? [] : [[`${vi} · ${en}`, shownValue(name, value), name]]
  })
  const traits = TRAITS.flatMap(({ name, vi, en }): Row[] => {
    const text = finding.traits[name]
    return text === undefined ? [] : [[`${vi} · ${en}`, text.replaceAll('\n', ' | '), name]]
  })
  const faults = [...finding.faults, ...problems]
  const parts = [
    [`${profile.title.vi} · ${profile.title.en}`],
    [`${address}: trả lời trong ${Math.ceil(tookMs)} ms · answered within ${Math.ceil(tookMs)} ms`],
    table([...metrics, ...traits]),
    faults.length === 0
      ? []
      : ['', 'Không đọc được · Could not be read:', ...faults.map((fault) => `  - ${fault}`)],
  ]
  return `${parts.flat().join('\n')}\n`
}

/** Whether anything was read of what the profile asks for, beside that somebody is there. */
export function hasRead({ values, traits }: Finding): boolean {
  const { probe_rtt_ms: _, ...told } = plausible(values).values
  return Object.keys(told).length + Object.keys(traits).length > 0
}

type Row = readonly [label: string, value: string, name: string]

function table(rows: readonly Row[]): string[] {
  const [label, value] = [0, 1].map((column) => Math.max(0, ...rows.map((row) => widthOf(row[column]!))))
  return rows.map((row) => `  ${padded(row[0], label!)}  ${padded(row[1], Math.min(value!, 40))}  ${row[2]}`)
}

/** Vietnamese letters may come as a letter and its marks, which take no room of their own. */
function widthOf(text: string): number {
  return [...text.normalize('NFC')].length
}

function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)))
}

const UNITS: Readonly<Record<string, string>> = {
  bulletins: 'bản tin · bulletins',
  s: 'giây · s',
  min: 'phút · min',
  h: 'giờ · h',
}

/** As it will reach the centre: in the steps of the wire. */
function shownValue(name: MetricName, value: number): string {
  const state = statesOf(name)[value]
  if (state) return `${state.vi} · ${state.en}`
  const { number, unit } = METRICS.find((metric) => metric.name === name)!
  const rounded = fromWire(number, toWire(name, value)).value
  return unit === '' ? String(rounded) : `${rounded} ${UNITS[unit] ?? unit}`
}
