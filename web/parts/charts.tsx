import { chartsPath, RANGES, rangeOf, rangePath } from '../address.ts'
import type { DevicePageView, Viewer } from '../view.ts'
import { deviceWordsOf } from '../words/device.ts'
import { wordsOf } from '../words/words.ts'
import { Chart } from './chart.tsx'

/** A dozen charts of a device, and ways to another time or the next dozen. */
export function Charts({ view: { device, drawn }, viewer }: { view: DevicePageView; viewer: Viewer }) {
  const { language } = viewer
  const words = wordsOf(language)
  const range = rangeOf(viewer.path)
  const pages = drawn?.pages ?? 1
  return (
    <section>
      <h2>{words.charts}</h2>
      <p class="ranges">
        {RANGES.map((each) => (
          <a href={rangePath(device.id, each)} aria-current={each === range ? 'true' : undefined}>
            {words.range[each]}
          </a>
        ))}
      </p>
      {drawn === null && <p>{words.chartsAway}</p>}
      <div class="charts">
        {drawn?.charts.map((chart) => (
          <Chart chart={chart} language={language} />
        ))}
      </div>
      {drawn && pages > 1 && (
        <p class="ranges">
          {Array.from({ length: pages }, (_, at) => at + 1).map((page) => (
            <a
              href={chartsPath(device.id, range, page)}
              aria-current={page === drawn.page ? 'true' : undefined}
            >
              {deviceWordsOf(language).chartPage(page, pages)}
            </a>
          ))}
        </p>
      )}
    </section>
  )
}
