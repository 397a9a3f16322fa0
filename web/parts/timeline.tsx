import { formatDate, formatTime, isoMinute } from '../format.ts'
import type { Happening, Language, SendingView } from '../view.ts'
import { incidentWords } from '../words/incident.ts'
import { moment } from './time.tsx'

/** The opening and the newest: what lies between fills no more than two screens of a phone. */
const SHOWN = 30

interface Props {
  happenings: readonly Happening[]
  now: number
  language: Language
}

/** What happened, oldest first: what was held to be true from when on, and whom that was told. A day has its line. */
export function Timeline({ happenings, now, language }: Props) {
  const left = Math.max(0, happenings.length - SHOWN)
  // The reasons of what is still held to be true stand above; of what was corrected they stand here alone.
  const held = happenings.filter(({ kind }) => kind === 'opened' || kind === 'revised').length
  const shown = happenings.filter((_, at) => at === 0 || at > left)
  return (
    <ol class="timeline">
      {shown.map((happening, at) => {
        const day = formatDate(happening.at)
        const before = shown[at - 1]?.at ?? now
        return (
          <>
            {day !== formatDate(before) && <li class="day">{day}</li>}
            <li class={happening.kind === 'told' ? 'told' : undefined}>
              <time datetime={isoMinute(happening.at)}>{formatTime(happening.at)}</time>
              <div>
                <What happening={happening} reasons={held > 1} language={language} />
              </div>
            </li>
            {at === 0 && left > 0 && <li class="day">{incidentWords(language).leftOut(left)}</li>}
          </>
        )
      })}
    </ol>
  )
}

function What({
  happening,
  reasons,
  language,
}: {
  happening: Happening
  /** Whether its reasons are told. */
  reasons: boolean
  language: Language
}) {
  const words = incidentWords(language)
  switch (happening.kind) {
    case 'opened':
    case 'revised':
      return (
        <>
          <b>{happening.said[language]}</b>
          {reasons && happening.reasons.map((reason) => <p>{reason[language]}.</p>)}
        </>
      )
    case 'acknowledged':
      return <b>{words.acknowledged(happening.by)}</b>
    case 'back':
      return <b>{happening.of === 0 ? words.centreHears : words.backAgain(happening.back, happening.of)}</b>
    case 'told':
      return (
        <>
          {words.told}: {happening.subject[language]}
          <p>
            {happening.sendings.map((sending) => sendingLine(sending, happening.at, language)).join('; ')}
          </p>
        </>
      )
  }
}

/** "qua webhook: đã gửi 14:07"; the day is said when it was another than that of the decision. */
function sendingLine(
  { channel, state, doneAt, error }: SendingView,
  decidedAt: number,
  language: Language,
): string {
  const words = incidentWords(language)
  const by = words.by(words.channel[channel] ?? channel)
  switch (state) {
    case 'queued':
      return `${by}: ${words.sending.queued}${error === null ? '' : ` (${error})`}`
    case 'sent':
      return `${by}: ${words.sending.sent(doneAt === null ? '' : moment(doneAt, decidedAt, language))}`
    case 'failed':
      return `${by}: ${words.sending.failed}${error === null ? '' : ` (${error})`}`
  }
}
