import { expect, test } from 'vitest'
import { placeRows } from '../../../server/ledger/placement.ts'
import { REPORT_VECTORS } from '../../protocol/vectors.ts'

const report = { ...REPORT_VECTORS[1]!.report, offsetsSeconds: [0, 60, 120] }
const ARRIVED = 1_800_000_000_000

test('the age at sending decides, whatever the device takes for the date', () => {
  const in1970 = { ...report, clockSeconds: null }
  const rows = [ARRIVED - 150_000, ARRIVED - 90_000, ARRIVED - 30_000]
  expect(placeRows(ARRIVED, { seconds: 30, basis: 'monotonic' }, in1970)).toEqual(rows)
  const in2033 = { ...report, clockSeconds: 2_000_000_000 }
  expect(placeRows(ARRIVED, { seconds: 30, basis: 'clock' }, in2033)).toEqual(rows)
})

test('without an age the wall clock is believed, unless it lies after the arrival', () => {
  const hint = ARRIVED / 1000 - 86_400
  expect(placeRows(ARRIVED, null, { ...report, clockSeconds: hint })[0]).toBe(hint * 1000)
  expect(placeRows(ARRIVED, null, { ...report, clockSeconds: hint + 200_000 }).at(-1)).toBe(ARRIVED)
  expect(placeRows(ARRIVED, null, { ...report, clockSeconds: null }).at(-1)).toBe(ARRIVED)
})

test('no row is placed after its arrival: at the least age the last one lies at it', () => {
  const rows = [ARRIVED - 120_000, ARRIVED - 60_000, ARRIVED]
  expect(placeRows(ARRIVED, { seconds: 0, basis: 'clock' }, report)).toEqual(rows)
})
