import { expect, test } from 'vitest'
import { startTestCentre } from '../../support/centre.ts'

interface Site {
  id: string
  terrain: string | null
}

test('an area has a code, a site a terrain and a place, a device its SIM and battery', async () => {
  const { api } = await startTestCentre()
  expect(await api('/areas', { id: 'X2', name: 'Xã Hua Bum', code: '03598' })).toMatchObject({
    parent: null,
    code: '03598',
  })
  const site = { id: 'S2', area: 'X2', name: 'Trạm', terrain: 'mountain', latitude: 22.3, longitude: 103.7 }
  expect(await api('/sites', site)).toEqual({ ...site, uplinks: [] })
  await api('/sites/S2', { terrain: 'plain' }, 'PATCH')
  const sites = await api<Site[]>('/sites')
  expect(sites.find(({ id }) => id === 'S2')).toEqual({ ...site, terrain: 'plain', uplinks: [] })
  expect(sites.find(({ id }) => id === 'S1')).toMatchObject({ terrain: null, latitude: null })

  await api('/enrolments', { device: 'D1', site: 'S2', kind: 'speaker', name: 'Loa', sim: 'Viettel' })
  expect(await api('/devices/D1')).toMatchObject({ sim: 'Viettel', battery: false, uplink: null })
  expect(await api('/devices/D1', { battery: true, sim: null }, 'PATCH')).toMatchObject({
    ...{ sim: null, battery: true, name: 'Loa' },
  })
})

test('what cannot be is refused with its place', async () => {
  const { api } = await startTestCentre()
  await expect(api('/sites/S1', { terrain: 'swamp' }, 'PATCH')).rejects.toThrow(/400.*body\.terrain/)
  await expect(api('/sites/S1', { latitude: 91 }, 'PATCH')).rejects.toThrow(/400.*body\.latitude/)
  await expect(api('/sites/S1', { area: 'X2' }, 'PATCH')).rejects.toThrow(/400/)
  await expect(api('/sites/S9', { terrain: 'plain' }, 'PATCH')).rejects.toThrow(/404/)
  await expect(api('/devices/D9', { battery: true }, 'PATCH')).rejects.toThrow(/404/)
  await expect(api('/areas', { id: 'X2', name: 'Xã', code: 'mã 1' })).rejects.toThrow(/400.*body\.code/)
})

test('the calendar has a default, can be said anew, and says all that is wrong with one', async () => {
  const { api } = await startTestCentre()
  const usual = await api<{ holidays: string[] }>('/calendar')
  expect(usual).toMatchObject({
    workdays: [1, 2, 3, 4, 5],
    open: '07:30',
    close: '17:00',
    utcOffsetMinutes: 420,
  })
  for (const day of ['2025-01-29', '2026-02-17', '2027-02-08', '2026-09-02']) {
    expect(usual.holidays).toContain(day)
  }
  const other = { ...usual, workdays: [6, 1], open: '08:00', close: '24:00', holidays: ['2026-04-30'] }
  expect(await api('/calendar', other, 'PUT')).toEqual({ ...other, workdays: [1, 6] })
  expect(await api('/calendar')).toMatchObject({ open: '08:00', close: '24:00' })
  const wrong = { ...usual, open: '17:00', close: '08:00', holidays: ['2026-02-30', '2026-13-01'] }
  await expect(api('/calendar', wrong, 'PUT')).rejects.toThrow(
    /422.*2026-02-30.*2026-13-01.*close: expected a time after open, 17:00, got 08:00/,
  )
})
