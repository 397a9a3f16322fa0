import type { PageAssets } from '../assets.ts'
import { Icon } from '../icons.tsx'
import type { FeedView, StormsView, WarningView } from '../notices.ts'
import { BackToAll } from '../parts/back-to-all.tsx'
import { renderPage } from '../parts/layout.tsx'
import { EndButton, listGiven, NoticeForm, textGiven } from '../parts/notice-form.tsx'
import { AreaPicker } from '../parts/places.tsx'
import { moment, span } from '../parts/time.tsx'
import type { Language, Viewer } from '../view.ts'
import { noticeWordsOf } from '../words/notices.ts'

/** A typhoon names sixty communes; the rest is a number. */
const AREAS_SHOWN = 8

const DEFAULT_HOURS = '24'

interface CardProps {
  warning: WarningView
  now: number
  viewer: Viewer
}

/** Whether it holds, in a word; nothing where the heading above says so already. */
function standing(
  { isCancelled, isManual, expires, onset }: WarningView,
  now: number,
  language: Language,
): string {
  const words = noticeWordsOf(language)
  if (isCancelled) return isManual ? words.switchedOff : words.cancelled
  if (expires <= now) return words.expired
  return onset > now ? words.notBegun : ''
}

function Card({ warning, now, viewer }: CardProps) {
  const { language } = viewer
  const words = noticeWordsOf(language)
  const { areaNames, severity, isTest, headline } = warning
  const state = standing(warning, now, language)
  const isOver = warning.isCancelled || warning.expires <= now
  const grave = !isOver && !isTest && (severity === 'extreme' || severity === 'severe')
  const rest = areaNames.length - AREAS_SHOWN
  return (
    <li class={`incident ${isOver ? 'over' : grave ? 'open' : ''}`}>
      <h3>
        <Icon shape="storm" />
        {headline || warning.id}
      </h3>
      <p class="tag">
        {[isTest ? words.test : words.severity[severity], state].filter((word) => word !== '').join(' · ')}
      </p>
      <p>{span(warning.onset, warning.expires, now, language)}</p>
      <p>
        {areaNames.slice(0, AREAS_SHOWN).join(', ')} {rest > 0 && words.moreAreas(rest)}
      </p>
      {warning.remarks.map((remark) => (
        <p class="names">{words.remark[remark]}</p>
      ))}
      <p class="names">{warning.isManual ? words.byPerson(warning.by) : words.bySender(warning.by)}</p>
      {!isOver && viewer.name !== null && (
        <EndButton
          action={`/storms/${encodeURIComponent(warning.id)}/off`}
          label={words.switchOff}
          of={headline || warning.id}
        />
      )}
    </li>
  )
}

function Feeds({ feeds, now, language }: { feeds: readonly FeedView[]; now: number; language: Language }) {
  const words = noticeWordsOf(language)
  if (feeds.length === 0) return null
  return (
    <section>
      <h2>{words.feeds}</h2>
      <ul>
        {feeds.map(({ url, answeredAt, fault }) => (
          <li>
            {url}:{' '}
            {answeredAt === null ? words.feedWaiting : words.feedAnswered(moment(answeredAt, now, language))}
            {fault !== null && <span class="failure"> ({words.feedFault(fault)})</span>}
          </li>
        ))}
      </ul>
    </section>
  )
}

/** What is in force, where, until when, by whom; and the switch. */
export function renderStormsPage(view: StormsView, viewer: Viewer, assets: PageAssets): string {
  const { language } = viewer
  const words = noticeWordsOf(language)
  const { at, mistake } = view
  const cards = (warnings: readonly WarningView[]) => (
    <ul class="incidents">
      {warnings.map((warning) => (
        <Card warning={warning} now={at} viewer={viewer} />
      ))}
    </ul>
  )
  return renderPage({
    title: words.storms,
    viewer,
    assets,
    live: null,
    children: (
      <>
        <BackToAll language={language} />
        <h1>{words.storms}</h1>
        <section>
          <h2>{words.inForce}</h2>
          {view.warnings.length > 0 ? cards(view.warnings) : <p>{words.noneInForce}</p>}
        </section>
        <NoticeForm
          {...{ title: words.switchOn, what: words.switchOnWhat, action: '/storms', mistake, viewer }}
        >
          <label>
            {words.name}
            <input
              name="name"
              required
              maxLength={120}
              value={textGiven(mistake, 'name')}
              // What was wrong stands above it: without a script this is how the reader is brought there.
              autofocus={mistake !== null}
            />
          </label>
          <label>
            {words.hours}
            <input
              name="hours"
              type="number"
              inputmode="numeric"
              min="1"
              max="168"
              required
              value={textGiven(mistake, 'hours') ?? DEFAULT_HOURS}
            />
          </label>
          <AreaPicker places={view.places} chosen={listGiven(mistake, 'areas')} language={language} />
          <button type="submit">{words.switchOn}</button>
        </NoticeForm>
        <Feeds feeds={view.feeds} now={at} language={language} />
        {view.past.length > 0 && (
          <section>
            <h2>{words.past}</h2>
            {cards(view.past)}
          </section>
        )}
      </>
    ),
  })
}
