import type { AreaId } from '#protocol/ids.ts'
import type { Language } from '../view.ts'
import { availabilityWordsOf } from '../words/availability.ts'

interface Props {
  /** In the order of the tree. */
  areas: readonly { id: AreaId; name: string; depth: number }[]
  /** null: all of them. */
  chosen: AreaId | null
  language: Language
}

/** Of which area a page tells; each stands further in than the one that it lies in. */
export function AreaSelect({ areas, chosen, language }: Props) {
  const words = availabilityWordsOf(language)
  return (
    <label>
      {words.area}
      <select name="area">
        <option value="">{words.allAreas}</option>
        {areas.map(({ id, name, depth }) => (
          <option value={id} selected={id === chosen}>
            {'\u00a0\u00a0'.repeat(depth) + name}
          </option>
        ))}
      </select>
    </label>
  )
}
