import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { deviceId, siteId } from '#protocol/ids.ts'
import { rowsKnown } from '../../../server/availability/rows.ts'
import type { Incident } from '../../../server/incidents/incident.ts'
import type { Observation } from '../../../server/incidents/observation.ts'
import { AvailabilityFacts } from '../../../server/projections/availability.ts'
import { openProjections } from '../../../server/projections/database.ts'
import type { Database } from '../../../server/sqlite/database.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { anchored, connected, HOUR_MS, JUNE, lost } from '../reports/small-province.ts'

const incident = (t: number, returned: Incident['returned']): Incident => ({
  ...{ id: 'I1', root: null, scope: 'site', element: 'S1', cause: 'power', state: 'open', severity: 'major' },
  ...{ sites: [siteId('S1')], areas: [], devices: [deviceId('D1'), deviceId('D2')], onBattery: [], returned },
  ...{ start: [t - 1000, t], end: null, storm: null, priority: 'page', openedAt: t, resolveAt: null },
  ...{ acknowledgedBy: null, acknowledgedAt: null, flapping: false, revisions: [] },
})

/** Enough sessions of two devices that a log lies in several parts, with an incident, a plan and the centre's own life. */
function past(): { observation: Observation; changed: Incident[] }[] {
  const told: { observation: Observation; changed: Incident[] }[] = []
  const tell = (observation: Observation, ...changed: Incident[]) => told.push({ observation, changed })
  tell({ t: JUNE, type: 'platform', event: 'started' })
  for (let day = 0; day < 200; day++) {
    const t = JUNE + day * 24 * HOUR_MS
    for (const device of ['D1', 'D2']) {
      tell(connected(device, t, day + 1))
      tell(anchored(device, t, day + 1, 30))
      tell(lost(device, t + 9 * HOUR_MS))
    }
    if (day === 50) tell({ t: t + 10 * HOUR_MS, type: 'tick' }, incident(t, []))
    if (day === 51)
      tell({ t, type: 'tick' }, incident(t, [{ device: deviceId('D1'), at: t, by: 'connected' }]))
  }
  const from = JUNE + 300 * HOUR_MS
  const plan = { id: 'M1', cause: 'power' as const, sites: [siteId('S1')], from, to: from + HOUR_MS }
  tell({ t: JUNE + 200 * HOUR_MS, type: 'planned', ...plan })
  tell({ t: JUNE + 5000 * HOUR_MS, type: 'platform', event: 'stopping' })
  return told
}

function open(): Database {
  const database = openProjections(join(temporaryFolder(), 'projections.db'))
  onTestFinished(() => database.close())
  return database
}

function begun(database: Database): AvailabilityFacts {
  const facts = new AvailabilityFacts(database)
  facts.load()
  return facts
}

function takeAll(facts: AvailabilityFacts, told: ReturnType<typeof past>): void {
  for (const { observation, changed } of told) facts.take(observation, changed)
}

test('what is saved piece by piece is what is loaded, and what is worked out at once', () => {
  const told = past()
  const whole = begun(open())
  takeAll(whole, told)
  expect(whole.facts.devices[deviceId('D1')]!.log.length, 'more than one part').toBeGreaterThan(1024)

  // Steps that end in the middle of a part, at its end, and with nothing new.
  for (const step of [7, 97, 400]) {
    const database = open()
    let facts = begun(database)
    for (let at = 0; at < told.length; at += step) {
      takeAll(facts, told.slice(at, at + step))
      database.transaction(() => facts.save())
      database.transaction(() => facts.save())
      if (at % (3 * step) === 0) facts = begun(database)
      expect(begun(database).facts, `after ${at + step}`).toEqual(facts.facts)
    }
    expect(begun(database).facts).toEqual(whole.facts)
  }
})

test('killed at any moment: what was not saved is told again, and the same comes out', () => {
  const told = past()
  const whole = begun(open())
  takeAll(whole, told)
  const database = open()
  let saved = 0
  for (let round = 1; saved < told.length; round++) {
    const facts = begun(database)
    // Runs on from what is stored; saves once on the way, then dies with more in its memory.
    const next = Math.min(told.length, saved + 31 * round)
    takeAll(facts, told.slice(saved, next))
    database.transaction(() => facts.save())
    saved = next
    takeAll(facts, told.slice(saved, saved + 13))
  }
  expect(begun(database).facts).toEqual(whole.facts)
})

test('a transaction that fails leaves what was stored; loaded again it goes on from there', () => {
  const told = past()
  const database = open()
  const facts = begun(database)
  takeAll(facts, told.slice(0, 500))
  database.transaction(() => facts.save())
  const stored = structuredClone(facts.facts)
  takeAll(facts, told.slice(500, 700))
  const full = () =>
    database.transaction(() => {
      facts.save()
      throw new Error('disk full')
    })
  expect(full).toThrow('disk full')
  facts.load()
  expect(facts.facts).toEqual(stored)
  takeAll(facts, told.slice(500))
  database.transaction(() => facts.save())
  const whole = begun(open())
  takeAll(whole, told)
  expect(begun(database).facts).toEqual(whole.facts)
})

test('a device that says again by what it runs says nothing new, before and after a restart', () => {
  const database = open()
  const says = (facts: AvailabilityFacts, hour: number, source: 'battery' | 'mains') =>
    facts.take({ t: JUNE + hour * HOUR_MS, type: 'power', device: deviceId('D1'), source }, [])
  const facts = begun(database)
  says(facts, 1, 'mains')
  says(facts, 2, 'mains')
  says(facts, 3, 'battery')
  database.transaction(() => facts.save())
  const again = begun(database)
  says(again, 4, 'battery')
  says(again, 5, 'mains')
  const told = rowsKnown(again.facts.devices[deviceId('D1')]!.log, Number.POSITIVE_INFINITY)
  expect(told.map(({ t }) => (t - JUNE) / HOUR_MS)).toEqual([1, 3, 5])
})
