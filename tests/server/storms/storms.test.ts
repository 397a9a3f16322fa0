import { expect, test } from 'vitest'
import { type AreaId, areaId } from '#protocol/ids.ts'
import type { Warning } from '../../../server/incidents/observation.ts'
import { warningRecord } from '../../../server/ledger/record.ts'
import { Storms } from '../../../server/storms/storms.ts'
import { eventually } from '../../support/eventually.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { HOUR_MS, SENT } from './cap-files.ts'
import { PLACES } from './places.ts'
import { startWarnings } from './world.ts'

async function startStorms() {
  let at = SENT
  const world = await startWarnings(temporaryFolder(), () => at)
  const area = (id: AreaId) => PLACES.areas().find((each) => each.id === id)
  let number = 0
  const storms = new Storms({
    ...{ registry: { area }, notices: world.notices, intake: world.intake },
    ...{ leadSeconds: 3600, now: () => at, number: () => `${++number}` },
  })
  const struck = (now: number) => {
    at = now
    return PLACES.areas()
      .map(({ id }) => id)
      .filter((id) => storms.isStorm(id))
  }
  return { ...world, storms, struck }
}

test('a storm is over an area and all that lies in it, until it is over or switched off', async () => {
  const { storms, struck, ledger } = await startStorms()
  const on = await storms.switchOn({ areas: [areaId('P1')], hours: 6, name: 'Bão', by: 'lan' })
  expect(on.warning).toMatchObject({ id: 'M-1', onset: SENT, expires: SENT + 6 * HOUR_MS })
  expect(struck(SENT)).toEqual(['P1', 'C1', 'C2', 'C3'])
  expect(struck(SENT + 6 * HOUR_MS)).toEqual([])
  expect(await storms.switchOff('M-1', 'lan'), 'it is over').toBeNull()
  struck(SENT + HOUR_MS)
  expect((await storms.switchOff('M-1', 'hoa'))?.note).toMatchObject({ by: 'hoa', isManual: true })
  expect(struck(SENT + HOUR_MS)).toEqual([])
  expect(ledger.head).toBe(2)
  await storms.switchOn({ areas: [areaId('C1'), areaId('C1')], hours: 1, name: 'Lốc', by: 'lan' })
  expect(struck(SENT + HOUR_MS)).toEqual(['C1'])
})

test.each<[string, Partial<Warning>, number, boolean]>([
  ['a severe warning an hour before its onset', {}, -1, true],
  ['more than that before', {}, -1.01, false],
  ['at its last moment', {}, 1.999, true],
  ['at its end', {}, 2, false],
  ['an extreme one', { severity: 'extreme' }, 0, true],
  ['a moderate one', { severity: 'moderate' }, 0, false],
  ['a test', { status: 'test' }, 0, false],
  ['an update', { action: 'update' }, 0, true],
  ['a cancel', { action: 'cancel' }, 0, false],
])('%s', async (_case, changes, hours, isStorm) => {
  const { ledger, notices, struck } = await startStorms()
  const warning: Warning = {
    ...{ id: 'W', action: 'alert', status: 'actual', severity: 'severe', areas: [areaId('C1')] },
    ...{ onset: SENT, expires: SENT + 2 * HOUR_MS },
    ...changes,
  }
  await ledger.append(warningRecord(SENT, warning))
  await eventually('it is taken in', () => notices.chain('W'))
  expect(struck(SENT + hours * HOUR_MS)).toEqual(isStorm ? ['C1'] : [])
})
