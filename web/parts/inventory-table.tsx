import { stateNumber } from '#protocol/metrics.ts'
import { inventoryPath } from '../address.ts'
import { formatNumber } from '../format.ts'
import type { AntivirusState, InventoryCounts, InventoryView } from '../inventory-view.ts'
import type { Language, SupportView } from '../view.ts'
import { inventoryWordsOf } from '../words/inventory.ts'
import { showMetric } from './metric.ts'

/** What needs most to be done first. */
const ANTIVIRUS: readonly AntivirusState[] = ['none', 'off', 'stale', 'unknown', 'protected']
const SUPPORT: readonly (SupportView['state'] | 'unknown')[] = ['ended', 'ends-soon', 'unknown', 'supported']

function Cells({ counts, language }: { counts: InventoryCounts; language: Language }) {
  return (
    <>
      {[
        counts.computers,
        ...ANTIVIRUS.map((state) => counts.antivirus[state]),
        ...SUPPORT.map((state) => counts.support[state]),
      ].map((count) => (
        <td>{formatNumber(count, language)}</td>
      ))}
    </>
  )
}

/** The computers of an area and of those right below it, by antivirus and by support of their systems. */
export function InventoryTable({ view, language }: { view: InventoryView; language: Language }) {
  const words = inventoryWordsOf(language)
  return (
    <section>
      <h2>
        {words.byArea} <small>({words.worstFirst})</small>
      </h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by the keyboard */}
      <section class="figures" aria-label={words.byArea} tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col" rowSpan={2}>
                {words.name}
              </th>
              <th scope="col" rowSpan={2}>
                {words.count}
              </th>
              <th scope="colgroup" colSpan={ANTIVIRUS.length}>
                {words.antivirus}
              </th>
              <th scope="colgroup" colSpan={SUPPORT.length}>
                {words.support}
              </th>
            </tr>
            <tr>
              {ANTIVIRUS.map((state) => (
                <th scope="col">
                  {showMetric('antivirus_state', stateNumber('antivirus_state', state), language)}
                </th>
              ))}
              {SUPPORT.map((state) => (
                <th scope="col">{words.supportState[state]}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            <tr>
              <th scope="row">{view.area?.name ?? words.allAreas}</th>
              <Cells counts={view.whole} language={language} />
            </tr>
            {view.below.map(({ id, name, counts }) => (
              <tr>
                <th scope="row">
                  <a href={inventoryPath(id, view.onlyCare, 1)}>{name}</a>
                </th>
                <Cells counts={counts} language={language} />
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {view.moreBelow > 0 && <p>{words.moreBelow(view.moreBelow)}</p>}
    </section>
  )
}
