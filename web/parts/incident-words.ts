import { beginning, formatDate, formatDuration, formatTime } from '../format.ts'
import type { IncidentView, Language } from '../view.ts'
import { incidentWords } from '../words/incident.ts'
import { wordsOf } from '../words/words.ts'
import { moment } from './time.tsx'

/** What is said of an incident wherever it is shown. */

/** More names than these add length, not understanding. */
const NAMES_SHOWN = 3

/** "Mất kết nối · UBND xã Nà Tăm" */
export function titleOf({ scope, state, flapping, place }: IncidentView, language: Language): string {
  const words = incidentWords(language)
  const over = state === 'resolved'
  if (scope === 'platform') return over ? words.centreHears : words.centreDeaf
  if (over) return `${wordsOf(language).incident.resolved} · ${place[language]}`
  return `${flapping ? words.unstable : words.lost} · ${place[language]}`
}

/** "Xã Nà Tăm · 35/40 thiết bị ở 3 điểm"; null for the centre, which is in no place of its own. */
export function whereOf(incident: IncidentView, language: Language): string | null {
  const words = incidentWords(language)
  const { scope, place, areaNames, siteNames, deviceNames, siteDevices, back } = incident
  if (scope === 'platform') return null
  const areas = listed(
    areaNames.filter((name) => name !== place[language]),
    language,
  )
  const share = words.share(deviceNames.length, siteDevices)
  const at = siteNames.length > 1 ? ` ${words.atSites(siteNames.length, areaNames.length)}` : ''
  const returned = back > 0 && incident.state !== 'resolved' ? words.backSoFar(back, deviceNames.length) : ''
  return [areas, share + at, returned].filter((part) => part !== '').join(' · ')
}

/** Who of a place with many is meant: the sites of several, the devices of one. */
export function namesOf({ scope, siteNames, deviceNames }: IncidentView, language: Language): string {
  if (scope === 'platform') return ''
  if (siteNames.length > 1) return listed(siteNames, language)
  return deviceNames.length > 1 ? listed(deviceNames, language, wordsOf(language).moreDevices) : ''
}

/** From when on it has lasted at least. */
export function beganAt({ start }: IncidentView): number {
  const begin = beginning(start)
  return begin.exact ? begin.at : start[1]
}

/** "từ 14:02", "từ khoảng 10:00–10:12" */
export function sinceOf({ start }: IncidentView, now: number, language: Language): string {
  const words = wordsOf(language)
  const begin = beginning(start)
  if (begin.exact) return words.since(moment(begin.at, now, language))
  return words.sinceBetween(moment(start[0], now, language), moment(start[1], now, language))
}

const wholeMinute = (ms: number): number => Math.floor(ms / 60_000) * 60_000

/** "mất 2 giờ 39 phút (14:02–16:41)" of one that is over. */
export function lastedOf(incident: IncidentView, now: number, language: Language): string {
  const from = beganAt(incident)
  const end = Math.max(from, incident.end ?? from)
  const sameDay = formatDate(from) === formatDate(end)
  return wordsOf(language).lostFor(
    // Between the two clock faces that are shown, so that a reader who subtracts finds the same.
    formatDuration(wholeMinute(end) - wholeMinute(from), language),
    sameDay ? formatTime(from) : moment(from, now, language),
    moment(end, now, language),
  )
}

/** "Nghi do mất điện. Bộ lưu điện chạy pin lúc 13:58." What is over has a cause, what lasts a suspicion. */
export function causeOf({ cause, scope, state, reason }: IncidentView, language: Language): string {
  const words = incidentWords(language)
  const named = state === 'resolved' ? words.found : words.suspected
  const stated = cause === 'undetermined' ? words.unknownCause : named(words.cause[cause])
  return [scope === 'platform' ? '' : stated, reason[language]]
    .filter((sentence) => sentence !== '')
    .map((sentence) => `${sentence}.`)
    .join(' ')
}

function listed(
  names: readonly string[],
  language: Language,
  rest: (count: number) => string = incidentWords(language).moreNames,
): string {
  const shown = names.slice(0, NAMES_SHOWN).join(', ')
  const more = names.length - NAMES_SHOWN
  return more > 0 ? `${shown} ${rest(more)}` : shown
}
