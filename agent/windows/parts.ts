import { BEGIN, END, PART } from './script.ts'

/** What one part of the look gave: its rows, or why it has none. */
export type Part = { rows: readonly unknown[] } | { problem: string; code: string }

/** One answer of PowerShell. */
export interface Answer {
  parts: ReadonlyMap<string, Part>
  /** Whether it came to its end. */
  whole: boolean
}

/** Name and JSON of a part; some hosts print their prompt before each line. */
const RECORD = /^(?:PS [^>]{0,260}> ?)?@hd:([a-z]{1,20})(?: (.*)|$)/

/** A message of Windows may be a page long. */
const MAX_PROBLEM = 160

/** Reads the text from the marker on. A part that cannot be read is a part with a problem. Never throws. */
export function readParts(text: string): Answer {
  const parts = new Map<string, Part>()
  let whole = false
  for (const { name, lines } of recordsOf(text)) {
    if (`${PART}${name}` === END) whole = true
    else if (`${PART}${name}` !== BEGIN) parts.set(name, partOf(name, lines))
  }
  return { parts, whole }
}

interface Line {
  name: string
  /** What stands behind the name, and the lines that follow until the next part. */
  lines: string[]
}

function recordsOf(text: string): Line[] {
  const records: Line[] = []
  for (const line of text.split(/\r?\n/)) {
    const start = RECORD.exec(line)
    if (start) records.push({ name: start[1]!, lines: [start[2] ?? ''] })
    else records.at(-1)?.lines.push(line)
  }
  return records
}

/** A line that a console has broken at its width is joined again; JSON has no line breaks of its own. */
function partOf(name: string, lines: readonly string[]): Part {
  const said = parsed(lines[0]!) ?? parsed(lines.join(''))
  if (said === undefined) return bad(name, 'JSON', JSON.stringify(lines[0]!.slice(0, 60)))
  if (typeof said !== 'object' || said === null || Array.isArray(said)) {
    return bad(name, 'an object', said === null ? 'null' : Array.isArray(said) ? 'a list' : typeof said)
  }
  const { v, e, c } = said as Record<string, unknown>
  if (typeof e === 'string') return { problem: plain(e), code: typeof c === 'string' ? plain(c) : '' }
  if (v === undefined) return bad(name, 'rows or an error', 'neither')
  return { rows: listOf(v) }
}

function bad(name: string, expected: string, got: string): Part {
  return { problem: `part ${name}: expected ${expected}, got ${got}`, code: 'unreadable' }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/**
 * The rows as ConvertTo-Json may write them: a list, the one thing of a list of one, nothing for none, and in Windows
 * PowerShell 5.1 sometimes `{"value": [...], "Count": 2}`.
 */
function listOf(value: unknown): readonly unknown[] {
  const unwrapped = isWrapped(value) ? value.value : value
  const list = Array.isArray(unwrapped) ? unwrapped : [unwrapped]
  return list.filter((row) => row !== null && row !== undefined)
}

function isWrapped(value: unknown): value is { value: unknown[] } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'value' in value &&
    Array.isArray(value.value) &&
    'Count' in value
  )
}

function plain(text: string): string {
  return text.replace(/\s+/g, ' ').trim().slice(0, MAX_PROBLEM)
}
