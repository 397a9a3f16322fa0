import type { Remark } from '../../web/notices.ts'
import type { Warning } from '../incidents/observation.ts'
import type { WarningNote } from '../ledger/notice.ts'
import { type CapInfo, type CapMessage, SEVERITIES } from './cap.ts'
import { type Matched, matchAreas, type Places } from './match.ts'
import { plainWords } from './plain-name.ts'
import type { Reason } from './reason.ts'

/** A warning with what people read of it. */
export interface Noted {
  warning: Warning
  note: WarningNote
}

/** What has been taken so far. A chain is an alert with all that changed it; its id is the first one's identifier. */
export interface Known {
  /** The newest of a chain. */
  chain(id: string): Noted | undefined
  /** The chain to which a message, `sender,identifier`, belongs or which refers to it. */
  chainOf(message: string): string | undefined
  has(message: string, sent: number): boolean
}

/** What becomes of a message: ledger entries, the last of them its own, or a reason why there is none. */
export type Decision = { outcome: 'taken'; taken: Noted[] } | { outcome: 'kept-out'; reason: Reason }

/** How long a warning is taken to hold that does not say. */
const ASSUMED_MS = 24 * 3600_000

const MAX_HEADLINE = 300

const keptOut = (reason: Reason): Decision => ({ outcome: 'kept-out', reason })

export const messageName = ({ sender, identifier }: { sender: string; identifier: string }): string =>
  `${sender},${identifier}`

/** What a message changes here, given where we are and what was taken before. */
export function decide(message: CapMessage, places: Places, known: Known, now: number): Decision {
  const { msgType, status } = message
  const name = messageName(message)
  if (msgType === 'Ack' || msgType === 'Error') return keptOut({ why: 'no-warning', type: msgType })
  if (known.has(name, message.sent)) return keptOut({ why: 'known' })

  const chains = chainsOf(message, known)
  const id = chains[0] ?? freshId(message, known)
  const before = known.chain(id)
  if (before && before.note.sent >= message.sent) {
    return before.warning.action === 'cancel'
      ? keptOut({ why: 'cancelled', at: before.note.sent })
      : keptOut({ why: 'superseded', by: before.note.sent })
  }
  if (before?.warning.status === 'actual' && status !== 'Actual') {
    return keptOut({ why: 'exercise-of-actual', status })
  }
  const note = noteOf(message)
  const own =
    msgType === 'Cancel' ? cancelled(before, note) : heeded(message, id, { before, note, places, now })
  if ('why' in own) return keptOut(own)
  // An update may put several alerts into one.
  const merged = chains.slice(1).flatMap((other) => mergedAway(known.chain(other), message.sent))
  return { outcome: 'taken', taken: [...merged, own] }
}

/** Those that are known of the chains to which it refers. */
function chainsOf(message: CapMessage, known: Known): string[] {
  const names = [message, ...message.references].map(messageName)
  return [...new Set(names.flatMap((name) => known.chainOf(name) ?? []))]
}

/** The first of the chain as far as the message tells it. */
function freshId({ identifier, sent, sender, references }: CapMessage, known: Known): string {
  const [first] = [...references, { identifier, sent, sender }].sort((one, other) => one.sent - other.sent)
  return known.chain(first!.identifier) ? messageName(first!) : first!.identifier
}

function cancelled(before: Noted | undefined, note: WarningNote): Noted | Reason {
  if (!before) return { why: 'nothing-to-cancel' }
  const headline = note.headline || before.note.headline
  return { warning: { ...before.warning, action: 'cancel' }, note: { ...note, headline } }
}

function mergedAway(other: Noted | undefined, sent: number): Noted[] {
  if (!other || other.warning.action === 'cancel') return []
  const note: WarningNote = { ...other.note, sent, remarks: ['merged'] }
  return [{ warning: { ...other.warning, action: 'cancel' }, note }]
}

interface Circumstances {
  before: Noted | undefined
  note: WarningNote
  places: Places
  now: number
}

