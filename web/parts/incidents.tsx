import { renderToString } from 'preact-render-to-string'
import { incidentPath } from '../address.ts'
import { Icon, type Shape } from '../icons.tsx'
import type { IncidentsView, IncidentView, Language } from '../view.ts'
import { incidentWords } from '../words/incident.ts'
import { wordsOf } from '../words/words.ts'
import { beganAt, causeOf, lastedOf, namesOf, sinceOf, titleOf, whereOf } from './incident-words.ts'
import { Lasting } from './time.tsx'

/** A storm can end a hundred incidents in a day: 12 lines fill a screen, the rest is a number. */
const RESOLVED_SHOWN = 12

/** Of those listed under another on the front page; its own page has them all. */
const CHILDREN_SHOWN = 12

const SHAPES: Record<IncidentView['state'], Shape> = {
  open: 'offline',
  acknowledged: 'acknowledged',
  recovering: 'recovering',
  resolved: 'online',
}

/** What nobody handles yet comes first. */
const STATES: readonly IncidentView['state'][] = ['open', 'acknowledged', 'recovering', 'resolved']

/** Where people cannot be warned before all else, however far anybody is with it. */
const urgency = ({ state, cannotWarn }: IncidentView): number =>
  state !== 'resolved' && cannotWarn ? -1 : STATES.indexOf(state)

export const byUrgency = (incidents: readonly IncidentView[]): IncidentView[] =>
  [...incidents].sort((a, b) => urgency(a) - urgency(b))

interface Props {
  incident: IncidentView
  now: number
  language: Language
}

/** How far it is, that it is part of a storm: words with shapes. */
export function Tags({ incident, language }: { incident: IncidentView; language: Language }) {
  const { state, storm, acknowledgedBy } = incident
  const words = incidentWords(language)
  const taken = state === 'acknowledged' && acknowledgedBy !== null && acknowledgedBy !== ''
  return (
    <div class="tag">
      {state !== 'resolved' && (
        <span>
          <Icon shape={SHAPES[state]} />
          {taken ? words.takenBy(acknowledgedBy) : wordsOf(language).incident[state]}
        </span>
      )}
      {storm !== null && (
        <a href="/storms">
          <Icon shape="storm" />
          {words.inStorm}
        </a>
      )}
    </div>
  )
}

function Card({ incident, under, now, language }: Props & { under: readonly IncidentView[] }) {
  const where = whereOf(incident, language)
  const names = namesOf(incident, language)
  const cause = causeOf(incident, language)
  return (
    <li class={`incident ${incident.state}`}>
      <h3>
        <a href={incidentPath(incident.id)}>
          <Icon shape="offline" />
          {titleOf(incident, language)}
        </a>
      </h3>
      {incident.cannotWarn && (
        <p class="failure">
          <b>{incident.cannotWarn[language]}</b>
        </p>
      )}
      {where !== null && <p>{where}</p>}
      <p>
        {sinceOf(incident, now, language)} (<Lasting at={beganAt(incident)} now={now} language={language} />)
      </p>
      {names !== '' && <p class="names">{names}</p>}
      {cause !== '' && <p>{cause}</p>}
      <Tags incident={incident} language={language} />
      {under.length > 0 && <Under incidents={under} root={incident} language={language} />}
    </li>
  )
}

/** Those listed under a card, folded. */
function Under({
  incidents,
  root,
  language,
}: {
  incidents: readonly IncidentView[]
  root: IncidentView
  language: Language
}) {
  const words = incidentWords(language)
  const more = incidents.length - CHILDREN_SHOWN
  return (
    <details id={`under-${root.id}`}>
      <summary>
        <b>{words.under(incidents.length)}</b>
      </summary>
      <Lines incidents={byUrgency(incidents).slice(0, CHILDREN_SHOWN)} language={language} />
      {more > 0 && <a href={incidentPath(root.id)}>{words.more(more)}</a>}
    </details>
  )
}

/** Incidents as lines that lead to their pages. */
export function Lines({ incidents, language }: { incidents: readonly IncidentView[]; language: Language }) {
  const words = wordsOf(language)
  return (
    <ul class="lines">
      {incidents.map((incident) => (
        <li>
          <a href={incidentPath(incident.id)}>
            <Icon shape={SHAPES[incident.state]} />
            {titleOf(incident, language)}
          </a>{' '}
          {incident.state !== 'resolved' && <small>{words.incident[incident.state]}</small>}
        </li>
      ))}
    </ul>
  )
}

function ResolvedIncident({ incident, now, language }: Props) {
  const { cause, scope, place } = incident
  const words = incidentWords(language)
  const found = cause === 'undetermined' ? words.unknownCause : words.found(words.cause[cause])
  const where = whereOf(incident, language)
  return (
    <li class="resolved">
      <Icon shape="online" />
      <a href={incidentPath(incident.id)}>
        <b>{scope === 'platform' ? words.centreDeaf : place[language]}</b>
      </a>{' '}
      <span>{lastedOf(incident, now, language)}</span>{' '}
      {where !== null && <small>{`${where} · ${found}`}</small>}
    </li>
  )
}

/** Incidents of either kind, each as it is shown on every page; those under another that is shown are folded there. */
export function IncidentList({
  incidents,
  now,
  language,
}: {
  incidents: readonly IncidentView[]
  now: number
  language: Language
}) {
  const shown = new Set(incidents.map(({ id }) => id))
  const open = incidents.filter(({ state }) => state !== 'resolved')
  const isUnder = ({ state, root }: IncidentView) => state !== 'resolved' && root !== null && shown.has(root)
  return (
    <ul class="incidents">
      {byUrgency(incidents.filter((incident) => !isUnder(incident))).map((incident) =>
        incident.state === 'resolved' ? (
          <ResolvedIncident incident={incident} now={now} language={language} />
        ) : (
          <Card
            incident={incident}
            under={open.filter(({ root }) => root === incident.id)}
            now={now}
            language={language}
          />
        ),
      )}
    </ul>
  )
}

/** What is wrong now, then what was and is over. Empty, but present, when there is neither. */
export function Incidents({ view, language }: { view: IncidentsView; language: Language }) {
  const words = wordsOf(language)
  const more = view.resolved.length - RESOLVED_SHOWN
  return (
    <div id="incidents">
      {view.incidents.length > 0 && (
        <section>
          <h2>{words.openIncidents}</h2>
          <IncidentList incidents={view.incidents} now={view.at} language={language} />
        </section>
      )}
      {view.resolved.length > 0 && (
        <section>
          <h2>{words.resolvedIncidents}</h2>
          <IncidentList
            incidents={view.resolved.slice(0, RESOLVED_SHOWN)}
            now={view.at}
            language={language}
          />
          {more > 0 && <p>{words.moreIncidents(more)}</p>}
        </section>
      )}
    </div>
  )
}

/** The incidents as a fragment for the live stream; their element id is `incidents`. */
export function renderIncidents(view: IncidentsView, language: Language): string {
  return renderToString(<Incidents view={view} language={language} />)
}
