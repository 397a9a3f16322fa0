import { devicePath } from '../address.ts'
import type { PageAssets } from '../assets.ts'
import { BackToAll } from '../parts/back-to-all.tsx'
import { billLine } from '../parts/bill.ts'
import { Charts } from '../parts/charts.tsx'
import { DeviceTable } from '../parts/device-row.tsx'
import { DEVICE_STYLE } from '../parts/device-style.ts'
import { Facts } from '../parts/facts.tsx'
import { Faults } from '../parts/faults.tsx'
import { IncidentList } from '../parts/incidents.tsx'
import { renderPage } from '../parts/layout.tsx'
import { Lines } from '../parts/lines.tsx'
import { Marks } from '../parts/marks.tsx'
import { monthLine } from '../parts/month-line.ts'
import { paceLine } from '../parts/pace.ts'
import { Readings } from '../parts/readings.tsx'
import { rowsLine } from '../parts/rows.ts'
import type { DevicePageView, Language, Viewer } from '../view.ts'
import { deviceWordsOf } from '../words/device.ts'
import { wordsOf } from '../words/words.ts'

function Heading({ view, language }: { view: DevicePageView; language: Language }) {
  const words = wordsOf(language)
  const { probedBy, bulletinClass, bulletins } = deviceWordsOf(language)
  const { device, prober } = view
  return (
    <header>
      <h1>{device.name}</h1>
      <p>
        {words.kind[device.kind]} · {view.siteName}, {view.areaName} · {words.identifier} {device.id}
      </p>
      {view.bulletinClass && device.kind === 'speaker' && (
        <p>{bulletinClass(bulletins[view.bulletinClass])}</p>
      )}
      {prober && (
        <p>
          {probedBy.before} <a href={devicePath(prober.id)}>{prober.name}</a> {probedBy.after}
        </p>
      )}
      {view.pace && <p>{paceLine(view.pace, language)}</p>}
      {view.bill && <p>{billLine(view.bill, language)}</p>}
      {view.thisMonth && <p>{monthLine(view.thisMonth, language)}</p>}
      {view.rows.produced > 0 && <p>{rowsLine(view.rows, language)}</p>}
    </header>
  )
}

/** One device: what it is, its state, its newest values, how they ran, its incidents. */
export function renderDevicePage(view: DevicePageView, viewer: Viewer, assets: PageAssets): string {
  const { language } = viewer
  const words = wordsOf(language)
  const { device, at } = view
  const facts = Object.keys(view.traits).some((trait) => trait !== 'faults')
  return renderPage({
    title: device.name,
    viewer,
    assets: { ...assets, style: assets.style + DEVICE_STYLE },
    live: { at, follow: `d-${device.id}` },
    children: (
      <>
        <BackToAll language={language} />
        <Heading view={view} language={language} />
        <div class="one">
          <DeviceTable devices={[device]} now={at} language={language} />
        </div>
        <Marks device={device} language={language} all />
        <Lines view={view} language={language} />
        {facts && (
          <section>
            <h2>{deviceWordsOf(language).thisDevice[device.kind]}</h2>
            <Facts view={view} language={language} />
          </section>
        )}
        <Faults view={view} language={language} />
        <section>
          <h2>{words.newestReadings}</h2>
          <Readings view={view} language={language} />
        </section>
        <Charts view={view} viewer={viewer} />
        <section>
          <h2>{words.incidents}</h2>
          {view.incidents.length > 0 ? (
            <IncidentList incidents={view.incidents} now={at} language={language} />
          ) : (
            <p>{words.noIncidents}</p>
          )}
        </section>
      </>
    ),
  })
}
