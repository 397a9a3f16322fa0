import type { Language } from '../view.ts'
import { wordsOf } from '../words/words.ts'

/** Leads back to the front page. */
export function BackToAll({ language }: { language: Language }) {
  return (
    <p>
      <a class="back" href="/">
        ‹ {wordsOf(language).backToAll}
      </a>
    </p>
  )
}
