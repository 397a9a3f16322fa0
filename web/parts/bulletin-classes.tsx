import type { AvailabilityView } from '../availability-view.ts'
import type { Language } from '../view.ts'
import { availabilityWordsOf } from '../words/availability.ts'
import { deviceWordsOf } from '../words/device.ts'
import { shareText } from './figures.tsx'

/** How far loudspeakers of each class could be reached: "Loa khẩn cấp · 12 thiết bị: 99,2%". */
export function BulletinClasses({
  classes,
  language,
}: {
  classes: AvailabilityView['classes']
  language: Language
}) {
  if (classes.length === 0) return null
  const words = availabilityWordsOf(language)
  const { bulletins } = deviceWordsOf(language)
  return (
    <section>
      <h2>{words.byClass}</h2>
      <dl class="values">
        {classes.map(({ class: name, figures }) => (
          <div>
            <dt>
              {words.speakersOf(bulletins[name])} · {words.devices(figures.devices)}
            </dt>
            <dd>{words.reached(shareText(figures.service, language))}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
