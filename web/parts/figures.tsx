import { devicePath } from '../address.ts'
import type { DowntimeView, FiguresLine, FiguresView, Listed, ShareView } from '../availability-view.ts'
import { formatNumber, formatPercent, UNTOLD } from '../format.ts'
import type { Language } from '../view.ts'
import { availabilityWordsOf } from '../words/availability.ts'
import { wordsOf } from '../words/words.ts'

const HOUR_MS = 3600_000
const DAY_MS = 24 * HOUR_MS

/** Never rounded up: what was down for a minute is not 100 %. */
const percentOf = (share: number, language: Language): string =>
  formatPercent(Math.floor(share * 10_000 + 1e-6) / 100, language, 2)

/** "99,12–99,4%"; one number when both ends read the same, a dash when nothing was required. */
export function shareText({ lower, upper }: ShareView, language: Language): string {
  if (lower === null || upper === null) return UNTOLD
  const [from, to] = [percentOf(lower, language), percentOf(upper, language)]
  return from === to ? to : availabilityWordsOf(language).range(from.slice(0, -1), to)
}

export const downtimeMs = (downtime: DowntimeView): number =>
  downtime.powerMs + downtime.linkMs + downtime.faultMs + downtime.unknownMs

const hours = (ms: number, language: Language): string => formatNumber(ms / HOUR_MS, language)

const CAUSES = ['powerMs', 'linkMs', 'faultMs', 'unknownMs'] as const

/** The address of a line's own figures, or of the device. */
function pathOf(line: FiguresLine, month: string): string {
  switch (line.kind) {
    case 'area':
      return `/availability?${new URLSearchParams({ area: line.id, month })}`
    case 'site':
      return `/availability?${new URLSearchParams({ site: line.id, month })}`
    case 'device':
      return devicePath(line.id)
  }
}

function Cells({ figures, language }: { figures: FiguresView; language: Language }) {
  const { downtime, stormDowntime, mttrMs, mtbfMs } = figures
  const stormMs = downtimeMs(stormDowntime)
  return (
    <>
      <td>{shareText(figures.device, language)}</td>
      <td>{shareText(figures.service, language)}</td>
      {CAUSES.map((cause) => (
        <td>{hours(downtime[cause], language)}</td>
      ))}
      <td>{hours(figures.offPlannedMs + figures.maintenanceMs, language)}</td>
      <td>{hours(stormMs, language)}</td>
      <td>{hours(downtimeMs(downtime) - stormMs, language)}</td>
      <td>{formatNumber(figures.momentary.count, language)}</td>
      <td>{formatNumber(figures.failures, language)}</td>
      <td>{mttrMs === null ? UNTOLD : hours(mttrMs, language)}</td>
      <td>{mtbfMs === null ? UNTOLD : formatNumber(mtbfMs / DAY_MS, language)}</td>
      <td>{percentOf(figures.historyComplete, language)}</td>
    </>
  )
}

interface TableProps {
  title: string
  listed: Listed
  month: string
  language: Language
}

/** Figures of many things, the worst first; on a phone the names stand still and the figures scroll. */
export function FiguresTable({ title, listed, month, language }: TableProps) {
  const words = availabilityWordsOf(language)
  if (listed.all === 0) return null
  const more = listed.all - listed.worst.length
  return (
    <section>
      <h2>
        {title} <small>({words.worstFirst})</small>
      </h2>
      {/* A region that scrolls must be reachable by the keyboard. */}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: see above */}
      <section class="figures" aria-label={title} tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col" rowSpan={2}>
                {words.name}
              </th>
              <th scope="col" rowSpan={2}>
                {words.device}
              </th>
              <th scope="col" rowSpan={2}>
                {words.service}
              </th>
              <th scope="colgroup" colSpan={4}>
                {words.downtime} ({words.unit.hours})
              </th>
              <th scope="col" rowSpan={2}>
                {words.planned} ({words.unit.hours})
              </th>
              <th scope="colgroup" colSpan={2}>
                {words.down} ({words.unit.hours})
              </th>
              <th scope="col" rowSpan={2}>
                {words.momentary} ({words.unit.times})
              </th>
              <th scope="col" rowSpan={2}>
                {words.failures}
              </th>
              <th scope="col" rowSpan={2}>
                {words.mttr} ({words.unit.hours})
              </th>
              <th scope="col" rowSpan={2}>
                {words.mtbf} ({words.unit.days})
              </th>
              <th scope="col" rowSpan={2}>
                {words.history}
              </th>
            </tr>
            <tr>
              {CAUSES.map((cause) => (
                <th scope="col">{words.cause[cause]}</th>
              ))}
              <th scope="col">{words.storm}</th>
              <th scope="col">{words.calm}</th>
            </tr>
          </thead>
          <tbody>
            {listed.worst.map((line) => (
              <tr>
                <th scope="row">
                  <a href={pathOf(line, month)}>{line.name}</a>
                  {line.kind === 'device' && (
                    <small>
                      {' '}
                      {wordsOf(language).kind[line.device]} · {line.siteName}
                    </small>
                  )}
                  {line.kind !== 'device' && <small> {words.devices(line.figures.devices)}</small>}
                </th>
                <Cells figures={line.figures} language={language} />
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {more > 0 && <p>{words.more(more)}</p>}
    </section>
  )
}

/** The figures that people ask for first. */
export function Headline({ figures, language }: { figures: FiguresView; language: Language }) {
  const words = availabilityWordsOf(language)
  const { downtime, stormDowntime, momentary, failures, mttrMs, mtbfMs, working } = figures
  const inHours = (ms: number) => `${hours(ms, language)} ${words.unit.hours}`
  const rows: [string, string][] = [
    [words.device, shareText(figures.device, language)],
    [words.service, shareText(figures.service, language)],
    ...CAUSES.map((cause): [string, string] => [words.downBy[cause], inHours(downtime[cause])]),
    [words.downInStorm, inHours(downtimeMs(stormDowntime))],
    [words.downInCalm, inHours(downtimeMs(downtime) - downtimeMs(stormDowntime))],
    [words.planned, inHours(figures.offPlannedMs + figures.maintenanceMs)],
    [words.momentary, words.times(momentary.count)],
    [words.failures, formatNumber(failures, language)],
    [words.mttr, mttrMs === null ? UNTOLD : inHours(mttrMs)],
    [words.mtbf, mtbfMs === null ? UNTOLD : `${formatNumber(mtbfMs / DAY_MS, language)} ${words.unit.days}`],
  ]
  if (working) {
    rows.push([`${words.working}: ${words.device.toLowerCase()}`, shareText(working.device, language)])
    rows.push([`${words.working}: ${words.service.toLowerCase()}`, shareText(working.service, language)])
  }
  return (
    <dl class="values">
      {rows.map(([name, value]) => (
        <div>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
