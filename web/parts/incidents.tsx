import { renderToString } from 'preact-render-to-string'
import { formatDuration, formatTime } from '../format.ts'
import { Icon, type Shape } from '../icons.tsx'
import type { IncidentsView, IncidentView, Language } from '../view.ts'
import { wordsOf } from '../words/words.ts'
import { Lasting, moment } from './time.tsx'

/** Names beyond these add length to a card, not understanding. */
const NAMES_SHOWN = 4

/** A storm can end a hundred incidents in a day: 12 lines fill a screen, the rest is a number. */
const RESOLVED_SHOWN = 12

const SHAPES: Record<IncidentView['state'], Shape> = {
  open: 'offline',
  acknowledged: 'acknowledged',
  recovering: 'recovering',
  resolved: 'online',
}

/** What nobody handles yet comes first. */
const URGENCY: readonly IncidentView['state'][] = ['open', 'acknowledged', 'recovering', 'resolved']

const byUrgency = (incidents: readonly IncidentView[]) =>
  [...incidents].sort((a, b) => URGENCY.indexOf(a.state) - URGENCY.indexOf(b.state))

interface Props {
  incident: IncidentView
  now: number
  language: Language
}

const what = (incident: IncidentView) =>
  incident.scope === 'site' ? incident.siteName : incident.deviceNames.join(', ')

function where(incident: IncidentView, language: Language): string {
  const share = wordsOf(language).deviceShare(incident.deviceNames.length, incident.siteDevices)
  return incident.scope === 'site'
    ? `${incident.areaName} · ${share}`
    : `${incident.siteName}, ${incident.areaName} · ${share}`
}

function names(incident: IncidentView, language: Language): string {
  const shown = incident.deviceNames.slice(0, NAMES_SHOWN).join(', ')
  const more = incident.deviceNames.length - NAMES_SHOWN
  return more > 0 ? `${shown} ${wordsOf(language).moreDevices(more)}` : shown
}

function since({ start: [earliest, latest] }: IncidentView, now: number, language: Language): string {
  const words = wordsOf(language)
  const [from, to] = [moment(earliest, now, language), moment(latest, now, language)]
  return from === to ? words.since(to) : words.sinceBetween(from, to)
}

function OpenIncident({ incident, now, language }: Props) {
  const words = wordsOf(language)
  return (
    <li class={`incident ${incident.state}`}>
      <h3>
        <Icon shape="offline" />
        {words.lost} · {what(incident)}
      </h3>
      <p>{where(incident, language)}</p>
      <p>
        {/* The latest moment at which it can have begun: so long it has lasted at least. */}
        {since(incident, now, language)} (<Lasting at={incident.start[1]} now={now} language={language} />)
      </p>
      {incident.scope === 'site' && <p class="names">{names(incident, language)}</p>}
      <p class="tag">
        <Icon shape={SHAPES[incident.state]} />
        {words.incident[incident.state]}
      </p>
    </li>
  )
}

function ResolvedIncident({ incident, now, language }: Props) {
  const words = wordsOf(language)
  const [, start] = incident.start
  const end = incident.end ?? start
  const from = moment(start, now, language)
  const to = formatTime(end)
  return (
    <li class="resolved">
      <Icon shape="online" />
      <b>{what(incident)}</b> <span>{words.lostFor(formatDuration(end - start, language), from, to)}</span>{' '}
      <small>{where(incident, language)}</small>
    </li>
  )
}

/** Incidents of either kind, each as it is shown on every page. */
export function IncidentList({
  incidents,
  now,
  language,
}: {
  incidents: readonly IncidentView[]
  now: number
  language: Language
}) {
  return (
    <ul class="incidents">
      {byUrgency(incidents).map((incident) =>
        incident.state === 'resolved' ? (
          <ResolvedIncident incident={incident} now={now} language={language} />
        ) : (
          <OpenIncident incident={incident} now={now} language={language} />
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
