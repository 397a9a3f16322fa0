import { renderToString } from 'preact-render-to-string'
import { formatNumber, formatTime, isoMinute } from '../format.ts'
import { Icon } from '../icons.tsx'
import type { Language, NowView, SessionState, SummaryView } from '../view.ts'
import { wordsOf } from '../words/words.ts'
import { countStates, statesPresent } from './counts.ts'

interface Props {
  view: SummaryView
  language: Language
}

/** What the sentence needs of the whole. */
export function summaryOf({ at, areas, incidents }: NowView): SummaryView {
  const devices = areas.flatMap((area) => area.sites.flatMap((site) => site.devices))
  return { at, counts: countStates(devices), openIncidents: incidents.length }
}

/** The page's one sentence: what is down and what works, or that all is well. */
export function Summary({ view, language }: Props) {
  const words = wordsOf(language)
  const { counts } = view
  const devices = Object.values(counts).reduce((sum, count) => sum + count, 0)
  const states = statesPresent(counts)
  // Calm is claimed only for devices that were heard: a new one is neither well nor down.
  const well = view.openIncidents === 0 && counts.online + counts.goodbye === devices
  // The worst state and what works make the sentence; the states between follow in small.
  const sentence = states.filter((state) => state === states[0] || state === 'online')
  const others = states.filter((state) => !sentence.includes(state))
  const counted = (state: SessionState) => `${formatNumber(counts[state], language)} ${words.counted[state]}`
  const updated = <time datetime={isoMinute(view.at)}>{words.updated(formatTime(view.at))}</time>

  if (devices === 0) {
    return (
      <header id="summary">
        <h1 data-say>{words.now}</h1>
      </header>
    )
  }
  if (well) {
    return (
      <header id="summary">
        <h1>
          <Icon shape="online" />
          <span data-say>{words.allWell(devices)}</span> <small>{updated}</small>
        </h1>
        {counts.goodbye > 0 && <p>{states.map(counted).join(' · ')}</p>}
      </header>
    )
  }
  return (
    <header id="summary">
      <h1 data-say>
        {sentence.map((state, index) => (
          <>
            {index > 0 && ' · '}
            <span class={state}>
              <Icon shape={state} />
              {state === 'offline'
                ? words.downNow(counts.offline)
                : index === 0
                  ? words.devicesNow(counts[state], words.counted[state])
                  : counted(state)}
            </span>
          </>
        ))}
      </h1>
      <p>
        {others.map((state) => `${counted(state)} · `).join('')}
        {updated}
      </p>
    </header>
  )
}

/** The sentence as a fragment for the live stream; its element id is `summary`. */
export function renderSummary(view: SummaryView, language: Language): string {
  return renderToString(<Summary view={view} language={language} />)
}
