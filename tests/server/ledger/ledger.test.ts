import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { baseOf } from '#protocol/base.ts'
import { encodeDelivery } from '#protocol/delivery.ts'
import { encodeHello } from '#protocol/hello.ts'
import { deviceId } from '#protocol/ids.ts'
import { encodeLoss } from '#protocol/loss.ts'
import { encodeReport } from '#protocol/report.ts'
import { Ledger } from '../../../server/ledger/ledger.ts'
import {
  connectedRecord,
  lossRecord,
  lostRecord,
  platformRecord,
  reportRecord,
} from '../../../server/ledger/record.ts'
import { REPORT_VECTORS } from '../../protocol/vectors.ts'
import { sampleHello } from '../../support/sample-hello.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const D1 = deviceId('D1')
const noBase = { epoch: null, findBase: () => null }

async function openLedger(path = join(temporaryFolder(), 'ledger.db')): Promise<Ledger> {
  const ledger = new Ledger(path)
  await ledger.start()
  onTestFinished(() => ledger.stop())
  return ledger
}

function delivery(seq: number, ageSeconds = 0): Uint8Array {
  const report = encodeReport({ ...REPORT_VECTORS[0]!.report, seq })
  return encodeDelivery({ age: { seconds: ageSeconds, basis: 'monotonic' }, report })
}

test('what was appended is read back in order, as it came', async () => {
  const ledger = await openLedger()
  const hello = sampleHello({ epoch: 5, boot: 2, previousEnd: 'power-loss' })
  const offsets = await Promise.all([
    ledger.append(platformRecord(1000, 'started')),
    ledger.append(connectedRecord(1001, D1, 1200, encodeHello(hello))),
    ledger.append(reportRecord(1002, D1, delivery(1, 60), noBase).record),
    ledger.append(lostRecord(1003, D1, 'socket')),
  ])
  expect(offsets).toEqual([1, 2, 3, 4])
  expect(ledger.read(0, 10)).toMatchObject([
    { offset: 1, at: 1000, kind: 'platform', event: 'started' },
    { offset: 2, at: 1001, kind: 'connected', device: 'D1', keepaliveSeconds: 1200, hello },
    {
      offset: 3,
      at: 1002,
      kind: 'report',
      device: 'D1',
      age: { seconds: 60, basis: 'monotonic' },
      report: { seq: 1 },
    },
    { offset: 4, at: 1003, kind: 'lost', device: 'D1', why: 'socket' },
  ])
  expect(ledger.read(2, 1)).toHaveLength(1)
})

test('a report that comes again, in the same batch or after a restart, is stored once', async () => {
  const path = join(temporaryFolder(), 'ledger.db')
  const first = await openLedger(path)
  const again = [delivery(7), delivery(7, 90), delivery(8)].map((bytes) =>
    first.append(reportRecord(1, D1, bytes, noBase).record),
  )
  expect(await Promise.all(again)).toEqual([1, null, 2])
  await first.stop()

  const second = await openLedger(path)
  expect(second.head).toBe(2)
  expect(await second.append(reportRecord(2, D1, delivery(8), noBase).record)).toBeNull()
  expect(await second.append(reportRecord(2, deviceId('D2'), delivery(8), noBase).record)).toBe(3)
})

test('a declared loss that comes again is stored once, and is no report', async () => {
  const ledger = await openLedger()
  const loss = { boot: 1, uptimeSeconds: 60, spanSeconds: 600, rows: 5, reason: 'thinned' as const }
  const record = () => lossRecord(1, D1, encodeLoss({ epoch: 5, seq: 7, ...loss }))
  expect(await ledger.append(record())).toBe(1)
  expect(await ledger.append(record())).toBeNull()
  expect(ledger.read(0, 10)).toMatchObject([{ kind: 'loss', device: 'D1', loss }])
  expect(ledger.report(D1, 5, 7)).toBeNull()
})

test('a report that stands on an earlier one is stored whole', async () => {
  const ledger = await openLedger()
  const first = REPORT_VECTORS[1]!.report
  const second = { ...first, seq: first.seq + 1, uptimeSeconds: first.uptimeSeconds + 180 }
  await ledger.append(
    reportRecord(1, D1, encodeDelivery({ age: null, report: encodeReport(first) }), noBase).record,
  )
  const found = ledger.report(D1, first.epoch, first.seq)
  expect(found).toEqual(first)
  expect(ledger.report(deviceId('D2'), first.epoch, first.seq)).toBeNull()

  const bytes = encodeReport(second, baseOf(found!))
  const standing = { epoch: first.epoch, findBase: () => baseOf(found!) }
  await ledger.append(reportRecord(2, D1, encodeDelivery({ age: null, report: bytes }), standing).record)
  const stored = ledger.read(1, 1)[0] as { bytes: Uint8Array; report: unknown }
  expect(stored.report).toEqual(second)
  expect(stored.bytes).toEqual(encodeReport(second))
})

test('a hello of a newer agent is kept and leaves the entry readable', async () => {
  const ledger = await openLedger()
  await ledger.append(connectedRecord(1, D1, 60, Uint8Array.of(9, 9, 9)))
  expect(ledger.read(0, 1)).toMatchObject([
    { kind: 'connected', device: 'D1', hello: null, keepaliveSeconds: 60 },
  ])
})

test('a device can fill its own quarantine and no more', async () => {
  const ledger = await openLedger()
  const item = { at: 1, topic: 'r', code: 'WIRE_RANGE', reason: 'x', payload: Uint8Array.of(1) }
  await Promise.all(Array.from({ length: 20_000 }, () => ledger.quarantine({ ...item, device: 'D1' })))
  await expect(ledger.quarantine({ ...item, device: 'D1' })).rejects.toThrow(
    'quarantine of D1 holds 20000 already',
  )
  await ledger.quarantine({ ...item, device: 'D2' })
  expect(ledger.quarantined(1)).toMatchObject([{ device: 'D2', payload: Uint8Array.of(1) }])
})

test('followers are woken after the entry can be read', async () => {
  const ledger = await openLedger()
  const seen: number[] = []
  ledger.follow(() => seen.push(ledger.read(0, 10).length))
  await ledger.append(platformRecord(1, 'started'))
  expect(seen).toEqual([1])
})

test('a file that is no ledger is refused with its path', async () => {
  const path = join(temporaryFolder(), 'ledger.db')
  writeFileSync(path, 'not a database, however long it may be '.repeat(100))
  await expect(new Ledger(path).start()).rejects.toThrow(/ledger\.db: expected a SQLite file/)
})
