import { formatDuration, formatNumber } from '../../web/format.ts'
import type { Language } from '../../web/view.ts'
import type { Incident } from '../incidents/incident.ts'
import type { Fired, Rule, RuleFacts } from '../incidents/why.ts'
import { areaName, deviceName, type Names, siteName } from './names.ts'
import { PHRASES, type Spelling } from './phrases.ts'
import { clock, clockAndDate, date } from './when.ts'

/**
 * What a rule's phrase is good for: the cause, what the members have in common, how urgent it is, how it was noticed,
 * how it ended; `plain` is true of nearly every incident and tells a reader of a short text nothing new.
 */
type Use = 'cause' | 'common' | 'urgency' | 'notice' | 'plain' | 'end'

/** Within a use the first says most: what history has shown stands above what witnesses suggested. */
const USES: Record<Rule, Use> = {
  'power-loss-together': 'cause',
  'same-boot': 'cause',
  'lone-new-boot': 'cause',
  'goodbye-came-late': 'cause',
  'centre-was-away': 'cause',
  'most-vanished': 'cause',
  'on-battery': 'cause',
  'battery-backed-gone-too': 'cause',
  'other-isp-alive': 'cause',
  'line-drops-often': 'cause',
  'several-isps-gone': 'cause',
  'speakers-gone-too': 'cause',
  'speakers-alive': 'cause',
  'neighbours-alive': 'cause',
  'isp-shared': 'common',
  'island-link-shared': 'common',
  'sites-lost-together': 'common',
  'cell-shared': 'common',
  'battery-ran-down': 'common',
  'cell-ran-down': 'common',
  'redundancy-lost': 'common',
  'speakers-unreachable': 'urgency',
  flapping: 'urgency',
  reopened: 'urgency',
  'storm-mode': 'urgency',
  'planned-overran': 'notice',
  'missing-after-plan': 'notice',
  'not-back-as-learned': 'notice',
  'still-missing': 'notice',
  'restart-took-too-long': 'notice',
  'battery-past-hold-down': 'notice',
  'only-pcs': 'notice',
  'no-witness': 'plain',
  'whole-site-silent': 'plain',
  'site-still-down': 'plain',
  'joined-late': 'plain',
  'losses-can-meet': 'plain',
  'some-always-on-answer': 'plain',
  'no-always-on-answers': 'plain',
  'silent-past-hold-down': 'plain',
  'all-back': 'end',
  'most-back': 'end',
  'pcs-hold-nothing-open': 'end',
}

const READING_ORDER = Object.keys(USES) as Rule[]
const rank = ({ rule }: Fired): number => READING_ORDER.indexOf(rule)

/**
 * Why, as a person reads it: "Bộ lưu điện chạy pin lúc 13:58". Names, where they are known; a sentence without its
 * full stop.
 * @param beside a time of the day that the reader has in mind, ms since 1970: others are told with their date
 */
export function whyInWords(fired: Fired, names: Names, language: Language, beside?: number): string {
  return capital(phrase(fired, names, language, beside))
}

export interface Telling {
  /** At most so many reasons. */
  limit: number
  /** A time of the day that the reader has in mind, ms since 1970: others are told with their date. */
  beside: number
}

/**
 * The reasons that a person needs first, in one sentence without its full stop; '' when none says more than that there
 * is an incident. "Bộ lưu điện chạy pin lúc 13:58; 3/8 điểm ở xã Nà Tăm mất cùng lúc"
 */
export function reasonsInWords(
  fired: readonly Fired[],
  names: Names,
  language: Language,
  told: Telling,
): string {
  return capital(reasonsPart(fired, names, language, told))
}

/** The same as a part of a sentence. */
export function reasonsPart(
  fired: readonly Fired[],
  names: Names,
  language: Language,
  { limit, beside }: Telling,
): string {
  const chosen = firstNeeded(fired).slice(0, limit)
  return chosen.map((each) => phrase(each, names, language, beside)).join('; ')
}

/** What speaks for the cause, then what they share, then whatever else speaks for either, then how it was noticed. */
function firstNeeded(fired: readonly Fired[]): Fired[] {
  const of = (use: Use) => sorted(fired.filter(({ rule }) => USES[rule] === use))
  const [cause, ...causes] = of('cause')
  const [common, ...commons] = of('common')
  return [cause, common, ...causes, ...commons, ...of('notice')].filter((each) => each !== undefined)
}

/** The order in which the page of an incident lists its reasons; how it ended is told elsewhere. */
export function inReadingOrder(fired: readonly Fired[]): Fired[] {
  return sorted(fired.filter(({ rule }) => USES[rule] !== 'end'))
}

const sorted = (fired: readonly Fired[]): Fired[] => [...fired].sort((a, b) => rank(a) - rank(b))

/**
 * Every rule that still speaks for what is held to be true, as it fired last. What spoke for a cause that was since
 * found to be another does not count any more, nor that nothing told of one.
 */
export function evidenceOf(
  { revisions }: Pick<Incident, 'revisions'>,
  firedNow: readonly Fired[] = [],
): Fired[] {
  const cause = revisions.at(-1)?.cause
  const heldFrom = revisions.findLastIndex((revision) => revision.cause !== cause) + 1
  const newest = new Map(firedNow.map((fired) => [subjectOf(fired), fired]))
  for (const [at, { why }] of [...revisions.entries()].reverse()) {
    for (const fired of why) {
      const spoke = USES[fired.rule] === 'cause' || fired.rule === 'no-witness'
      if (at < heldFrom && spoke) continue
      const key = subjectOf(fired)
      if (!newest.has(key)) newest.set(key, fired)
    }
  }
  return [...newest.values()]
}

/** The rule and what it speaks of: the batteries of two devices are two reasons, two counts of one thing are one. */
function subjectOf(fired: Fired): string {
  return Object.values(fired)
    .filter((value) => typeof value === 'string')
    .join(' ')
}

/** The newest facts with which a rule fired, if it did. */
export function factsOf<Name extends Rule>(
  fired: readonly Fired[],
  name: Name,
): ({ rule: Name } & RuleFacts[Name]) | undefined {
  return fired.findLast((each) => each.rule === name) as ({ rule: Name } & RuleFacts[Name]) | undefined
}

function phrase(fired: Fired, names: Names, language: Language, beside: number | undefined): string {
  const speak = PHRASES[language][fired.rule] as (facts: Fired, spell: Spelling) => string
  return speak(fired, spelling(names, language, beside))
}

function spelling(names: Names, language: Language, beside: number | undefined): Spelling {
  return {
    number: (value) => formatNumber(value, language),
    span: (seconds) => formatDuration(seconds * 1000, language),
    time: (ms) =>
      beside !== undefined && date(ms, language) === date(beside, language)
        ? clock(ms)
        : clockAndDate(ms, language),
    device: (id) => deviceName(id, names),
    site: (id) => siteName(id, names),
    area: (id) => areaName(id, names),
  }
}

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
