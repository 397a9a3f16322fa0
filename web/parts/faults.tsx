import type { FaultView, Language } from '../view.ts'
import { deviceWordsOf } from '../words/device.ts'

/** What cannot be measured, by a name that a person knows, with the reason as the collector gives it. */
export function Faults({ faults, language }: { faults: readonly FaultView[]; language: Language }) {
  if (faults.length === 0) return null
  const words = deviceWordsOf(language)
  return (
    <section>
      <h2>{words.faults}</h2>
      <ul class="card faults">
        {faults.map(({ collector, reason }) => (
          <li>
            <b>{words.collectors[collector] ?? collector}</b> {reason && <small lang="en">{reason}</small>}
          </li>
        ))}
      </ul>
    </section>
  )
}
