import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { areaId, siteId } from '#protocol/ids.ts'
import type { PlannedCut, Warning } from '../../../server/incidents/observation.ts'
import { Ledger } from '../../../server/ledger/ledger.ts'
import {
  acknowledgedRecord,
  KIND,
  plannedRecord,
  platformRecord,
  type Record,
  warningRecord,
} from '../../../server/ledger/record.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const AT = Date.UTC(2026, 8, 20)
const WARNING: Warning = {
  ...{ id: 'VN-1', action: 'alert', status: 'actual', severity: 'extreme', areas: [areaId('X1')] },
  ...{ onset: AT, expires: AT + 3600_000 },
}
const PLAN: PlannedCut = { id: 'P-1', cause: 'power', sites: [siteId('S1')], from: AT, to: AT + 1 }
const NOTE = {
  ...{ identifier: 'VN-1', sent: AT, by: 'nchmf@example', refers: ['a,b'], isManual: false },
  ...{ headline: 'Tin bão khẩn cấp', remarks: ['no-end' as const] },
}

async function openLedger(lines: string[] = []): Promise<Ledger> {
  const path = join(temporaryFolder(), 'ledger.db')
  const ledger = new Ledger(path, { warn: ({ why }: { why?: string }) => void lines.push(why ?? '') })
  await ledger.start()
  onTestFinished(() => ledger.stop())
  return ledger
}

test('what people and the weather service tell is read back as it was told', async () => {
  const ledger = await openLedger()
  await ledger.append(warningRecord(AT, WARNING, NOTE))
  await ledger.append(plannedRecord(AT, PLAN, { reason: 'EVN sửa lưới', owner: 'lan' }))
  await ledger.append(acknowledgedRecord(AT, 'I7', 'lan'))
  expect(ledger.read(0, 10)).toEqual([
    { offset: 1, at: AT, kind: 'warning', warning: WARNING, note: NOTE },
    { offset: 2, at: AT, kind: 'planned', plan: PLAN, note: { reason: 'EVN sửa lưới', owner: 'lan' } },
    { offset: 3, at: AT, kind: 'acknowledged', incident: 'I7', by: 'lan' },
  ])
})

test('a remark of a newer version, and a field of one, leave the entry readable', async () => {
  const ledger = await openLedger()
  const note = { ...NOTE, remarks: ['no-end', 'of-2031'], of2031: 1 }
  const payload = Buffer.from(JSON.stringify({ warning: { ...WARNING, of2031: 1 }, note }))
  await ledger.append({ ...warningRecord(AT, WARNING, NOTE), payload })
  expect(ledger.read(0, 1)).toEqual([{ offset: 1, at: AT, kind: 'warning', warning: WARNING, note: NOTE }])
})

const json = (kind: number, body: unknown): Record => ({
  ...{ at: AT, kind, device: null, epoch: null, seq: null },
  payload: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
})

test.each<[string, Record, RegExp]>([
  ['half of its JSON', json(KIND.warning, '{"warning":{"id":'), /JSON/],
  ['a list', json(KIND.warning, []), /warning: expected an object, got undefined/],
  [
    'another severity',
    json(KIND.warning, { warning: { ...WARNING, severity: 'grim' }, note: NOTE }),
    /warning severity: expected one of extreme, severe, moderate, minor, got "grim"/,
  ],
  [
    'an area that is no id',
    json(KIND.warning, { warning: { ...WARNING, areas: ['a b'] }, note: NOTE }),
    /area id: expected/,
  ],
  [
    'half a millisecond',
    json(KIND.planned, { plan: { ...PLAN, from: 0.5 }, note: { reason: '', owner: '' } }),
    /planned from: expected whole ms/,
  ],
  ['nobody', json(KIND.acknowledged, { incident: 'I1' }), /acknowledged by: expected a text/],
  ['a kind of the future', json(12, {}), /expected a kind from 1 to 11, got 12/],
])('left out and counted, the rest is read: %s', async (_case, record, why) => {
  const lines: string[] = []
  const ledger = await openLedger(lines)
  await ledger.append(record)
  await ledger.append(platformRecord(AT, 'started'))
  expect(ledger.read(0, 10)).toMatchObject([{ offset: 2, kind: 'platform' }])
  expect(ledger.damaged).toBe(1)
  expect(lines).toEqual([expect.stringMatching(why)])
})
