import type { Language } from '../../web/view.ts'
import { incidentWords } from '../../web/words/incident.ts'
import type { Revision } from '../incidents/incident.ts'
import type { Names } from './names.ts'
import { shortSince } from './span.ts'
import { clockAndDate } from './when.ts'
import { reasonsPart } from './why.ts'

const WORDS = {
  vi: {
    opened: 'mở sự cố',
    scope: 'sửa phạm vi',
    cause: 'sửa nguyên nhân',
    start: 'sửa giờ bắt đầu',
    noted: 'ghi nhận thêm',
    as: 'vì',
    at: 'Lúc',
  },
  en: {
    opened: 'incident opened',
    scope: 'scope corrected',
    cause: 'cause corrected',
    start: 'start corrected',
    noted: 'more is known',
    as: 'as',
    at: 'At',
  },
} as const satisfies Record<Language, unknown>

/** What a revision changed: "sửa nguyên nhân: mất điện". `before` is the one before it; undefined for the opening. */
export function changeInWords(revision: Revision, before: Revision | undefined, language: Language): string {
  const words = WORDS[language]
  const shared = incidentWords(language)
  const scope = shared.scope[revision.scope]
  const cause = shared.cause[revision.cause]
  if (!before && revision.scope === 'platform') return `${words.opened}: ${scope}`
  if (!before) {
    const stated = revision.cause === 'undetermined' ? shared.unknownCause : shared.suspected(cause)
    return `${words.opened}: ${scope}, ${stated.toLocaleLowerCase(language)}`
  }
  const since = shortSince(revision.start, language)
  const changes = [
    ...(revision.scope === before.scope ? [] : [`${words.scope}: ${scope}`]),
    ...(revision.cause === before.cause ? [] : [`${words.cause}: ${cause}`]),
    ...(since === shortSince(before.start, language) ? [] : [`${words.start}: ${since}`]),
  ]
  return changes.length > 0 ? changes.join('; ') : words.noted
}

/** More reasons than these are the page's to list. */
const REASONS_TOLD = 2

/** The whole of it: "Lúc 16:41 ngày 21/6 sửa nguyên nhân: mất điện, vì 3 thiết bị mất điện cùng lúc, …". */
export function revisionInWords(
  revision: Revision,
  before: Revision | undefined,
  names: Names,
  language: Language,
): string {
  const { at, as } = WORDS[language]
  const change = changeInWords(revision, before, language)
  const reasons = reasonsPart(revision.why, names, language, {
    limit: REASONS_TOLD,
    beside: revision.start[1],
  })
  const because = reasons === '' ? '' : `, ${as} ${reasons}`
  return `${at} ${clockAndDate(revision.t, language)} ${change}${because}`
}
