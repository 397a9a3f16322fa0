import type { Kysely } from 'kysely'
import type { AreaId } from '#protocol/ids.ts'
import { type Month, monthName } from '#protocol/month.ts'
import type { Tables } from '../registry/tables.ts'
import type { AvailabilityReport } from './availability.ts'
import type { Reason } from './reason.ts'

/** A version as it was published. */
export interface Published {
  version: number
  publishedAt: number
  publishedBy: string
  /** What was known then is in it, and nothing later. */
  asOf: number
  /** Why it was made when there was one already; null of the first. */
  reason: Reason | null
  report: AvailabilityReport
}

/** Reports that were published. They lie with the registry, which is backed up: no ledger could give them back. */
export class PublishedReports {
  readonly #database: Kysely<Tables>

  constructor(database: Kysely<Tables>) {
    this.#database = database
  }

  /** All versions of a month of an area, the first first. */
  async versions(area: AreaId, month: Month): Promise<Published[]> {
    const rows = await this.#database
      .selectFrom('availability_report')
      .selectAll()
      .where('area', '=', area)
      .where('month', '=', monthName(month))
      .orderBy('version')
      .execute()
    return rows.map((row) => ({
      version: row.version,
      publishedAt: row.published_ms,
      publishedBy: row.published_by,
      asOf: row.as_of_ms,
      reason: row.reason === null ? null : (JSON.parse(row.reason) as Reason),
      report: reportOf(row.report),
    }))
  }

  /** Keeps a version for ever. @throws when it is there already: two people have published at one moment */
  async add(area: AreaId, month: Month, published: Published): Promise<void> {
    await this.#database
      .insertInto('availability_report')
      .values({
        area,
        month: monthName(month),
        version: published.version,
        published_ms: published.publishedAt,
        published_by: published.publishedBy,
        as_of_ms: published.asOf,
        reason: published.reason && JSON.stringify(published.reason),
        report: JSON.stringify(published.report),
      })
      .execute()
  }
}

/** What was published before loudspeakers had classes has none. */
function reportOf(json: string): AvailabilityReport {
  const report = JSON.parse(json) as Omit<AvailabilityReport, 'classes'> & Partial<AvailabilityReport>
  return { ...report, classes: report.classes ?? [] }
}
