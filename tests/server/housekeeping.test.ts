import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { Accounts } from '../../server/auth/accounts.ts'
import { startHousekeeping } from '../../server/housekeeping.ts'
import { openProjections } from '../../server/projections/database.ts'
import { openRegistryDatabase } from '../../server/registry/open.ts'
import { rememberingLog } from '../support/remembering-log.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const DAY_MS = 24 * 3600_000

test('a night’s work: expired sign-ins and messages of last quarter are forgotten, what waits is kept', async () => {
  const folder = temporaryFolder()
  let now = Date.UTC(2026, 0, 1)
  const registry = await openRegistryDatabase(join(folder, 'registry.db'))
  const projections = openProjections(join(folder, 'projections.db'))
  const accounts = new Accounts(registry, () => now)
  const log = rememberingLog()
  const housekeeping = startHousekeeping({ accounts, projections, now: () => now, log })
  onTestFinished(async () => {
    await housekeeping.stop()
    projections.close()
    await registry.destroy()
  })
  await accounts.ensureAdmin('mat-khau-kiem-thu')
  const session = await accounts.signIn('admin', 'mat-khau-kiem-thu')
  const message = (id: string, state: string, doneMs: number | null): void => {
    projections.run(
      `INSERT INTO notification (id, channel, incident, state, attempts, queued_ms, due_ms, done_ms, payload)
       VALUES (?, 'log', 'I1', ?, 1, 1, 1, ?, '{}')`,
      ...[id, state, doneMs],
    )
  }
  message('old', 'sent', now)
  message('waiting', 'queued', null)
  now += 101 * DAY_MS
  message('new', 'sent', now)

  await housekeeping.run()
  expect(log.lines).toEqual(['housekeeping done'])
  const left = projections.all<{ id: string }>('SELECT id FROM notification ORDER BY id')
  expect(left.map(({ id }) => id)).toEqual(['new', 'waiting'])
  expect(await registry.selectFrom('web_session').selectAll().execute()).toEqual([])
  expect(await accounts.byToken(session!.token)).toBeNull()
})
