import type { AreaId, DeviceId } from '#protocol/ids.ts'
import { type Month, monthName, monthStart } from '#protocol/month.ts'
import { rowsKnown } from '../availability/rows.ts'
import { type AvailabilityReport, availabilityReport, EVERYTHING, type ReportParts } from './availability.ts'
import { judgeDevices, sitesIn } from './judge-devices.ts'
import type { Published, PublishedReports } from './published.ts'
import { type Reason, reasonOf } from './reason.ts'
import { refusal } from './refusal.ts'

export interface PublishingParts extends ReportParts {
  published: Pick<PublishedReports, 'versions' | 'add'>
  now: () => number
}

/** The next version that can be published; `reason` is null of the first. */
export interface NextVersion {
  version: number
  reason: Reason | null
}

export interface MonthState {
  versions: Published[]
  /** null: the month is not over, or the newest version still holds. */
  next: NextVersion | null
}

/**
 * A month of an area: what was published of it, and whether something else holds by now. `fresh` are its figures of now
 * where they have been worked out already.
 */
export async function monthState(
  parts: PublishingParts,
  area: AreaId,
  month: Month,
  fresh?: AvailabilityReport,
): Promise<MonthState> {
  const versions = await parts.published.versions(area, month)
  if (monthStart(month + 1) > parts.now()) return { versions, next: null }
  const newest = versions.at(-1)
  if (!newest) return { versions, next: { version: 1, reason: null } }
  const reason = await reasonSince(parts, newest, fresh ?? (await monthReport(parts, area, month)))
  return { versions, next: reason && { version: newest.version + 1, reason } }
}

/** @throws Error of status 422 when the month is not over, 409 when the newest version still holds */
export async function publish(
  parts: PublishingParts,
  area: AreaId,
  month: Month,
  by: string,
): Promise<Published> {
  if (monthStart(month + 1) > parts.now()) {
    throw refusal(422, `month: expected one that is over, got ${monthName(month)}`)
  }
  const newest = (await parts.published.versions(area, month)).at(-1)
  const report = await monthReport(parts, area, month)
  const reason = newest ? await reasonSince(parts, newest, report) : null
  if (newest && !reason) {
    const held = `version ${newest.version}, which still holds`
    throw refusal(409, `month: expected one whose figures have changed since it was published, got ${held}`)
  }
  const { asOf } = report
  const version = (newest?.version ?? 0) + 1
  const published = { version, publishedAt: asOf, publishedBy: by, asOf, reason, report }
  await parts.published.add(area, month, published)
  return published
}

function monthReport(parts: PublishingParts, area: AreaId, month: Month): Promise<AvailabilityReport> {
  const period = { from: monthStart(month), to: monthStart(month + 1), asOf: parts.now() }
  return availabilityReport(parts, { ...EVERYTHING, area }, period)
}

/** Why a version does not hold any more, by figures of now; null when it does. */
function reasonSince(
  parts: PublishingParts,
  { report }: Published,
  fresh: AvailabilityReport,
): Promise<Reason | null> {
  const { from, to } = report
  return reasonOf(report, fresh, {
    judge(ids, asOf) {
      const devices = ids.map((id) => parts.registry.device(id)).filter((device) => device !== undefined)
      return judgeDevices(parts, devices, { from, to, asOf })
    },
    wordsOf: (device, after, until) => wordsOf(parts, device, after, until),
  })
}

/** A device is judged by its neighbours too: what came of any of them counts. */
function wordsOf({ registry, facts }: ReportParts, device: DeviceId, after: number, until: number): number[] {
  const site = registry.device(device)?.site
  const area = site && registry.site(site)?.area
  const neighbours = area ? sitesIn(registry, area).flatMap(({ devices }) => devices) : [device]
  const times = neighbours.flatMap((id) =>
    rowsKnown(facts.facts.devices[id]?.log ?? [], until).map(({ t }) => t),
  )
  return [...new Set(times)].filter((t) => t > after).sort((one, other) => one - other)
}
