import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { Ledger } from '../../../server/ledger/ledger.ts'
import { openProjections } from '../../../server/projections/database.ts'
import { Follower } from '../../../server/projections/follower.ts'
import { Notices } from '../../../server/projections/notices.ts'
import { WarningIntake } from '../../../server/storms/intake.ts'
import { rememberingLog } from '../../support/remembering-log.ts'
import { PLACES } from './places.ts'

/** Ledger, projection and door for warnings over one folder; `stop` leaves the folder for the next one. */
export async function startWarnings(folder: string, now: () => number) {
  const log = rememberingLog()
  const ledger = new Ledger(join(folder, 'ledger.db'))
  await ledger.start()
  const database = openProjections(join(folder, 'projections.db'))
  const notices = new Notices(database)
  notices.start()
  const follower = new Follower(notices, ledger, log)
  follower.start()
  const intake = new WarningIntake({ ledger, notices, places: PLACES, now })
  let stopped = false
  const stop = async (): Promise<void> => {
    if (stopped) return
    stopped = true
    await follower.stop()
    database.close()
    await ledger.stop()
  }
  onTestFinished(stop)
  return { ledger, notices, intake, log, stop }
}
