import { expect, test } from 'vitest'
import { areaId, type DeviceId } from '#protocol/ids.ts'
import { stateNumber } from '#protocol/metrics.ts'
import { inventoryView } from '../../../server/views/inventory.ts'
import { AT, world } from '../pages/world.ts'

/** Communes in one province; of each commune's four PCs one has no antivirus and one runs Windows 7. */
function province(communes: number) {
  const { parts, devices } = world(communes, 4)
  const place = (id: DeviceId) => devices.indexOf(id) % 4
  const tree = [
    { id: areaId('P'), parent: null, name: 'Tỉnh Lai Châu', code: null },
    ...parts.registry.areas().map((area) => ({ ...area, parent: areaId('P') })),
  ]
  const speaker = (id: DeviceId) => place(id) === 3
  const device = (id: DeviceId) => {
    const known = parts.registry.device(id)
    return known && { ...known, kind: speaker(id) ? ('speaker' as const) : known.kind }
  }
  return {
    ...parts,
    registry: {
      ...parts.registry,
      areas: () => tree,
      area: (id: string) => tree.find((area) => area.id === id),
      device,
      devices: () => parts.registry.devices().map(({ id }) => device(id)!),
    },
    live: {
      metrics: () => [],
      device: (id: DeviceId) => ({
        readAt: AT,
        values: { antivirus_state: stateNumber('antivirus_state', place(id) === 0 ? 'none' : 'protected') },
      }),
    },
    traits: {
      of: (id: DeviceId) => ({
        toldAt: AT,
        traits: {
          ...(place(id) === 1 ? { os: 'Windows 7', os_id: 'windows 6.1.7601 professional' } : {}),
          ...{ maker: 'Dell', model: 'Dell OptiPlex', made: '2019-06-21' },
        } as Record<string, string>,
      }),
    },
  }
}

const ALL = { area: null, onlyCare: false, page: 1 }

test('computers are counted by antivirus and support, in all and by the areas right below', () => {
  const view = inventoryView(province(3), ALL)
  const counts = (communes: number) => ({
    computers: 3 * communes,
    antivirus: { unknown: 0, none: communes, off: 0, stale: 0, protected: 2 * communes },
    support: { supported: 0, 'ends-soon': 0, ended: communes, unknown: 2 * communes },
  })
  expect(view.whole).toEqual(counts(3))
  // One province alone says nothing new: its communes are told.
  expect(view.below.map(({ id, counts }) => [id, counts])).toEqual([
    ['C0', counts(1)],
    ['C1', counts(1)],
    ['C2', counts(1)],
  ])
  const commune = inventoryView(province(3), { ...ALL, area: areaId('C1') })
  expect([commune.whole, commune.below, commune.all]).toEqual([counts(1), [], 4])
})

test('a machine is told with system, support, antivirus, model and age; a loudspeaker without antivirus', () => {
  const { machines } = inventoryView(province(1), ALL)
  expect(machines[1]).toMatchObject({
    ...{ os: 'Windows 7', antivirus: 'protected', model: 'Dell OptiPlex', ageYears: 7 },
    ...{ support: { state: 'ended' }, siteName: 'UBND xã Nà Tăm 0' },
    marks: [{ name: 'unsupported' }],
  })
  expect(machines[3]).toMatchObject({ kind: 'speaker', antivirus: null, os: null })
})

test('what needs care can be asked for alone, and a page holds fifty', () => {
  const parts = province(60)
  const care = inventoryView(parts, { ...ALL, onlyCare: true, page: 3 })
  expect([care.all, care.pages, care.page, care.machines.length]).toEqual([120, 3, 3, 20])
  expect(care.machines.every(({ marks }) => marks.length > 0)).toBe(true)
  expect([care.below.length, care.moreBelow]).toEqual([40, 20])
  expect(inventoryView(parts, { ...ALL, page: 99 })).toMatchObject({ page: 5, pages: 5, all: 240 })
  const pages = [1, 2, 3, 4, 5].flatMap((page) => inventoryView(parts, { ...ALL, page }).machines)
  expect(new Set(pages.map(({ id }) => id)).size).toBe(240)
})

test('no device at all is no failure', () => {
  expect(inventoryView(province(0), ALL)).toMatchObject({ all: 0, pages: 1, machines: [], below: [] })
})
