import { askedOf } from '../address.ts'
import type { PageAssets } from '../assets.ts'
import { Areas } from '../parts/areas.tsx'
import { Incidents } from '../parts/incidents.tsx'
import { renderPage } from '../parts/layout.tsx'
import { Summary, summaryOf } from '../parts/summary.tsx'
import { WarningLines } from '../parts/warning-lines.tsx'
import type { NowView, Viewer } from '../view.ts'
import { wordsOf } from '../words/words.ts'

/** The front page: what is down, since when and where, then every device by area and site. */
export function renderNowPage(view: NowView, viewer: Viewer, assets: PageAssets): string {
  const { language } = viewer
  const words = wordsOf(language)
  const empty = view.areas.every((area) => area.sites.every((site) => site.devices.length === 0))
  return renderPage({
    title: words.now,
    viewer,
    assets,
    live: { at: view.at, follow: 'unknown' },
    children: (
      <>
        <Summary view={summaryOf(view)} language={language} />
        <WarningLines warnings={view.warnings} now={view.at} language={language} />
        <Incidents view={view} language={language} />
        {empty ? (
          <p class="empty">
            {words.addDevice.before} <code>npx haidang enrol</code> {words.addDevice.after}
          </p>
        ) : (
          <Areas areas={view.areas} asked={askedOf(viewer.path)} now={view.at} language={language} />
        )}
      </>
    ),
  })
}
