import { expect, test } from 'vitest'
import { renderChanges } from '../../../server/pages/fragments.ts'
import type { Audience } from '../../../server/pages/live-stream.ts'
import { incident, world } from './world.ts'

const front = (site: string | null = null, area: string | null = null): Audience => ({
  language: 'vi',
  scope: { kind: 'front', site, area },
})

test('a hundred audiences cost one view and one row of a device', () => {
  const { parts, devices, asked, open } = world(100, 2)
  open.push(incident('I1'))
  const values = new Set(devices)
  const sessions = new Set(devices.slice(0, 50))
  const draw = renderChanges(parts, { values, sessions, incidents: true, summary: true })
  expect(asked, 'nothing is worked out before it is needed').toMatchObject({ live: 0, open: 0 })
  const told = Array.from({ length: 100 }, (_, n) => draw(front(`S${n}`)))
  expect(told[99]!.map(({ id }) => id)).toEqual([
    ...devices.slice(0, 50).map((id) => `d-${id}`),
    ...['d-D99-0', 'd-D99-1', 'summary', 'incidents'],
  ])
  expect(told[99]![0], 'the same piece for every audience').toBe(told[0]![0])
  expect(asked).toEqual({ sites: 0, live: 200, open: 2, resolvedSince: 1 })
})

test('values go to where a site or an area stands open, and alone need neither sentence nor incidents', () => {
  const { parts, devices, asked } = world(100, 2)
  const draw = renderChanges(parts, {
    values: new Set(devices),
    sessions: new Set(),
    incidents: false,
    summary: false,
  })
  const ids = (audience: Audience) => draw(audience).map(({ id }) => id)
  expect(ids(front())).toEqual([])
  expect(ids(front('S7'))).toEqual(['d-D7-0', 'd-D7-1'])
  expect(ids(front(null, 'C8'))).toEqual(['d-D8-0', 'd-D8-1'])
  expect(ids({ language: 'vi', scope: { kind: 'device', device: 'D9-1' } })).toEqual(['d-D9-1'])
  expect(asked).toMatchObject({ open: 0, resolvedSince: 0 })
})
