import type { PageAssets } from '../assets.ts'
import type { AvailabilityView } from '../availability-view.ts'
import { formatPercent } from '../format.ts'
import { AreaSelect } from '../parts/area-select.tsx'
import { BulletinClasses } from '../parts/bulletin-classes.tsx'
import { FiguresTable, Headline } from '../parts/figures.tsx'
import { FIGURES_STYLE } from '../parts/figures-style.ts'
import { renderPage } from '../parts/layout.tsx'
import { moment } from '../parts/time.tsx'
import { Versions } from '../parts/versions.tsx'
import type { Language, Viewer } from '../view.ts'
import { availabilityWordsOf, rulesInWords } from '../words/availability.ts'

/** "2026-06" as "Tháng 6/2026" */
function monthText(name: string, language: Language): string {
  return availabilityWordsOf(language).monthName(Number(name.slice(5)), Number(name.slice(0, 4)))
}

function Chooser({ view, language }: { view: AvailabilityView; language: Language }) {
  const words = availabilityWordsOf(language)
  return (
    <form class="chooser" method="get" action="/availability">
      <AreaSelect areas={view.areas} chosen={view.area?.id ?? null} language={language} />
      <label>
        {words.month}
        <select name="month">
          {view.months.map((month) => (
            <option value={month} selected={month === view.month}>
              {monthText(month, language)}
            </option>
          ))}
        </select>
      </label>
      <button type="submit">{words.show}</button>
    </form>
  )
}

function Standing({ view, language }: { view: AvailabilityView; language: Language }) {
  const words = availabilityWordsOf(language)
  const complete = Math.floor(view.whole.historyComplete * 1000) / 10
  return (
    <>
      {!view.over && <p>{words.notOver(moment(view.at, view.at, language))}</p>}
      <p>{complete < 100 ? words.incomplete(formatPercent(complete, language)) : words.complete}</p>
    </>
  )
}

/** How much of a month devices were up and could be reached, and why not; worst first. Links and forms only. */
export function renderAvailabilityPage(view: AvailabilityView, viewer: Viewer, assets: PageAssets): string {
  const { language } = viewer
  const words = availabilityWordsOf(language)
  const { lines, month } = view
  const place = view.site?.name ?? view.area?.name ?? words.allAreas
  return renderPage({
    title: words.title,
    viewer,
    assets: { ...assets, style: assets.style + FIGURES_STYLE },
    live: null,
    children: (
      <>
        <header>
          <h1>
            {words.title} · {place}
          </h1>
        </header>
        <Chooser view={view} language={language} />
        {view.shown !== null && (
          <p>
            {words.shown(view.shown)}{' '}
            <a href={`/availability?${new URLSearchParams({ area: view.area?.id ?? '', month })}`}>
              {words.backToToday}
            </a>
          </p>
        )}
        <h2>
          {monthText(month, language)} · {words.devices(view.whole.devices)}
        </h2>
        {view.whole.devices === 0 ? (
          <p class="empty">{words.none}</p>
        ) : (
          <>
            <Standing view={view} language={language} />
            <Headline figures={view.whole} language={language} />
            <BulletinClasses classes={view.classes} language={language} />
            <Versions view={view} viewer={viewer} />
            <FiguresTable title={words.byArea} listed={lines.areas} month={month} language={language} />
            <FiguresTable title={words.bySite} listed={lines.sites} month={month} language={language} />
            <FiguresTable title={words.byDevice} listed={lines.devices} month={month} language={language} />
          </>
        )}
        <section>
          <h2>{words.howCounted}</h2>
          <ul class="rules">
            {rulesInWords(language, view.hours).map((rule) => (
              <li>{rule}</li>
            ))}
          </ul>
        </section>
      </>
    ),
  })
}
