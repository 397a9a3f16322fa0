import cron from 'node-cron'
import type { Accounts } from './auth/accounts.ts'
import type { Database } from './sqlite/database.ts'

interface Log {
  info(data: object, text: string): void
  warn(data: object, text: string): void
}

export interface HousekeepingParts {
  accounts: Accounts
  projections: Database
  now: () => number
  log: Log
}

/** When offices sleep and the line is idle. */
const NIGHTLY = '15 3 * * *'
const ZONE = 'Asia/Ho_Chi_Minh'

/** Long enough to look up who was told what in the last quarter. */
const DELIVERED_KEPT_MS = 100 * 24 * 3600_000

export interface Housekeeping {
  /** Does tonight's work now. */
  run(): Promise<void>
  stop(): Promise<void>
}

/** What runs by the clock: forgets old messages and sign-ins, and gives the disk back what the WAL has grown to. */
export function startHousekeeping({ accounts, projections, now, log }: HousekeepingParts): Housekeeping {
  const run = async (): Promise<void> => {
    try {
      await accounts.forgetExpired()
      const before = now() - DELIVERED_KEPT_MS
      projections.run(`DELETE FROM notification WHERE state <> 'queued' AND done_ms < ?`, before)
      projections.exec('PRAGMA wal_checkpoint(TRUNCATE)')
      log.info({}, 'housekeeping done')
    } catch (error) {
      log.warn({ error: (error as Error).message }, 'housekeeping failed, tried again tomorrow')
    }
  }
  const task = cron.schedule(NIGHTLY, run, { timezone: ZONE, noOverlap: true, name: 'housekeeping' })
  return { run, stop: async () => void (await task.destroy()) }
}
