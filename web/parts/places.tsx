import type { PlaceView } from '../notices.ts'
import type { Language } from '../view.ts'
import { noticeWordsOf } from '../words/notices.ts'

interface PickerProps {
  places: readonly PlaceView[]
  /** Ids that were chosen before the form came back. */
  chosen: readonly string[]
  language: Language
}

function Choice({ name, id, words, chosen }: { name: string; id: string; words: string; chosen: boolean }) {
  return (
    <label>
      <input type="checkbox" name={name} value={id} checked={chosen} />
      <span>{words}</span>
    </label>
  )
}

/** Pages carry no styles of single elements: the Content-Security-Policy forbids them. */
const EM_SPACE = '\u2003'
const MAX_INDENT = 4

/** Areas to tick, what lies in another one further in. */
export function AreaPicker({ places, chosen, language }: PickerProps) {
  return (
    <fieldset class="choices">
      <legend>{noticeWordsOf(language).areas}</legend>
      {places.map(({ id, name, depth }) => (
        <Choice
          name="areas"
          id={id}
          words={EM_SPACE.repeat(Math.min(depth, MAX_INDENT)) + name}
          chosen={chosen.includes(id)}
        />
      ))}
    </fieldset>
  )
}

/** Sites to tick, area by area, or a whole area. */
export function SitePicker({ places, chosen, language }: PickerProps) {
  const words = noticeWordsOf(language)
  return (
    <fieldset class="choices">
      <legend>{words.where}</legend>
      {places.map(({ id, name, sites }) => (
        <details open={chosen.includes(id) || sites.some((site) => chosen.includes(site.id))}>
          <summary>
            <b>{name}</b>
          </summary>
          <Choice name="areas" id={id} words={words.wholeArea(name)} chosen={chosen.includes(id)} />
          {sites.map((site) => (
            <Choice name="sites" id={site.id} words={site.name} chosen={chosen.includes(site.id)} />
          ))}
        </details>
      ))}
    </fieldset>
  )
}
