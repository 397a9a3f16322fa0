import { toDate } from './fields.ts'

/** One entry of the System log, by what is the same in every language. */
export interface SystemEvent {
  /** Of Windows, without `Microsoft-Windows-`, in small letters: `kernel-power`. */
  provider: string
  id: number
  /** ms since 1970 by the clock of that moment. */
  atMs: number
  /** Rises from entry to entry. */
  record: number
  data: Readonly<Record<string, string>>
  /** Bytes behind a classic event, in hexadecimal. */
  binary: string
}

/** Twice the longest entry of those asked for. */
const MAX_XML = 8000

/** An event as `EventRecord.ToXml()` writes it; null when it is none. The quotes are single there, double elsewhere. */
export function readEvent(xml: unknown): SystemEvent | null {
  if (typeof xml !== 'string' || xml.length > MAX_XML) return null
  const provider = /<Provider\s[^>]*?Name=(['"])([^'"<>]{1,100})\1/.exec(xml)?.[2]
  const id = /<EventID(?:\s[^>]*)?>(\d{1,6})<\/EventID>/.exec(xml)?.[1]
  const atMs = toDate(/<TimeCreated\s[^>]*?SystemTime=(['"])([^'"<>]{1,40})\1/.exec(xml)?.[2])
  const record = /<EventRecordID>(\d{1,15})<\/EventRecordID>/.exec(xml)?.[1]
  if (provider === undefined || id === undefined || atMs === null || record === undefined) return null
  const data: Record<string, string> = {}
  for (const [, , name, value] of xml.matchAll(/<Data\sName=(['"])([\w-]{1,60})\1>([^<]{0,500})<\/Data>/g)) {
    data[name!] = value!
  }
  return {
    provider: provider.toLowerCase().replace('microsoft-windows-', ''),
    id: Number(id),
    atMs,
    record: Number(record),
    data,
    binary: /<Binary>([0-9A-Fa-f]{1,512})<\/Binary>/.exec(xml)?.[1] ?? '',
  }
}

/** Those of a part that can be read, the oldest first. */
export function readEvents(values: readonly unknown[]): SystemEvent[] {
  return values
    .map((value) => readEvent(value))
    .filter((event): event is SystemEvent => event !== null)
    .sort((one, other) => one.record - other.record)
}
