import { expect, test } from 'vitest'
import { baseOf } from '#protocol/base.ts'
import { deviceId } from '#protocol/ids.ts'
import type { Report } from '#protocol/report.ts'
import { createBases } from '../../server/bases.ts'
import { REPORT_VECTORS } from '../protocol/vectors.ts'

const D1 = deviceId('D1')
const { report } = REPORT_VECTORS[1]!
const numbered = (seq: number, part: Partial<Report> = {}): Report => ({ ...report, seq, ...part })

/** Bases over a ledger that has `stored` of D1, and what it was asked for. */
function over(stored: readonly Report[] = []) {
  const asked: number[] = []
  const bases = createBases({
    report(device, epoch, seq) {
      asked.push(seq)
      return stored.find((one) => device === D1 && one.epoch === epoch && one.seq === seq) ?? null
    },
  })
  return { bases, asked }
}

test('what came over the connection is here before the ledger has it', () => {
  const { bases, asked } = over()
  bases.connected(D1, report.epoch)
  bases.remember(D1, report)
  const context = bases.contextOf(D1)
  expect(context.epoch).toBe(report.epoch)
  expect(context.findBase(report.seq)).toEqual(baseOf(report))
  expect(asked).toEqual([])
  expect(context.findBase(report.seq - 1)).toBeNull()
})

test('only the last few are kept, older ones come from the ledger', () => {
  const reports = Array.from({ length: 30 }, (_, at) => numbered(at + 1))
  const { bases, asked } = over(reports)
  bases.connected(D1, report.epoch)
  for (const one of reports) bases.remember(D1, one)
  const context = bases.contextOf(D1)
  for (const one of reports) expect(context.findBase(one.seq)).toEqual(baseOf(one))
  expect(asked).toEqual(Array.from({ length: 22 }, (_, at) => at + 1))
})

test('what came last under a number counts, and a connection begins without any', () => {
  const { bases } = over()
  const again = numbered(report.seq, { uptimeSeconds: 1 })
  bases.connected(D1, report.epoch)
  bases.remember(D1, report)
  bases.remember(D1, again)
  expect(bases.contextOf(D1).findBase(report.seq)).toEqual(baseOf(again))
  bases.gone(D1)
  expect(bases.contextOf(D1).findBase(report.seq)).toBeNull()
})

test('a report of another epoch than the hello told is never mistaken for a base', () => {
  const { bases } = over()
  bases.connected(D1, report.epoch)
  bases.remember(D1, numbered(5, { epoch: 1 }))
  expect(bases.contextOf(D1).findBase(5)).toBeNull()
})

test('after a hello that could not be read the first report tells the epoch', () => {
  const { bases } = over([numbered(1)])
  bases.connected(D1, null)
  expect(bases.contextOf(D1)).toMatchObject({ epoch: null })
  expect(bases.contextOf(D1).findBase(1)).toBeNull()
  bases.remember(D1, numbered(2))
  expect(bases.contextOf(D1)).toMatchObject({ epoch: report.epoch })
  expect(bases.contextOf(D1).findBase(2)).toEqual(baseOf(numbered(2)))
})

test('a device that never connected stands on nothing', () => {
  const { bases } = over([report])
  bases.remember(D1, report)
  expect(bases.contextOf(D1).epoch).toBeNull()
  expect(bases.contextOf(D1).findBase(report.seq)).toBeNull()
})
