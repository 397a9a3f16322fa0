import type { Language } from '../../web/view.ts'
import { incidentWords, stepsFor } from '../../web/words/incident.ts'
import type { Incident, IncidentEvent, Priority } from '../incidents/incident.ts'
import type { Fired } from '../incidents/why.ts'
import { listByArea } from './digest.ts'
import { type Names, siteName } from './names.ts'
import { cannotWarn, devicesAround, nameList, placeOf, shareOf, shortPlaceOf } from './place.ts'
import { howLong, shortSince, sinceWhen } from './span.ts'
import { isTogether, writeTogether } from './together.ts'
import { clock, clockAndDate } from './when.ts'
import { capital, evidenceOf, factsOf, reasonsInWords, whyInWords } from './why.ts'

/** One message in one language: plain text, for a phone in a hand at night. */
export interface Message {
  subject: string
  body: string
}

const ICONS: Record<Priority, string> = { page: '🔴', ticket: '🟠', digest: '⚪' }

/** A sentence of more reasons than these is not read to its end. */
const REASONS_TOLD = 2

const WORDS = {
  vi: {
    system: 'Giám sát',
    widened: 'Lan rộng',
    unwarned: 'Không phát loa được',
    overrun: 'Quá giờ đã báo',
    again: 'Mất lại',
    resolved: 'Đã khôi phục',
    digest: 'Tổng hợp',
    gathered: (devices: string) => `${devices} đã mất kết nối, chưa báo lẻ`,
    until: (time: string) => `tính đến ${time}`,
    suspected: (cause: string) => `nghi ${cause}`,
    at: 'lúc',
    down: 'Mất',
    away: 'Gián đoạn',
    cause: 'Nguyên nhân ghi nhận',
    back: 'thiết bị đã kết nối lại',
    goodbye: 'đã tắt có báo trước',
    removed: 'không còn được giám sát',
    missing: 'chưa kết nối lại',
  },
  en: {
    system: 'Monitoring',
    widened: 'Spreading',
    unwarned: 'No loudspeaker warning',
    overrun: 'Longer than announced',
    again: 'Down again',
    resolved: 'Recovered',
    digest: 'Digest',
    gathered: (devices: string) => `${devices} lost, not told one by one`,
    until: (time: string) => `as of ${time}`,
    suspected: (cause: string) => `likely ${cause}`,
    at: 'at',
    down: 'Down',
    away: 'Away for',
    cause: 'Cause on record',
    back: 'devices back',
    goodbye: 'switched off with a goodbye',
    removed: 'no longer watched',
    missing: 'not back yet',
  },
} as const satisfies Record<Language, unknown>

/** What a person is told of an event: what, where, how much, since when, why, and what to do. */
export function writeMessage(event: IncidentEvent, names: Names, language: Language): Message {
  switch (event.event) {
    case 'opened':
    case 'widened':
    case 'overrun':
      return writeDown(event, names, language)
    case 'resolved':
      return writeResolved(event.incident, names, language)
    case 'digest':
      return writeDigest(event, names, language)
  }
}

/** Without those that live on by their battery: they are its members, but nobody misses them. */
function lostOf(incident: Incident): Incident {
  const riding = new Set(incident.onBattery)
  return {
    ...incident,
    devices: incident.devices.filter((id) => !riding.has(id)),
    returned: incident.returned.filter(({ device }) => !riding.has(device)),
  }
}

