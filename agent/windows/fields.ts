/** One object of an answer. */
export type Row = Readonly<Record<string, unknown>>

/** Longer than any name of a disk or a processor. */
const MAX_TEXT = 200

/** Outside these years a date of WMI means "none": it writes 1601 and 0001 for that. */
const EARLIEST_MS = Date.UTC(1990, 0)
const LATEST_MS = Date.UTC(2100, 0)

export function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Windows PowerShell writes what carries notes (an enum, a date) as `{"value": …}`. */
function bare(row: Row, name: string): unknown {
  const value = row[name]
  return isRow(value) && 'value' in value ? value.value : value
}

/** One line without what no person can read; null where there is nothing. */
export function textOf(row: Row, name: string): string | null {
  const value = bare(row, name)
  if (typeof value !== 'string' && typeof value !== 'number') return null
  const text = String(value)
    .slice(0, 2 * MAX_TEXT)
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, MAX_TEXT)
  return text === '' ? null : text
}

/** A finite number, also as a text, with a decimal comma, or in hexadecimal; null for anything else. */
export function numberOf(row: Row, name: string): number | null {
  return toNumber(bare(row, name))
}

export function toNumber(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value !== 'string') return null
  const text = value.trim()
  if (/^0x[0-9a-f]{1,16}$/i.test(text)) return Number(text)
  if (!/^[+-]?\d{1,20}(?:[.,]\d{1,20})?$/.test(text)) return null
  return Number(text.replace(',', '.'))
}

/** `true`, `"True"`, 1 and `"1"`; null for what is neither yes nor no. */
export function booleanOf(row: Row, name: string): boolean | null {
  const value = bare(row, name)
  const text = typeof value === 'string' ? value.trim().toLowerCase() : value
  if (text === true || text === 'true' || text === 1 || text === '1') return true
  return text === false || text === 'false' || text === 0 || text === '0' ? false : null
}

/** ms since 1970, of a date that can be; null for others and for what WMI writes where there is none. */
export function dateOf(row: Row, name: string): number | null {
  return toDate(bare(row, name))
}

/**
 * Of `/Date(ms)/` (Windows PowerShell), ISO 8601 (PowerShell 7; without a zone: UTC), or the format of CIM
 * (`20261120170211.500000+420`, the offset in minutes).
 */
export function toDate(value: unknown): number | null {
  if (typeof value !== 'string') return null
  const text = value.trim()
  const ticks = /^\/Date\((-?\d{1,16})(?:[+-]\d{4})?\)\/$/.exec(text)
  const ms = ticks ? Number(ticks[1]) : (isoMs(text) ?? cimMs(text))
  return ms !== null && ms >= EARLIEST_MS && ms < LATEST_MS ? ms : null
}

function isoMs(text: string): number | null {
  const iso =
    /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,3})\d*)?(Z|[+-]\d\d:\d\d)?$/.exec(text) ??
    /^(\d{4}-\d\d-\d\d)$/.exec(text)
  if (!iso) return null
  const [, moment, thousandths = '0', zone = 'Z'] = iso
  const ms = moment!.includes('T')
    ? Date.parse(`${moment}.${thousandths.padEnd(3, '0')}${zone}`)
    : Date.parse(moment!)
  return Number.isNaN(ms) ? null : ms
}

function cimMs(text: string): number | null {
  const cim = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)\.\d{6}([+-]\d{3})$/.exec(text)
  if (!cim) return null
  const [year, month, day, hour, minute, second, offset] = cim.slice(1).map(Number)
  return Date.UTC(year!, month! - 1, day!, hour!, minute!, second!) - offset! * 60_000
}
