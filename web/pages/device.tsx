import { RANGES, rangeOf, rangePath } from '../address.ts'
import type { PageAssets } from '../assets.ts'
import { BackToAll } from '../parts/back-to-all.tsx'
import { billLine } from '../parts/bill.ts'
import { Chart } from '../parts/chart.tsx'
import { DeviceTable } from '../parts/device-row.tsx'
import { IncidentList } from '../parts/incidents.tsx'
import { renderPage } from '../parts/layout.tsx'
import { inOrder, metricName, showMetric } from '../parts/metric.ts'
import { monthLine } from '../parts/month-line.ts'
import { paceLine } from '../parts/pace.ts'
import { rowsLine } from '../parts/rows.ts'
import { Ago, moment } from '../parts/time.tsx'
import type { DevicePageView, DeviceView, Language, Viewer } from '../view.ts'
import { wordsOf } from '../words/words.ts'

/** Every metric with its newest value, those that this version does not know too. */
function Readings({ device, now, language }: { device: DeviceView; now: number; language: Language }) {
  const words = wordsOf(language)
  if (device.readAt === null) return <p>{words.noReadings}</p>
  return (
    <>
      <dl class="values">
        {inOrder(Object.keys(device.values)).map((name) => (
          <div>
            <dt>{metricName(name, language)}</dt>
            <dd>{showMetric(name, device.values[name] ?? 0, language)}</dd>
          </div>
        ))}
      </dl>
      <p>
        {words.measured} {moment(device.readAt, now, language)} (
        <Ago at={device.readAt} now={now} language={language} />)
      </p>
    </>
  )
}

/** One device: what it is, its state, its newest values, how they ran, its incidents. */
export function renderDevicePage(view: DevicePageView, viewer: Viewer, assets: PageAssets): string {
  const { language } = viewer
  const words = wordsOf(language)
  const { device, at } = view
  const range = rangeOf(viewer.path)
  return renderPage({
    title: device.name,
    viewer,
    assets,
    live: { at, follow: `d-${device.id}` },
    children: (
      <>
        <BackToAll language={language} />
        <header>
          <h1>{device.name}</h1>
          <p>
            {words.kind[device.kind]} · {view.siteName}, {view.areaName} · {words.identifier} {device.id}
          </p>
          {view.pace && <p>{paceLine(view.pace, language)}</p>}
          {view.bill && <p>{billLine(view.bill, language)}</p>}
          {view.thisMonth && <p>{monthLine(view.thisMonth, language)}</p>}
          {view.rows.produced > 0 && <p>{rowsLine(view.rows, language)}</p>}
        </header>
        <div class="one">
          <DeviceTable devices={[device]} now={at} language={language} />
        </div>
        <section>
          <h2>{words.newestReadings}</h2>
          <Readings device={device} now={at} language={language} />
        </section>
        <section>
          <h2>{words.charts}</h2>
          <p class="ranges">
            {RANGES.map((each) => (
              <a href={rangePath(device.id, each)} aria-current={each === range ? 'true' : undefined}>
                {words.range[each]}
              </a>
            ))}
          </p>
          {view.charts === null && <p>{words.chartsAway}</p>}
          <div class="charts">
            {view.charts?.map((chart) => (
              <Chart chart={chart} language={language} />
            ))}
          </div>
        </section>
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
