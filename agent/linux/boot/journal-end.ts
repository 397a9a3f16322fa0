import { type BootEndWord, type PresentBoot, pastTime } from './word.ts'

/** An entry of systemd's journal as `journalctl -o json` prints it: systemd.journal-fields(7). */
export interface JournalEntry {
  /** The kernel's name of the boot, 32 hexadecimal digits. */
  bootId: string
  atMs: number
  /** What kind of message this is; empty for most. */
  messageId: string
  /** Of messages of systemd itself: whom it speaks of. */
  unit: string
  from: string
}

export interface JournalCase {
  /** The last entries of one boot, in order. */
  entries: readonly JournalEntry[]
  /** Of the boot that they are to be of; null: of the last before the present one, whichever that was. */
  bootId: string | null
  present: PresentBoot
  /** Where the folder is memory that is written to the disk now and then, an end that lacks proves nothing. */
  keptAtOnce: boolean
}

/** Of `sd-messages.h`: a start job begins and is done, and logind announces the end. */
const STARTING = '7d4958e842da4a758f6c1cdc7b36dcc5'
const STARTED = '39f53479d3a045ac8e11786248231fbf'
const SHUTDOWN = '98268866d1d54a499c4e98921d93bc40'

/** systemd.special(7): the last that systemd starts. A halt comes to its service only. */
const LAST_UNITS = /^(?:systemd-)?(reboot|soft-reboot|kexec|poweroff|halt)\.(?:target|service)$/

/**
 * An entry that says which end systemd went for, or a journal that breaks off: power loss, if it would have been
 * kept. Null when the entries are none, or of another boot.
 */
export function endByJournal({ entries, bootId, present, keptAtOnce }: JournalCase): BootEndWord | null {
  const last = entries.at(-1)
  if (!last || last.bootId === '' || last.bootId === present.id) return null
  if (bootId !== null && last.bootId !== bootId) return null
  const word = { atMs: pastTime(last.atMs, present), by: 'journal' }
  for (const { messageId, unit, from } of entries.toReversed()) {
    const goal = LAST_UNITS.exec(unit)?.[1]
    if (goal && (messageId === STARTING || messageId === STARTED)) {
      const end = goal === 'poweroff' || goal === 'halt' ? 'shutdown' : 'restart'
      return { ...word, end, sure: true }
    }
    if (messageId === SHUTDOWN && from === 'systemd-logind') return { ...word, end: 'shutdown', sure: false }
  }
  return keptAtOnce ? { ...word, end: 'power-loss', sure: true } : null
}

/** A line that is no entry is passed over: a power cut may have left one. */
export function parseJournal(lines: string): JournalEntry[] {
  return lines.split('\n').flatMap((line) => {
    const fields = fieldsOf(line)
    if (!fields) return []
    return [
      {
        bootId: text(fields._BOOT_ID),
        atMs: Math.floor(Number(text(fields.__REALTIME_TIMESTAMP)) / 1000),
        messageId: text(fields.MESSAGE_ID),
        unit: text(fields.UNIT),
        from: text(fields.SYSLOG_IDENTIFIER),
      },
    ]
  })
}

function fieldsOf(line: string): Record<string, unknown> | null {
  if (!line.startsWith('{')) return null
  try {
    return JSON.parse(line) as Record<string, unknown>
  } catch {
    return null
  }
}

/** A field that stands twice in an entry comes as a list, one that is no text as a list of bytes. */
function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
