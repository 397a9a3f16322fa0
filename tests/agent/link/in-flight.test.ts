import { expect, test } from 'vitest'
import { InFlight } from '../../../agent/link/in-flight.ts'
import type { Sealed } from '../../../agent/outbox.ts'

const sealed = (seq: number): Sealed => ({
  ...{ kind: 'report', epoch: 1, seq, boot: 1, uptimeSeconds: seq },
  ...{ clockSeconds: null, bytes: new Uint8Array(10) },
})

test('an answer counts for everything before it, and for nothing behind', () => {
  const inFlight = new InFlight()
  const reports = [1, 2, 3, 4].map(sealed)
  const sent = reports.map((one) => inFlight.add({ sealed: one, lane: 'live', bytes: 10, asks: false }))
  expect(inFlight.answered(sent[2]!)).toEqual(reports.slice(0, 3))
  expect(inFlight.bytes).toBe(10)
  expect(inFlight.has(reports[0]!), 'the journal does not know it yet').toBe(true)
  inFlight.settled(reports.slice(0, 3))
  expect(reports.map((one) => inFlight.has(one))).toEqual([false, false, false, true])
  expect(inFlight.answered(sent[1]!), 'an answer that a later one has overtaken').toEqual([])
  expect(inFlight.has(reports[3]!)).toBe(true)
})

test('history has a small window, so that the present never waits long behind it', () => {
  const inFlight = new InFlight()
  expect(inFlight.hasRoom('history', 60_000), 'one always may, however long').toBe(true)
  for (const _ of [1, 2]) inFlight.add({ sealed: null, lane: 'history', bytes: 1200, asks: false })
  expect(inFlight.hasRoom('history', 1)).toBe(false)
  expect(inFlight.hasRoom('live', 1200)).toBe(true)
  expect(inFlight.hasRoom('live', 14_000), '16 KiB in all').toBe(false)
  for (let n = 0; n < 18; n++) inFlight.add({ sealed: null, lane: 'live', bytes: 1, asks: false })
  expect(inFlight.hasRoom('live', 1), 'twenty in all').toBe(false)
})
