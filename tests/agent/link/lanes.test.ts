import { expect, test } from 'vitest'
import { nextToSend } from '../../../agent/link/lanes.ts'
import type { Sealed } from '../../../agent/outbox.ts'

const sealed = (seq: number, uptimeSeconds: number, boot = 1, kind: Sealed['kind'] = 'report'): Sealed => ({
  ...{ kind, epoch: 1, seq, boot, uptimeSeconds },
  ...{ clockSeconds: null, bytes: new Uint8Array(10) },
})

test('the present, then the past from its beginning, and a new present in between', () => {
  const past = [sealed(2, 100, 1), sealed(3, 200, 1), sealed(4, 50, 2)]
  const present = sealed(5, 400, 2)
  const sent: Sealed[] = []
  let newest: Sealed | null = null
  const step = (pending: Sealed[]) => {
    const next = nextToSend(pending, (one) => sent.includes(one), newest)
    if (next) sent.push(next.sealed)
    if (next?.lane === 'live') newest = next.sealed
    return next && `${next.lane} ${next.sealed.seq}`
  }
  const pending = [present, ...past]
  expect(step(pending)).toBe('live 5')
  expect(step(pending), 'an earlier boot is older, whatever its uptime').toBe('history 2')
  const due = sealed(6, 430, 2)
  expect(step([due, ...pending])).toBe('live 6')
  expect(step([due, ...pending])).toBe('history 3')
  expect(step([due, ...pending])).toBe('history 4')
  expect(step([due, ...pending])).toBeNull()
})

test('a tombstone is never the present', () => {
  const loss = sealed(7, 900, 2, 'loss')
  const report = sealed(6, 800, 2)
  expect(nextToSend([loss, report], () => false, null)).toEqual({ sealed: report, lane: 'live' })
  expect(nextToSend([loss], () => false, report)).toEqual({ sealed: loss, lane: 'history' })
})
