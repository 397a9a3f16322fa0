import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { Age } from '#protocol/delivery.ts'
import { deviceId } from '#protocol/ids.ts'
import type { Entry } from '../../../server/ledger/entry.ts'
import { openProjections } from '../../../server/projections/database.ts'
import { Live } from '../../../server/projections/live.ts'
import { placedReport } from '../../support/placed-report.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const NOW = 1_800_000_000_000
const PC = deviceId('pc-1')
const CPU = 1
const MEMORY = 2

/** A report of one row that arrives at `at`. */
function reportOf(
  at: number,
  run: { epoch?: number; boot: number; uptimeSeconds: number; age?: Age },
  columns: Record<number, [number]>,
): Entry & { kind: 'report' } {
  const { epoch = 7, boot, uptimeSeconds, age = null } = run
  const { report, bytes } = placedReport({ firstAt: at, epoch, uptimeSeconds, columns })
  return { offset: at - NOW + 1, at, kind: 'report', device: PC, age, report: { ...report, boot }, bytes }
}

function startLive() {
  const database = openProjections(join(temporaryFolder(), 'projections.db'))
  onTestFinished(() => database.close())
  const start = () => {
    const live = new Live(database)
    live.start()
    return live
  }
  return { database, start, live: start() }
}

test('an earlier boot that comes late and without a time does not stand for now', async () => {
  const { live, start } = startLive()
  await live.apply([reportOf(NOW, { boot: 4, uptimeSeconds: 60 }, { [CPU]: [500] })])
  const today = { readAt: NOW, values: { cpu_percent: 50, uptime_seconds: 60 } }
  expect(live.device(PC, NOW)).toEqual(today)
  const changed: string[] = []
  live.onChange((device) => changed.push(device))
  const late = reportOf(NOW + 5000, { boot: 3, uptimeSeconds: 9000 }, { [CPU]: [990], [MEMORY]: [100] })
  await live.apply([late])
  expect(live.device(PC, NOW)).toEqual(today)
  expect(changed).toEqual([])
  const afterRestart = start()
  await afterRestart.apply([late])
  expect(afterRestart.device(PC, NOW)).toEqual(today)
})

test('a later boot replaces what was placed later by guess, and within a boot its own clock decides', async () => {
  const { live } = startLive()
  await live.apply([reportOf(NOW, { boot: 3, uptimeSeconds: 9000 }, { [CPU]: [990] })])
  const tenMinutes: Age = { seconds: 600, basis: 'monotonic' }
  await live.apply([reportOf(NOW + 1000, { boot: 4, uptimeSeconds: 60, age: tenMinutes }, { [CPU]: [100] })])
  const since = NOW + 1000 - 600_000
  expect(live.device(PC, NOW)).toEqual({ readAt: since, values: { cpu_percent: 10, uptime_seconds: 60 } })
  await live.apply([reportOf(NOW + 2000, { boot: 4, uptimeSeconds: 30 }, { [CPU]: [200], [MEMORY]: [300] })])
  expect(live.device(PC, NOW)).toMatchObject({
    readAt: since,
    values: { cpu_percent: 10, uptime_seconds: 60 },
  })
})

test('a new epoch counts anew, and what an earlier version stored is taken by its time', async () => {
  const { database, start } = startLive()
  const json = JSON.stringify({ readAt: NOW, newest: { cpu_percent: { value: 1, at: NOW } } })
  database.run('INSERT INTO live_device VALUES (?, ?)', PC, json)
  const live = start()
  await live.apply([reportOf(NOW - 1, { boot: 9, uptimeSeconds: 60 }, { [CPU]: [20] })])
  expect(live.device(PC, NOW)).toMatchObject({ readAt: NOW, values: { cpu_percent: 1 } })
  await live.apply([reportOf(NOW + 1, { boot: 9, uptimeSeconds: 61 }, { [CPU]: [30] })])
  expect(live.device(PC, NOW)).toMatchObject({ readAt: NOW + 1, values: { cpu_percent: 3 } })
  await live.apply([reportOf(NOW + 2, { epoch: 8, boot: 1, uptimeSeconds: 5 }, { [CPU]: [40] })])
  expect(live.device(PC, NOW)).toMatchObject({ readAt: NOW + 2, values: { cpu_percent: 4 } })
})
