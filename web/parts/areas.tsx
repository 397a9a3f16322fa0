import { type Asked, areaPath, siteElementId, sitePath } from '../address.ts'
import { formatNumber } from '../format.ts'
import { Icon } from '../icons.tsx'
import type { AreaView, Counts, DeviceView, Language, SessionState, SiteView } from '../view.ts'
import { wordsOf } from '../words/words.ts'
import { BackToAll } from './back-to-all.tsx'
import { BY_SEVERITY, countStates, statesPresent } from './counts.ts'
import { DeviceTable } from './device-row.tsx'
import { foldAreas, type Unfolding } from './folding.ts'

/** What needs no eye. */
const CALM: readonly SessionState[] = ['online', 'goodbye', 'new']

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

/**
 * An area or a site that is not open, as a link that opens it. What is calm is told in words alone: there may be
 * thousands.
 */
function Line({
  id,
  href,
  of,
  devices,
  language,
}: {
  id?: string
  href: string
  of: { name: string }
  devices: readonly DeviceView[]
  language: Language
}) {
  const counts = countStates(devices)
  const states = statesPresent(counts)
  const calm = states
    .filter((state) => CALM.includes(state))
    .map((state) => `${formatNumber(counts[state], language)} ${wordsOf(language).counted[state]}`)
  return (
    <a id={id} href={href}>
      <b>{of.name}</b>
      {states.map(
        (state) => !CALM.includes(state) && <Count state={state} count={counts[state]} language={language} />,
      )}
      {` ${calm.join(' · ')}`}
    </a>
  )
}

function Site({ site, unfolding, now, language }: SiteProps) {
  const id = siteElementId(site.id)
  if (unfolding === 'link') {
    return <Line id={id} href={sitePath(site.id)} of={site} devices={site.devices} language={language} />
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

const Heading = ({ depth, children }: { depth: number; children: string }) => {
  const Level = (['h3', 'h4', 'h5', 'h6'] as const)[Math.min(depth, 3)] ?? 'h3'
  return <Level>{children}</Level>
}

interface AreasProps {
  areas: readonly AreaView[]
  /** What the reader asked to see opened. */
  asked: Asked
  now: number
  language: Language
}

/** The tree of areas with their sites and devices, in the order given; as much of it as fits. */
export function Areas({ areas, asked, now, language }: AreasProps) {
  const words = wordsOf(language)
  return (
    <section class="areas">
      <h2>{words.devicesByArea}</h2>
      {asked.area !== null && <BackToAll language={language} />}
      <CountShapes language={language} />
      {foldAreas(areas, asked).map((shown) =>
        shown.kind === 'line' ? (
          <Line href={areaPath(shown.area.id)} of={shown.area} devices={shown.devices} language={language} />
        ) : (
          <section class={shown.sites.length > 0 ? 'area' : 'area wide'}>
            <Heading depth={Math.max(shown.area.depth, 0)}>{shown.area.name}</Heading>
            {shown.sites.map(({ site, unfolding }) => (
              <Site site={site} unfolding={unfolding} now={now} language={language} />
            ))}
          </section>
        ),
      )}
    </section>
  )
}
