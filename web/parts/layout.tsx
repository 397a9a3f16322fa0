import type { ComponentChildren } from 'preact'
import { renderToString } from 'preact-render-to-string'
import { inLanguage, signInPath } from '../address.ts'
import type { PageAssets } from '../assets.ts'
import { Icon, IconShapes } from '../icons.tsx'
import type { Viewer } from '../view.ts'
import { availabilityWordsOf } from '../words/availability.ts'
import { inventoryWordsOf } from '../words/inventory.ts'
import { noticeWordsOf } from '../words/notices.ts'
import { wordsOf } from '../words/words.ts'

/** How a page stays true while it is open. */
export interface Live {
  /** The centre's clock when the page was made, ms since 1970: the browser's own may be wrong. */
  at: number
  /**
   * When the browser fetches the whole page again: the front page when it hears of a device that it does not
   * show, the page of a device or an incident when it hears of that one, by element id.
   */
  follow: 'unknown' | `d-${string}` | `incident-${string}`
}

interface PageProps {
  title: string
  viewer: Viewer
  assets: PageAssets
  /** Null for a page that nothing changes. */
  live: Live | null
  children: ComponentChildren
}

function TopBar({ viewer }: { viewer: Viewer }) {
  const words = wordsOf(viewer.language)
  const other = viewer.language === 'vi' ? 'en' : 'vi'
  return (
    <nav>
      <a class="home" href="/">
        <Icon shape="brand" />
        {words.product}
      </a>
      <div class="places">
        <a href="/availability">{availabilityWordsOf(viewer.language).title}</a>
        <a href="/inventory">{inventoryWordsOf(viewer.language).title}</a>
        <a href="/storms">{noticeWordsOf(viewer.language).menu.storms}</a>
        <a href="/planned">{noticeWordsOf(viewer.language).menu.planned}</a>
      </div>
      <a href={inLanguage(viewer.path, other)} lang={other} hreflang={other}>
        {words.otherLanguage}
      </a>
      {viewer.name === null && !viewer.path.startsWith('/sign-in') && (
        <a href={signInPath(viewer.path)}>{words.signIn}</a>
      )}
      {viewer.name !== null && (
        <form method="post" action="/sign-out">
          <span>{viewer.name}</span> <button type="submit">{words.signOut}</button>
        </form>
      )}
    </nav>
  )
}

/** A whole document around the content of a page. */
export function renderPage({ title, viewer, assets, live, children }: PageProps): string {
  const words = wordsOf(viewer.language)
  const following = live && {
    'data-events': assets.eventsUrl,
    'data-version': assets.version,
    'data-at': live.at,
    'data-follow': live.follow,
    'data-just-now': words.justNow,
  }
  const document = (
    <html lang={viewer.language}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width,initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{title === words.product ? title : `${title} · ${words.product}`}</title>
        <link rel="icon" href="/icon.svg" type="image/svg+xml" />
        <style nonce={assets.nonce} dangerouslySetInnerHTML={{ __html: assets.style }} />
        {live && <script type="module" src={assets.liveUrl} nonce={assets.nonce} />}
      </head>
      <body {...following}>
        <IconShapes />
        <a class="skip" href="#main">
          {words.skip}
        </a>
        <TopBar viewer={viewer} />
        {live && (
          <p id="lost" role="alert" hidden>
            {words.centreLost}
          </p>
        )}
        {live && <p id="say" role="status" class="unseen" />}
        <main id="main" tabIndex={-1}>
          {children}
        </main>
        <footer>
          {words.product} · {words.timeZone}
        </footer>
      </body>
    </html>
  )
  return `<!doctype html>${renderToString(document)}`
}
