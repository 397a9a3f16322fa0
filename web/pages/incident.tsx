import { renderToString } from 'preact-render-to-string'
import { incidentElementId, incidentPath, signInPath } from '../address.ts'
import type { PageAssets } from '../assets.ts'
import { Icon } from '../icons.tsx'
import { BackToAll } from '../parts/back-to-all.tsx'
import { INCIDENT_STYLE } from '../parts/incident-style.ts'
import { beganAt, causeOf, lastedOf, namesOf, sinceOf, titleOf, whereOf } from '../parts/incident-words.ts'
import { byUrgency, Lines, Tags } from '../parts/incidents.tsx'
import { renderPage } from '../parts/layout.tsx'
import { Members } from '../parts/members.tsx'
import { Lasting } from '../parts/time.tsx'
import { Timeline } from '../parts/timeline.tsx'
import type { IncidentHeadView, IncidentPageView, Language, Viewer } from '../view.ts'
import { incidentWords, stepsFor } from '../words/incident.ts'

interface Props {
  view: IncidentPageView
  language: Language
}

/** What, where, since when, why and how far: what the live stream replaces. */
function Head({ view, language }: { view: IncidentHeadView; language: Language }) {
  const { incident, at, priority, version } = view
  const words = incidentWords(language)
  const over = incident.state === 'resolved'
  const where = whereOf(incident, language)
  const names = namesOf(incident, language)
  return (
    <header id={incidentElementId(incident.id)} data-version={version}>
      <h1>
        <span class={over ? 'online' : 'offline'}>
          <Icon shape={over ? 'online' : 'offline'} />
          <span data-say>{titleOf(incident, language)}</span>
        </span>
      </h1>
      <Tags incident={incident} language={language} />
      {incident.cannotWarn && (
        <div class="lead failure">
          <b>{incident.cannotWarn[language]}</b>
        </div>
      )}
      <div class="lead">
        {over ? (
          lastedOf(incident, at, language)
        ) : (
          <>
            {sinceOf(incident, at, language)} (
            <Lasting at={beganAt(incident)} now={at} language={language} />)
          </>
        )}
      </div>
      <div class="lead">{causeOf(incident, language)}</div>
      {where !== null && <p>{where}</p>}
      {names !== '' && <p>{names}</p>}
      <p>
        {words.incident(incident.id)} · {words.priority[priority]}
        {incident.storm !== null && ` · ${words.storm(incident.storm)}`}
      </p>
    </header>
  )
}

/** Taking it on changes something, so it is a form that posts: whoever only looks at an address takes on nothing. */
function Take({ view, viewer }: { view: IncidentPageView; viewer: Viewer }) {
  const { incident } = view
  const words = incidentWords(viewer.language)
  if (incident.state === 'resolved' || incident.acknowledgedBy !== null) return null
  return viewer.name === null ? (
    <p>
      <a class="back" href={signInPath(incidentPath(incident.id))}>
        {words.signInToTake}
      </a>
    </p>
  ) : (
    <form class="take" method="post" action={`${incidentPath(incident.id)}/acknowledge`}>
      <button type="submit">{words.take}</button>
    </form>
  )
}

function ToDo({ view, language }: Props) {
  const { incident } = view
  const words = incidentWords(language)
  if (incident.state === 'resolved') return null
  return (
    <section>
      <h2>{words.toDo}</h2>
      <ol class="steps">
        {incident.cannotWarn && <li>{words.warnOtherwise}</li>}
        {stepsFor(incident, language).map((step) => (
          <li>{step}</li>
        ))}
      </ol>
    </section>
  )
}

function Related({ view, language }: Props) {
  const { root, children } = view
  const words = incidentWords(language)
  if (!root && children.length === 0) return null
  return (
    <section>
      <h2>{words.related}</h2>
      {root && <p>{words.rootOf}:</p>}
      {root && <Lines incidents={[root]} language={language} />}
      {children.length > 0 && <p>{words.under(children.length)}:</p>}
      <Lines incidents={byUrgency(children).slice(0, CHILDREN_SHOWN)} language={language} />
      {children.length > CHILDREN_SHOWN && <p>{words.more(children.length - CHILDREN_SHOWN)}</p>}
    </section>
  )
}

/** Some 40 bytes gzipped each. */
const CHILDREN_SHOWN = 50

/** One incident: what, where, since when, why, what to do, who is missing, and how it went. */
export function renderIncidentPage(view: IncidentPageView, viewer: Viewer, assets: PageAssets): string {
  const { language } = viewer
  const words = incidentWords(language)
  const { incident, at, reasons } = view
  return renderPage({
    title: titleOf(incident, language),
    viewer,
    assets: { ...assets, style: assets.style + INCIDENT_STYLE },
    live: { at, follow: incidentElementId(incident.id) },
    children: (
      <>
        <BackToAll language={language} />
        <Head view={view} language={language} />
        <Take view={view} viewer={viewer} />
        <ToDo view={view} language={language} />
        {reasons.length > 0 && (
          <section>
            <h2>{words.why}</h2>
            <ul class="reasons">
              {reasons.map((reason) => (
                <li>{reason[language]}.</li>
              ))}
            </ul>
          </section>
        )}
        <Related view={view} language={language} />
        {view.sites.length > 0 && (
          <section>
            <h2>{words.affected}</h2>
            <Members sites={view.sites} beside={beganAt(incident)} language={language} />
          </section>
        )}
        <section>
          <h2>{words.timeline}</h2>
          <Timeline happenings={view.happenings} now={at} language={language} />
        </section>
      </>
    ),
  })
}

/** The head as a fragment for the live stream; its element id is `incident-<id>`. */
export function renderIncidentHead(view: IncidentHeadView, language: Language): string {
  return renderToString(<Head view={view} language={language} />)
}