function writeDown(told: IncidentEvent, names: Names, language: Language): Message {
  if (told.incident.scope === 'platform') return writeDeaf(told, names, language)
  if (isTogether(told)) return writeMany(told, names, language)
  const event = { ...told, incident: lostOf(told.incident) }
  const { incident, t, priority } = event
  const { cause, start, severity, storm } = incident
  const words = incidentWords(language)
  const { system, suspected } = WORDS[language]
  const fired = evidenceOf(incident, event.why)
  const what = headline(event, language)
  const sites = incident.sites.map((id) => siteName(id, names))
  const critical = severity === 'critical'
  const place = `${shortPlaceOf(incident, names, language)} ${shortSince(start, language)}`
  const because = cause === 'undetermined' ? '' : `, ${suspected(words.cause[cause])}`
  const subject = isUnwarned(event)
    ? cannotWarn(incident, fired, names, language)
    : `${what} ${howMuch(incident, names, language)}: ${place}${because}`
  return {
    subject: `[${system}] ${subject} (${incident.id})`,
    body: [
      `${ICONS[priority]} ${what.toLocaleUpperCase(language)} · ${placeOf(incident, names, language)}`,
      ...(critical ? [`🚨 ${cannotWarn(incident, fired, names, language)}.`] : []),
      shareOf(incident, names, language),
      ...(sites.length > 1 ? [nameList(sites, language)] : []),
      capital(sinceWhen(start, t, language)),
      why(incident, fired, names, language),
      ...comingAndGoing(event, names, language),
      ...(storm === null ? [] : [words.gathered(storm)]),
      ...toDo([...(critical ? [words.warnOtherwise] : []), ...stepsFor(incident, language)], language),
    ].join('\n'),
  }
}

function writeMany(event: IncidentEvent, names: Names, language: Language): Message {
  const { subject, headline, lines, steps } = writeTogether(event, names, language)
  return {
    subject: `[${WORDS[language].system}] ${subject} (${event.incident.id})`,
    body: [`${ICONS[event.priority]} ${headline}`, ...lines, ...toDo(steps, language)].join('\n'),
  }
}

/**
 * "5/7" of the devices of one site. Of a larger place only what was taken is counted: a share of all devices of the
 * sites that were taken would read as a share of the place.
 */
function howMuch(incident: Incident, names: Names, language: Language): string {
  const { scope, sites, devices } = incident
  const words = incidentWords(language)
  if (scope === 'cell') return words.devices(devices.length)
  if (sites.length > 1) return words.sites(sites.length)
  return `${devices.length}/${devicesAround(incident, names)}`
}

/** Of the centre itself: whom it did not hear is not told one by one. */
function writeDeaf(event: IncidentEvent, names: Names, language: Language): Message {
  const { incident, t, priority } = event
  const { centreDeaf } = incidentWords(language)
  const { start } = incident
  const fired = evidenceOf(incident, event.why)
  const reasons = reasonsInWords(fired, names, language, { limit: REASONS_TOLD, beside: start[1] })
  // From when to when it was away says more than since when it may have been.
  const since = factsOf(fired, 'centre-was-away') ? [] : [capital(sinceWhen(start, t, language))]
  return {
    subject: `[${WORDS[language].system}] ${centreDeaf} ${shortSince(start, language)} (${incident.id})`,
    body: [
      `${ICONS[priority]} ${centreDeaf.toLocaleUpperCase(language)}`,
      ...since,
      ...(reasons === '' ? [] : [`${reasons}.`]),
      ...toDo(stepsFor(incident, language), language),
    ].join('\n'),
  }
}

/** It took no more than before, but now nobody there can be warned. */
const isUnwarned = ({ event, why: fired }: IncidentEvent): boolean =>
  event === 'widened' && factsOf(fired, 'speakers-unreachable') !== undefined

const toDo = (steps: readonly string[], language: Language): string[] => [
  `${incidentWords(language).toDo}:`,
  ...steps.map((step, at) => `${at + 1}. ${step}`),
]

/** "Mất kết nối", or what says more. */
function headline(told: IncidentEvent, language: Language): string {
  const { event, incident, why: fired } = told
  const words = incidentWords(language)
  if (isUnwarned(told)) return WORDS[language].unwarned
  if (event === 'overrun') return WORDS[language].overrun
  if (incident.flapping) return words.unstable
  if (factsOf(fired, 'reopened')) return WORDS[language].again
  return event === 'widened' ? WORDS[language].widened : words.lost
}

