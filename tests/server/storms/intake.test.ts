import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { areaId } from '#protocol/ids.ts'
import { platformRecord } from '../../../server/ledger/record.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { alertXml, bytesOf, capTime, HOUR_MS, reference, SENT } from './cap-files.ts'
import { startWarnings } from './world.ts'

const ALERT = bytesOf(alertXml())
const now = () => SENT + 3 * HOUR_MS
const cancel = bytesOf(
  alertXml({
    ...{ identifier: 'VN-2', msgType: 'Cancel', infos: [], references: reference('VN-KTTV-1') },
    sent: capTime(SENT + HOUR_MS),
  }),
)

test('a message that comes by several ways at once is one entry', async () => {
  const { ledger, intake, notices } = await startWarnings(temporaryFolder(), now)
  const outcomes = await Promise.all([intake.take(ALERT), intake.take(ALERT), intake.take(ALERT)])
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(['taken', 'kept-out', 'kept-out'])
  expect(ledger.read(0, 10)).toMatchObject([
    { offset: 1, at: now(), kind: 'warning', warning: { id: 'VN-KTTV-1', areas: ['C1'] } },
  ])
  await notices.reached(1)
  expect(notices.warnings(now())).toMatchObject([{ warning: { id: 'VN-KTTV-1' }, at: now() }])
  expect([...notices.stormAreas(now(), 3600)]).toEqual([areaId('C1')])
  expect(notices.warnings(SENT + 30 * HOUR_MS)).toEqual([])
})

test.each([
  ['as it was', []],
  ['with its projections lost', ['projections.db']],
])('after a restart, %s, nothing is taken twice and a cancel finds its alert', async (_case, lost) => {
  const folder = temporaryFolder()
  const first = await startWarnings(folder, now)
  await first.intake.take(ALERT)
  await first.stop()
  for (const name of lost)
    for (const suffix of ['', '-wal', '-shm']) rmSync(join(folder, name + suffix), { force: true })

  const second = await startWarnings(folder, now)
  expect(await second.intake.take(ALERT)).toMatchObject({ outcome: 'kept-out', reason: { why: 'known' } })
  expect(second.ledger.head).toBe(1)
  expect(await second.intake.take(cancel)).toMatchObject({
    outcome: 'taken',
    taken: { warning: { id: 'VN-KTTV-1', action: 'cancel' } },
  })
  await second.notices.reached(2)
  expect([second.notices.warnings(now()), second.notices.pastWarnings(now(), 10)]).toMatchObject([
    [],
    [{ warning: { id: 'VN-KTTV-1', action: 'cancel' } }],
  ])
})

test('a message is judged by what came before it, also by what the projection has not seen yet', async () => {
  const { ledger, intake } = await startWarnings(temporaryFolder(), now)
  // Hundreds of entries stand between the projection and the end of the ledger.
  await Promise.all(Array.from({ length: 500 }, () => ledger.append(platformRecord(now(), 'started'))))
  const [alert, gone] = await Promise.all([intake.take(ALERT), intake.take(cancel)])
  expect([alert.outcome, gone.outcome]).toEqual(['taken', 'taken'])
})

test('one that is malformed keeps none behind it from being taken', async () => {
  const { intake } = await startWarnings(temporaryFolder(), now)
  await expect(intake.take(bytesOf('<alert/>'))).rejects.toThrow(
    /the warning has 7 problem\(s\): alert\/identifier/,
  )
  expect(await intake.take(ALERT)).toMatchObject({ outcome: 'taken' })
})
