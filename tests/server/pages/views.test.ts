import { expect, test } from 'vitest'
import { deviceId } from '#protocol/ids.ts'
import { devicePageView } from '../../../server/views/device.ts'
import { nowView } from '../../../server/views/now.ts'
import { AT, incident, world } from './world.ts'

test('a device keeps its incidents, the open one first, however many others are newer', () => {
  const { parts, open, past } = world(2, 1)
  open.push(incident('I1'))
  past.push(...Array.from({ length: 300 }, (_, n) => incident(`J${n}`, { devices: [deviceId('D1-0')] })))
  past.push(incident('I1'), incident('I0', { state: 'closed', end: AT - 9e8 }))
  const view = devicePageView(parts, parts.registry.device(deviceId('D0-0'))!, {
    ...{ drawn: null, bill: null, thisMonth: null },
  })
  expect(view.incidents.map(({ id }) => id)).toEqual(['I1', 'I0'])
})

test('what was resolved within a day is shown, however many have opened since', () => {
  const { parts, open, past } = world(1, 1)
  open.push(...Array.from({ length: 300 }, (_, n) => incident(`J${n}`)))
  const long = { state: 'closed', openedAt: AT - 5e8 } as const
  past.push(
    incident('I2', { ...long, end: AT - 3600_000 }),
    incident('I1', { ...long, end: AT - 25 * 3600_000 }),
  )
  const view = nowView(parts)
  expect(view.incidents).toHaveLength(300)
  expect(view.resolved.map(({ id }) => id)).toEqual(['I2'])
})

test('the view of every commune of the country asks for the sites once', () => {
  const { parts, asked } = world(3321, 2)
  const view = nowView(parts)
  expect(view.areas).toHaveLength(3321)
  expect(view.areas.every(({ sites }) => sites[0]!.devices.length === 2)).toBe(true)
  expect(asked.sites).toBe(1)
})
