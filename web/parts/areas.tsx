import { siteElementId, sitePath } from '../address.ts'
import { formatNumber } from '../format.ts'
import { Icon } from '../icons.tsx'
import type { AreaView, Language, SessionState, SiteView } from '../view.ts'
import { wordsOf } from '../words/words.ts'
import { BY_SEVERITY, type Counts, countStates, statesPresent } from './counts.ts'
import { DeviceTable } from './device-row.tsx'

/**
 * A device's row and a site's line take up to 33 bytes gzipped each, the rest of a page 4 KB: with 120 of them
 * it stays under 8 KB, which a 64 kbit/s line carries in a second.
 */
const LINES_SHOWN = 120

/** Up to here every site stands open: two or three screens of a phone. */
export const ROWS_OPEN = 40

/** How a site is shown: its rows in sight, folded under its line, or left out and a tap away. */
type Unfolding = 'open' | 'folded' | 'link'

/**
 * Decides for each site, in tree order. A small world is all open. A larger one opens the site asked for and
 * those with a device offline, and folds the others. One too large for a page keeps the rows of such sites as
 * far as they fit; the others become links that open them.
 */
function unfold(sites: readonly SiteView[], asked: string | null): Unfolding[] {
  const rows = sites.reduce((sum, site) => sum + site.devices.length, 0)
  let room = LINES_SHOWN - sites.length
  const fits = rows <= room
  return sites.map((site) => {
    if (site.id === asked || rows <= ROWS_OPEN) return 'open'
    const troubled = site.devices.some((device) => device.session === 'offline')
    if (fits) return troubled ? 'open' : 'folded'
    if (!troubled || site.devices.length > room) return 'link'
    room -= site.devices.length
    return 'open'
  })
}

interface SiteProps {
  site: SiteView
  unfolding: Unfolding
  now: number
  language: Language
}

/** "2 mất kết nối · 8 hoạt động" of a site, in shapes and words. */
function SiteCounts({ counts, language }: { counts: Counts; language: Language }) {
  return (
    <span class="counts">
      {statesPresent(counts).map((state) => (
        <Count state={state} count={counts[state]} language={language} />
      ))}
    </span>
  )
}

function Count({ state, count, language }: { state: SessionState; count: number; language: Language }) {
  return (
    <span data-count={state}>
      {' '}
      <Icon shape={state} />
      <b>{formatNumber(count, language)}</b> {wordsOf(language).counted[state]}
    </span>
  )
}

/** From which `live.ts` makes a site's counts anew when a row has changed. */
function CountShapes({ language }: { language: Language }) {
  return (
    <template id="counts">
      {BY_SEVERITY.map((state) => (
        <Count state={state} count={0} language={language} />
      ))}
    </template>
  )
}

function Site({ site, unfolding, now, language }: SiteProps) {
  const id = siteElementId(site.id)
  if (unfolding === 'link') {
    return (
      <a id={id} class="site" href={sitePath(site.id)}>
        <b>{site.name}</b>
        <SiteCounts counts={countStates(site.devices)} language={language} />
      </a>
    )
  }
  return (
    <details id={id} class="site" open={unfolding === 'open'}>
      <summary>
        <b>{site.name}</b>
        <SiteCounts counts={countStates(site.devices)} language={language} />
      </summary>
      <DeviceTable devices={site.devices} now={now} language={language} />
    </details>
  )
}

/** Leaves out areas that have no site in them or below: a province has more communes than it watches. */
function populated(areas: readonly AreaView[]): AreaView[] {
  const kept: AreaView[] = []
  let needed = -1
  for (const area of [...areas].reverse()) {
    const parent = area.depth === needed
    if (area.sites.length === 0 && !parent) continue
    kept.push(area)
    needed = area.depth - 1
  }
  return kept.reverse()
}

const Heading = ({ depth, children }: { depth: number; children: string }) => {
  const Level = (['h3', 'h4', 'h5', 'h6'] as const)[Math.min(depth, 3)] ?? 'h3'
  return <Level>{children}</Level>
}

interface AreasProps {
  areas: readonly AreaView[]
  /** Id of the site that the reader asked to see opened. */
  asked: string | null
  now: number
  language: Language
}

/** The tree of areas with their sites and devices, in the order given. */
export function Areas({ areas, asked, now, language }: AreasProps) {
  const shown = populated(areas)
  const sites = shown.flatMap((area) => area.sites)
  const unfoldings = new Map(unfold(sites, asked).map((unfolding, at) => [sites[at], unfolding]))
  return (
    <section class="areas">
      <h2>{wordsOf(language).devicesByArea}</h2>
      <CountShapes language={language} />
      {shown.map((area) => (
        <section class={area.sites.length > 0 ? 'area' : 'area wide'}>
          <Heading depth={area.depth}>{area.name}</Heading>
          {area.sites.map((site) => (
            <Site site={site} unfolding={unfoldings.get(site) ?? 'open'} now={now} language={language} />
          ))}
        </section>
      ))}
    </section>
  )
}