function heeded(
  message: CapMessage,
  id: string,
  { before, note, places, now }: Circumstances,
): Noted | Reason {
  const spoken = inOneLanguage(message.infos)
  const told = spoken.map((info) => ({ info, matched: matchAreas(info.areas, places) }))
  const ours = told.filter(({ matched }) => matched.areas.length > 0)
  const live = ours.filter(({ info }) => info.urgency !== 'Past')
  const isRunning = before !== undefined && before.warning.action !== 'cancel' && before.warning.expires > now
  if (live.length === 0) {
    const reason: Reason =
      ours.length > 0 ? { why: 'past' } : { why: 'no-area', described: describe(message.infos) }
    // What it has been so far it is no longer, so it must end.
    const remark: Remark = ours.length > 0 ? 'over' : 'left-us'
    if (!isRunning) return reason
    return { warning: { ...before.warning, action: 'cancel' }, note: { ...note, remarks: [remark] } }
  }
  const remarks: Remark[] = []
  const parts = live.map((part) => partOf(part, message.sent, remarks))
  const expires = Math.max(...parts.map((part) => part.expires))
  if (expires <= now && !isRunning) return { why: 'expired', expires }
  if (message.status !== 'Actual') remarks.push('test')
  const warning: Warning = {
    id,
    action: before || message.msgType === 'Update' ? 'update' : 'alert',
    status: message.status === 'Actual' ? 'actual' : 'test',
    severity: SEVERITY[Math.min(...parts.map((part) => SEVERITY.indexOf(part.severity)))]!,
    areas: [...new Set(parts.flatMap((part) => part.areas))],
    onset: Math.min(...parts.map((part) => part.onset)),
    expires,
  }
  return { warning, note: { ...note, remarks: [...new Set(remarks)] } }
}

/** Vietnamese before English before any other: in each language they say the same. */
function inOneLanguage(infos: readonly CapInfo[]): CapInfo[] {
  const speaks = (language: string) =>
    infos.filter((info) => info.language === language || info.language.startsWith(`${language}-`))
  const [vi, en] = [speaks('vi'), speaks('en')]
  if (vi.length > 0) return vi
  if (en.length > 0) return en
  return infos.filter(({ language }) => language === infos[0]?.language)
}

const SEVERITY: readonly Warning['severity'][] = ['extreme', 'severe', 'moderate', 'minor']

/** By Decision 18/2021/QĐ-TTg these two mean a storm that comes ashore within 48 hours, or has. */
const GRAVE_BULLETIN = /\bbao (khan cap|tren dat lien)\b/

type Part = Pick<Warning, 'severity' | 'areas' | 'onset' | 'expires'>

function partOf(
  { info, matched }: { info: CapInfo; matched: Matched },
  sent: number,
  remarks: Remark[],
): Part {
  const onset = info.onset ?? info.effective ?? sent
  if (info.expires === null) remarks.push('no-end')
  if (matched.byName.length > 0) remarks.push('by-name')
  if (info.certainty === 'Unlikely') remarks.push('unlikely')
  return {
    areas: matched.areas,
    onset,
    expires: info.expires ?? Math.max(sent, onset) + ASSUMED_MS,
    severity: severityOf(info, remarks),
  }
}

function severityOf({ severity, event, headline }: CapInfo, remarks: Remark[]): Warning['severity'] {
  const isGrave = GRAVE_BULLETIN.test(plainWords(`${event} ${headline}`))
  if (isGrave && SEVERITIES.indexOf(severity) > SEVERITIES.indexOf('Severe')) {
    remarks.push('grave-title')
    return 'severe'
  }
  switch (severity) {
    case 'Extreme':
      return 'extreme'
    case 'Severe':
      return 'severe'
    case 'Moderate':
      return 'moderate'
    case 'Minor':
      return 'minor'
    case 'Unknown':
      remarks.push('no-severity')
      return 'minor'
  }
}

function noteOf(message: CapMessage): WarningNote {
  const [first] = inOneLanguage(message.infos)
  return {
    identifier: message.identifier,
    sent: message.sent,
    by: message.sender,
    refers: message.references.map(messageName),
    isManual: false,
    headline: readable(first?.headline || first?.event || ''),
    remarks: [],
  }
}

/** One line, without what could turn it round. */
function readable(text: string): string {
  return text
    .normalize('NFC')
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, MAX_HEADLINE)
}

function describe(infos: readonly CapInfo[]): string {
  const names = inOneLanguage(infos).flatMap(({ areas }) => areas.map(({ description }) => description))
  return readable([...new Set(names)].join('; ')) || '–'
}
