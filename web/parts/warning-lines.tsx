import { Icon } from '../icons.tsx'
import type { WarningView } from '../notices.ts'
import type { Language } from '../view.ts'
import { noticeWordsOf } from '../words/notices.ts'
import { span } from './time.tsx'

/** Two storms at once are rare; what else there is stands on the page of warnings. */
const SHOWN = 3
const AREAS_SHOWN = 3

interface Props {
  warnings: readonly WarningView[]
  now: number
  language: Language
}

/** On the front page, so that calm there is not taken for a calm sky: what is announced, when and where. */
export function WarningLines({ warnings, now, language }: Props) {
  const words = noticeWordsOf(language)
  const more = warnings.length - SHOWN
  if (warnings.length === 0) return null
  return (
    <ul class="lines warnings">
      {warnings.slice(0, SHOWN).map(({ id, headline, areaNames, onset, expires }) => {
        const rest = areaNames.length - AREAS_SHOWN
        return (
          <li>
            <a href="/storms">
              <Icon shape="storm" />
              {headline || id}
            </a>{' '}
            <small>
              {span(onset, expires, now, language)} · {areaNames.slice(0, AREAS_SHOWN).join(', ')}{' '}
              {rest > 0 && words.moreAreas(rest)}
            </small>
          </li>
        )
      })}
      {more > 0 && <li>{words.moreWarnings(more)}</li>}
    </ul>
  )
}
