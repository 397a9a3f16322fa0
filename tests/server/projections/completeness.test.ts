import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { deviceId } from '#protocol/ids.ts'
import type { RowsLoss } from '#protocol/loss.ts'
import type { Entry, Fact } from '../../../server/ledger/entry.ts'
import { Completeness } from '../../../server/projections/completeness.ts'
import { openProjections } from '../../../server/projections/database.ts'
import { placedReport } from '../../support/placed-report.ts'
import { sampleHello } from '../../support/sample-hello.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const PC = deviceId('pc-1')
/** After everything that the reports of these tests hold, unless they say otherwise. */
const LATE = 90_000
const NONE = { thinned: 0, dropped: 0, damaged: 0, refused: 0 }

function startCompleteness() {
  const database = openProjections(join(temporaryFolder(), 'projections.db'))
  onTestFinished(() => database.close())
  const start = () => {
    const completeness = new Completeness(database)
    completeness.start()
    return completeness
  }
  return { start, completeness: start() }
}

let offset = 0
const entry = (fact: Fact): Entry => ({ offset: ++offset, at: 1_800_000_000_000 + offset, ...fact })

const hello = (
  rows: number,
  changes: { epoch?: number; boot?: number; uptimeSeconds?: number } = {},
): Entry =>
  entry({
    kind: 'connected',
    device: PC,
    keepaliveSeconds: 60,
    hello: sampleHello({ rows, uptimeSeconds: LATE, ...changes }),
  })

/** A report of rows that are a minute apart. */
function report(rows: number, { epoch = 1, boot = 1, uptimeSeconds = 0 } = {}): Entry {
  const offsetsSeconds = Array.from({ length: rows }, (_, at) => 60 * at)
  const columns = { 1: offsetsSeconds }
  const { report, bytes } = placedReport({ firstAt: 0, epoch, uptimeSeconds, offsetsSeconds, columns })
  return entry({ kind: 'report', device: PC, age: null, report: { ...report, boot }, bytes })
}

const loss = (rows: number, reason: RowsLoss['reason'], epoch = 1): Entry =>
  entry({
    kind: 'loss',
    device: PC,
    loss: { epoch, seq: 1, boot: 1, uptimeSeconds: 0, spanSeconds: 0, rows, reason },
  })

test('what a hello tells is waiting until it has come or was declared lost', async () => {
  const { completeness, start } = startCompleteness()
  await completeness.apply([hello(100), report(60), loss(30, 'thinned')])
  const now = { produced: 100, stored: 60, declaredLost: { ...NONE, thinned: 30 }, waiting: 10, vanished: 0 }
  expect(completeness.of(PC)).toEqual(now)
  expect(start().of(PC), 'after a restart of the centre').toEqual(now)
  await completeness.apply([report(9), loss(1, 'damaged')])
  const declaredLost = { ...NONE, thinned: 30, damaged: 1 }
  expect(completeness.of(PC)).toEqual({ produced: 100, stored: 69, declaredLost, waiting: 0, vanished: 0 })
})

test('rows measured since the hello are more, and the next hello has them', async () => {
  const { completeness } = startCompleteness()
  await completeness.apply([hello(100, { uptimeSeconds: 6000 }), report(10, { uptimeSeconds: 5460 })])
  expect(completeness.of(PC), 'the last one at the hello itself').toMatchObject({
    produced: 100,
    waiting: 90,
  })
  await completeness.apply([report(15, { uptimeSeconds: 6060 })])
  expect(completeness.of(PC)).toMatchObject({ produced: 115, stored: 25, waiting: 90 })
  await completeness.apply([hello(118, { uptimeSeconds: 7100 })])
  expect(completeness.of(PC)).toMatchObject({ produced: 118, stored: 25, waiting: 93 })
})

test('a new epoch of the same journal goes on with the account', async () => {
  const { completeness } = startCompleteness()
  await completeness.apply([
    hello(100),
    report(50),
    hello(101, { epoch: 2 }),
    report(10, { epoch: 2 }),
    report(41),
  ])
  expect(completeness.of(PC)).toMatchObject({ produced: 101, stored: 101, waiting: 0, vanished: 0 })
})

test('a journal made anew begins an account, the old sums stay, and what went with it is said', async () => {
  const { completeness } = startCompleteness()
  await completeness.apply([hello(100), report(50), loss(10, 'refused'), hello(3, { epoch: 2 })])
  const lost = { declaredLost: { ...NONE, refused: 10 } }
  expect(completeness.of(PC)).toEqual({ produced: 103, stored: 50, ...lost, waiting: 3, vanished: 40 })
  await completeness.apply([report(3, { epoch: 2 }), report(5)])
  expect(completeness.of(PC), 'what comes late is the old one’s').toEqual({
    ...{ produced: 103, stored: 58, ...lost },
    ...{ waiting: 0, vanished: 35 },
  })
})

test('a device whose hello cannot be read has at least what came', async () => {
  const { completeness } = startCompleteness()
  expect(completeness.of(PC)).toEqual({ produced: 0, stored: 0, declaredLost: NONE, waiting: 0, vanished: 0 })
  await completeness.apply([
    entry({ kind: 'connected', device: PC, keepaliveSeconds: 60, hello: null }),
    report(4),
    loss(2, 'dropped'),
  ])
  expect(completeness.of(PC)).toMatchObject({ produced: 6, stored: 4, waiting: 0 })
})