/** "Nghi do mất điện. Bộ lưu điện chạy pin lúc 13:58; 3/8 điểm ở xã Nà Tăm mất cùng lúc." */
function why({ cause, start }: Incident, fired: readonly Fired[], names: Names, language: Language): string {
  const words = incidentWords(language)
  const stated = cause === 'undetermined' ? words.unknownCause : words.suspected(words.cause[cause])
  const reasons = reasonsInWords(fired, names, language, { limit: REASONS_TOLD, beside: start[1] })
  return reasons === '' ? `${stated}.` : `${stated}. ${reasons}.`
}

/** That it comes and goes. */
function comingAndGoing({ incident, why: fired }: IncidentEvent, names: Names, language: Language): string[] {
  return [factsOf(fired, 'flapping'), factsOf(fired, 'reopened')]
    .filter((each) => each !== undefined)
    .map((each) => `${whyInWords(each, names, language, incident.start[1])}.`)
}

function writeResolved(told: Incident, names: Names, language: Language): Message {
  const incident = lostOf(told)
  const words = WORDS[language]
  const shared = incidentWords(language)
  const end = incident.end ?? incident.start[1]
  const { length, range } = howLong(incident.start, end, language)
  const tail = `${length} (${incident.id})`
  if (incident.scope === 'platform') {
    const { centreHears } = shared
    return {
      subject: `[${words.system}] ${centreHears} ${words.at} ${clock(end)}, ${words.away.toLocaleLowerCase(language)} ${tail}`,
      body: `✅ ${centreHears.toLocaleUpperCase(language)} ${words.at} ${clock(end)}. ${words.away} ${length} (${range}).`,
    }
  }
  const reasons = reasonsInWords(evidenceOf(incident), names, language, {
    limit: REASONS_TOLD,
    beside: incident.start[1],
  })
  return {
    subject: `[${words.system}] ${words.resolved}: ${shortPlaceOf(incident, names, language)} ${words.at} ${clock(end)}, ${words.down.toLocaleLowerCase(language)} ${tail}`,
    body: [
      `✅ ${words.resolved.toLocaleUpperCase(language)} · ${placeOf(incident, names, language)} ${words.at} ${clock(end)}.`,
      `${words.down} ${length} (${range}).`,
      `${words.cause}: ${shared.cause[incident.cause]}.`,
      ...(reasons === '' ? [] : [`${reasons}.`]),
      `${returns(incident, language)}.`,
    ].join(' '),
  }
}

/**
 * What a storm took without waking anybody, by area. It lies anywhere in the storm: of the incident that bears the
 * message, the storm's first, neither place nor cause is true of it.
 */
function writeDigest({ incident, devices, t }: IncidentEvent, names: Names, language: Language): Message {
  const words = WORDS[language]
  const shared = incidentWords(language)
  const storm = incident.storm === null ? placeOf(incident, names, language) : shared.storm(incident.storm)
  const gathered = words.gathered(shared.devices(devices.length))
  return {
    subject: `[${words.system}] ${words.digest}, ${storm}: ${gathered} (${incident.id})`,
    body: [
      `${ICONS.digest} ${words.digest.toLocaleUpperCase(language)} · ${capital(storm)}`,
      `${capital(gathered)}, ${words.until(clockAndDate(t, language))}.`,
      ...listByArea(devices, names, language),
    ].join('\n'),
  }
}

/** "5/7 thiết bị đã kết nối lại, 1 đã tắt có báo trước, 1 chưa kết nối lại" */
function returns({ devices, returned }: Incident, language: Language): string {
  const words = WORDS[language]
  const count = (by: (typeof returned)[number]['by']) => returned.filter((one) => one.by === by).length
  const rest = [
    [count('goodbye'), words.goodbye],
    [count('removed'), words.removed],
    [devices.length - returned.length, words.missing],
  ] as const
  return [
    `${count('connected')}/${devices.length} ${words.back}`,
    ...rest.filter(([some]) => some > 0).map(([some, text]) => `${some} ${text}`),
  ].join(', ')
}
