import { stateNumber } from '#protocol/metrics.ts'
import { devicePath, inventoryPath } from '../address.ts'
import type { PageAssets } from '../assets.ts'
import type { InventoryView, MachineView } from '../inventory-view.ts'
import { AreaSelect } from '../parts/area-select.tsx'
import { FIGURES_STYLE } from '../parts/figures-style.ts'
import { InventoryTable } from '../parts/inventory-table.tsx'
import { renderPage } from '../parts/layout.tsx'
import { Marks } from '../parts/marks.tsx'
import { showMetric } from '../parts/metric.ts'
import { supportWords } from '../parts/support-words.ts'
import type { Language, Viewer } from '../view.ts'
import { inventoryWordsOf } from '../words/inventory.ts'
import { wordsOf } from '../words/words.ts'

function Chooser({ view, language }: { view: InventoryView; language: Language }) {
  const words = inventoryWordsOf(language)
  return (
    <form class="chooser" method="get" action="/inventory">
      <AreaSelect areas={view.areas} chosen={view.area?.id ?? null} language={language} />
      <label class="tick">
        <input type="checkbox" name="care" value="1" checked={view.onlyCare} />
        {words.onlyCare}
      </label>
      <button type="submit">{words.show}</button>
    </form>
  )
}

function Machine({ machine, language }: { machine: MachineView; language: Language }) {
  const { support, antivirus, ageYears } = machine
  return (
    <tr>
      <th scope="row">
        <a href={devicePath(machine.id)}>{machine.name}</a>
        <small>
          {wordsOf(language).kind[machine.kind]} · {machine.siteName}
        </small>
        <Marks device={machine} language={language} all />
      </th>
      <td>
        {machine.os}
        {support && <small>{supportWords(support, language)}</small>}
      </td>
      <td>
        {antivirus && showMetric('antivirus_state', stateNumber('antivirus_state', antivirus), language)}
      </td>
      <td>{machine.model}</td>
      <td>{ageYears !== null && inventoryWordsOf(language).years(ageYears)}</td>
    </tr>
  )
}

/** The machines of an area: what they are, how protected, how long they are mended. Links and a form only. */
export function renderInventoryPage(view: InventoryView, viewer: Viewer, assets: PageAssets): string {
  const { language } = viewer
  const words = inventoryWordsOf(language)
  const heads = [words.name, words.os, words.antivirus, words.model, words.age]
  return renderPage({
    title: words.title,
    viewer,
    assets: { ...assets, style: assets.style + FIGURES_STYLE },
    live: null,
    children: (
      <>
        <header>
          <h1>
            {words.title} · {view.area?.name ?? words.allAreas}
          </h1>
        </header>
        <Chooser view={view} language={language} />
        {view.whole.computers > 0 && <InventoryTable view={view} language={language} />}
        <section>
          <h2>
            {words.list} <small>({words.machines(view.all)})</small>
          </h2>
          {view.all === 0 && <p class="empty">{words.none}</p>}
          {view.all > 0 && (
            // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by the keyboard
            <section class="figures words" aria-label={words.list} tabIndex={0}>
              <table>
                <thead>
                  <tr>
                    {heads.map((head) => (
                      <th scope="col">{head}</th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {view.machines.map((machine) => (
                    <Machine machine={machine} language={language} />
                  ))}
                </tbody>
              </table>
            </section>
          )}
          {view.pages > 1 && (
            <p class="ranges">
              {[view.page - 1, view.page, view.page + 1]
                .filter((page) => page >= 1 && page <= view.pages)
                .map((page) => (
                  <a
                    href={inventoryPath(view.area?.id ?? null, view.onlyCare, page)}
                    aria-current={page === view.page ? 'true' : undefined}
                  >
                    {words.page(page, view.pages)}
                  </a>
                ))}
            </p>
          )}
        </section>
      </>
    ),
  })
}
