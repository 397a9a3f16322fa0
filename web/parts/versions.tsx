import { devicePath, signInPath } from '../address.ts'
import type { AvailabilityView, FiguresView, ReasonView, VersionView } from '../availability-view.ts'
import { formatDuration, formatNumber, UNTOLD } from '../format.ts'
import type { Language, Viewer } from '../view.ts'
import { availabilityWordsOf } from '../words/availability.ts'
import { downtimeMs, shareText } from './figures.tsx'
import { moment } from './time.tsx'

/** Beyond these a reason is the API's to tell in full. */
const DEVICES_SHOWN = 8
const CHANGES_SHOWN = 4

function Reason({ reason, now, language }: { reason: ReasonView; now: number; language: Language }) {
  const words = availabilityWordsOf(language)
  const more = reason.devices.length - DEVICES_SHOWN
  return (
    <>
      <p>
        <b>{words.reason}:</b>
      </p>
      <ul>
        {reason.devices.slice(0, DEVICES_SHOWN).map(({ id, name, changes, learnedAt }) => (
          <li>
            <a href={devicePath(id)}>{name}</a>
            {learnedAt !== null && ` (${words.learned(moment(learnedAt, now, language))})`}
            {changes.length === 0 && `: ${words.required}`}
            {changes.slice(0, CHANGES_SHOWN).map(({ from, to, was, is }) => (
              <div>
                {moment(from, now, language)}–{moment(to, now, language)}:{' '}
                {words.changedTo(words.verdict[was], words.verdict[is])}
              </div>
            ))}
            {changes.length > CHANGES_SHOWN && <div>{words.moreChanges(changes.length - CHANGES_SHOWN)}</div>}
          </li>
        ))}
        {more > 0 && <li>{words.moreDevices(more)}</li>}
        {reason.added > 0 && <li>{words.added(reason.added)}</li>}
        {reason.removed > 0 && <li>{words.removed(reason.removed)}</li>}
        {reason.calendar && <li>{words.calendar}</li>}
      </ul>
    </>
  )
}

function Brief({ figures, language }: { figures: FiguresView; language: Language }) {
  const words = availabilityWordsOf(language)
  const rows: [string, string][] = [
    [words.device, shareText(figures.device, language)],
    [words.service, shareText(figures.service, language)],
    [words.down, formatDuration(downtimeMs(figures.downtime), language)],
    [words.failures, formatNumber(figures.failures, language)],
    [words.mttr, figures.mttrMs === null ? UNTOLD : formatDuration(figures.mttrMs, language)],
  ]
  return (
    <dl>
      {rows.map(([name, value]) => (
        <>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </>
      ))}
    </dl>
  )
}

interface Props {
  view: AvailabilityView
  viewer: Viewer
}

/** What was published of this month side by side, and what can be published now. */
export function Versions({ view, viewer }: Props) {
  const { published, area, month, at, shown } = view
  const { language } = viewer
  const words = availabilityWordsOf(language)
  if (published === null || area === null) return null
  const { versions, next } = published
  const newest = versions.at(-1)
  const address = (version: VersionView) =>
    `/availability?${new URLSearchParams({ area: area.id, month, version: String(version.version) })}`
  return (
    <section>
      <h2>{words.versions}</h2>
      {!newest && <p>{words.noVersions}</p>}
      {newest && <p>{next ? words.changed(newest.version) : words.holds}</p>}
      <ul class="versions">
        {versions.map((version) => (
          <li aria-current={shown === version.version ? 'true' : undefined}>
            <h3>
              <a href={address(version)}>{words.version(version.version)}</a>
            </h3>
            <p>{words.publishedBy(version.publishedBy, moment(version.publishedAt, at, language))}</p>
            <Brief figures={version.figures} language={language} />
            {version.reason && <Reason reason={version.reason} now={at} language={language} />}
          </li>
        ))}
        {newest && next && shown === null && (
          <li>
            <h3>{words.today}</h3>
            <Brief figures={view.whole} language={language} />
            {next.reason && <Reason reason={next.reason} now={at} language={language} />}
          </li>
        )}
      </ul>
      {next && viewer.name !== null && (
        <form class="publish" method="post" action="/availability">
          <input type="hidden" name="area" value={area.id} />
          <input type="hidden" name="month" value={month} />
          <button type="submit">{newest ? words.publishNext(next.version) : words.publishFirst}</button>
        </form>
      )}
      {next && viewer.name === null && (
        <p>
          <a class="back" href={signInPath(viewer.path)}>
            {words.mayPublish}
          </a>
        </p>
      )}
    </section>
  )
}
