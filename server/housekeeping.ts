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
  log: Log
}

/** When offices sleep and the line is idle. */
const NIGHTLY = '15 3 * * *'
const ZONE = 'Asia/Ho_Chi_Minh'

/** What runs by the clock: forgets expired sign-ins and gives the disk back what the write-ahead log has grown to. */
export function startHousekeeping({ accounts, projections, log }: HousekeepingParts): {
  stop(): Promise<void>
} {
  const task = cron.schedule(
    NIGHTLY,
    async () => {
      try {
        await accounts.forgetExpired()
        projections.exec('PRAGMA wal_checkpoint(TRUNCATE)')
        log.info({}, 'housekeeping done')
      } catch (error) {
        log.warn({ error: (error as Error).message }, 'housekeeping failed, tried again tomorrow')
      }
    },
    { timezone: ZONE, noOverlap: true, name: 'housekeeping' },
  )
  return { stop: async () => void (await task.destroy()) }
}
