import type { DevicePageView, Language } from '../view.ts'
import { deviceWordsOf } from '../words/device.ts'

/** What cannot be measured, by a name that a person knows, with the reason as the collector gives it. */
export function Faults({
  view,
  language,
}: {
  view: Pick<DevicePageView, 'faults' | 'traits'>
  language: Language
}) {
  const { faults, traits } = view
  if (faults.length === 0) return null
  const words = deviceWordsOf(language)
  // What cannot be read of a probed device is told under the name of its profile.
  const nameOf = (collector: string) =>
    words.collectors[collector === traits.profile ? 'probe' : collector] ?? collector
  return (
    <section>
      <h2>{words.faults}</h2>
      <ul class="card faults">
        {faults.map(({ collector, reason }) => (
          <li>
            <b>{nameOf(collector)}</b> {reason && <small lang="en">{reason}</small>}
          </li>
        ))}
      </ul>
    </section>
  )
}
