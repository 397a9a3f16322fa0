import { expect, test } from 'vitest'
import { simulate } from '../../deploy/demo/simulator/simulate.ts'
import type { TrueIncident } from '../../deploy/demo/simulator/truth.ts'
import { emptyRecords, type NotificationLine, type Records } from '../bench/support/truth/records.ts'
import { score } from '../bench/support/truth/score.ts'
import { beganAt, endedAt, longBlackouts } from '../bench/support/truth/true-past.ts'

const year = simulate({ seed: 9, sites: 24, days: 90 })
const alertable = year.truth.incidents.filter(({ duty }) => duty === 'alertable')

/** What somebody who knows the truth would say: one message a root, three minutes after it began. */
function oracle(): Records {
  const records = emptyRecords()
  const told = new Set<string>()
  for (const [i, incident] of alertable.entries()) {
    const devices = [...new Set(longBlackouts(incident).map(({ device }) => device))]
    const start = [beganAt(incident), beganAt(incident)] as const
    const t = start[0] + 180_000
    const { scope, cause, storm } = incident
    const common = { scope, cause, storm, start, devices }
    records.incidents.push({
      ...{ type: 'incident', id: `I${i}`, root: null, end: endedAt(incident), ...common },
      revisions: [{ t, cause, why: [] }],
    })
    if (told.has(incident.root)) continue
    told.add(incident.root)
    records.notifications.push(opened(incident, t, `I${i}`))
  }
  records.notifications.sort((a, b) => a.t - b.t)
  for (const { device, states } of year.truth.devices) {
    const upSeconds = states.upConnectedSeconds + states.upUnreachableSeconds
    const { downFaultSeconds, downPowerSeconds, offPlannedSeconds, failures, repairSeconds } = states
    const requiredSeconds = upSeconds + downFaultSeconds + downPowerSeconds
    records.availability.push({
      ...{ type: 'availability', device, requiredSeconds, upSeconds, downFaultSeconds, downPowerSeconds },
      ...{ offPlannedSeconds, unknownSeconds: 0, failures, repairSeconds },
    })
  }
  return records
}

function opened(incident: TrueIncident, t: number, id: string): NotificationLine {
  const devices = [...incident.blackouts, ...incident.onBattery]
    .filter(({ from, to }) => from <= t && to >= t)
    .map(({ device }) => device)
  const { scope, cause, storm } = incident
  return {
    ...{ t, type: 'notification', incident: id, event: 'opened', priority: 'page', scope, cause, storm },
    ...{ devices: [...new Set(devices)], areas: [], start: [t, t] },
  }
}

function valuesOf(records: Records): Record<string, number> {
  return Object.fromEntries(
    score(records, year.truth).figures.map(({ name, value }) => [name.slice('truth.'.length), value]),
  )
}

test('who knows the truth loses no point', () => {
  expect(alertable.length, 'incidents to find').toBeGreaterThan(50)
  expect(valuesOf(oracle())).toMatchObject({
    ...{ notifications_per_root: 1, precision: 100, pc_off_notifications: 0 },
    ...{ recall_tracked: 100, recall_root_notified: 100 },
    ...{ wrong_scope: 0, wrong_cause: 0, undetermined: 0, cause_wrong_after_history: 0 },
    ...{ availability_error_routers: 0, availability_error_speakers: 0, availability_error_pcs: 0 },
    ...{ failure_count_error_speakers: 0, mttr_error_speakers: 0, broker_40min_field: 0 },
  })
  expect(valuesOf(oracle()).detect_wired_median).toBeCloseTo(3, 1)
})

test('who says nothing finds nothing', () => {
  const values = valuesOf(emptyRecords())
  expect(values.recall_tracked).toBe(0)
  expect(values.recall_root_notified).toBe(0)
  expect(values.notifications_per_root).toBe(0)
  expect(values.availability_error_routers).toBeNaN()
})

test('each fault of the one who tells costs its own figure', () => {
  const records = oracle()
  const count = records.notifications.length
  const pc = year.truth.devices.find(({ kind }) => kind === 'pc')!.device
  const noise = {
    ...records.notifications[0]!,
    devices: [pc],
    t: year.truth.from + 3_600_000,
    scope: 'device',
  }
  records.notifications.unshift(noise)
  const [first, second, third] = records.notifications.slice(1)
  records.notifications.push({ ...first!, t: first!.t + 1000, event: 'widened' })
  second!.cause = 'undetermined'
  third!.cause = third!.cause === 'power' ? 'link' : 'power'
  third!.scope = 'isp'
  const values = valuesOf(records)
  expect(values.precision).toBeCloseTo((100 * (count + 1)) / (count + 2), 6)
  expect(values.notifications_per_root).toBeCloseTo((count + 2) / count, 6)
  expect(values.pc_off_notifications).toBe(1)
  expect(values.undetermined).toBeCloseTo(100 / count, 6)
  expect(values.wrong_cause).toBeCloseTo(100 / count, 6)
  expect(values.wrong_scope).toBeCloseTo(100 / count, 6)
})

test('every lost point can be explained', () => {
  const records = oracle()
  records.notifications.shift()
  const what = new Set(
    score(records, year.truth)
      .explanations()
      .map((explanation) => explanation.what),
  )
  expect(what).toContain('root not notified')
})
