import type { AreaId, DeviceId } from '#protocol/ids.ts'
import { type Month, monthName, monthStart } from '#protocol/month.ts'
import { rowsKnown } from '../availability/rows.ts'
import { availabilityReport, EVERYTHING, judgeScope, type ReportParts, reportBy } from './availability.ts'
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

/** A month of an area: what was published of it, and whether something else holds by now. */
export async function monthState(parts: PublishingParts, area: AreaId, month: Month): Promise<MonthState> {
  const versions = await parts.published.versions(area, month)
  if (monthStart(month + 1) > parts.now()) return { versions, next: null }
  const newest = versions.at(-1)
  if (!newest) return { versions, next: { version: 1, reason: null } }
  const reason = await reasonSince(parts, newest, parts.now())
  return { versions, next: reason && { version: newest.version + 1, reason } }
}

/** @throws Error of status 422 when the month is not over, 409 when the newest version still holds */
export async function publish(
  parts: PublishingParts,
  area: AreaId,
  month: Month,
  by: string,
): Promise<Published> {
  const asOf = parts.now()
  const [from, to] = [monthStart(month), monthStart(month + 1)]
  if (to > asOf) {
    throw refusal(422, `month: expected one that is over, got ${monthName(month)}`)
  }
  const newest = (await parts.published.versions(area, month)).at(-1)
  const reason = newest ? await reasonSince(parts, newest, asOf) : null
  if (newest && !reason) {
    const held = `version ${newest.version}, which still holds`
    throw refusal(409, `month: expected one whose figures have changed since it was published, got ${held}`)
  }
  const published: Published = {
    version: (newest?.version ?? 0) + 1,
    ...{ publishedAt: asOf, publishedBy: by, asOf, reason },
    report: await availabilityReport(parts, { ...EVERYTHING, area }, { from, to, asOf }),
  }
  await parts.published.add(area, month, published)
  return published
}

async function reasonSince(
  parts: PublishingParts,
  { asOf, report }: Published,
  now: number,
): Promise<Reason | null> {
  const { scope, from, to } = report
  const then = await judgeScope(parts, scope, { from, to, asOf })
  const present = await judgeScope(parts, scope, { from, to, asOf: now })
  const fresh = await reportBy(present, parts, scope, { from, to, asOf: now })
  return reasonOf(report, fresh, {
    ...{ then, present },
    judgeOf: (device, asOf) => judgeScope(parts, { ...EVERYTHING, device }, { from, to, asOf }),
    wordsOf: (device, after, until) => wordsOf(parts, device, after, until),
  })
}

/** A device is judged by its site: what came of any of its neighbours counts. */
function wordsOf({ registry, facts }: ReportParts, device: DeviceId, after: number, until: number): number[] {
  const known = registry.device(device)
  const neighbours = (known && registry.site(known.site)?.devices) ?? [device]
  const times = neighbours.flatMap((id) =>
    rowsKnown(facts.facts.devices[id]?.log ?? [], until).map(({ t }) => t),
  )
  return [...new Set(times)].filter((t) => t > after).sort((one, other) => one - other)
}
