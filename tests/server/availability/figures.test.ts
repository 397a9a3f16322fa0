import { describe, expect, test } from 'vitest'
import { deviceId } from '#protocol/ids.ts'
import { availabilityRecord } from '../../../server/availability/availability-record.ts'
import { VIETNAM_HOLIDAYS } from '../../../server/availability/holidays.ts'
import { judge } from '../../../server/availability/judge.ts'
import { majorEventDays } from '../../../server/availability/major-days.ts'
import { workingSeconds, workingSpans } from '../../../server/availability/working-time.ts'
import { DEFAULT_RULES } from '../../../server/incidents/rules.ts'
import { at, HOUR, incident, MINUTE, office, past } from './past.ts'

/** Monday: a line down for two hours, a hang of one hour, and a loss that nobody has explained. */
function monday() {
  const told = past()
  for (const id of ['R1', 'P1', 'P2']) told.boots(id, '-1 12:00:30', 7, null)
  told.lost('R1', '09:00', 'socket').connected('R1', '11:00', 7)
  told.goodbye('R1', '14:00', 'restart').boots('R1', '15:00:30', 8, null)
  return told.lost('R1', '22:00', 'socket')
}

describe('figures', () => {
  test('count up, connected and required time, with all that is unknown as down and as up', () => {
    const figures = monday().figures(['R1'], '00:00', '+1 00:00')
    expect(figures).toMatchObject({ devices: 1, totalMs: 24 * HOUR, requiredMs: 24 * HOUR, upMs: 21 * HOUR })
    expect(figures.device).toEqual({ lower: 21 / 24, upper: 23 / 24 })
    expect(figures.connectedMs).toBe(19 * HOUR - 30_000)
    expect(figures.downtime).toMatchObject({ powerMs: 0, faultMs: HOUR, unknownMs: 2 * HOUR })
    expect(figures.historyComplete).toBeCloseTo(22 / 24, 6)
    expect(figures).toMatchObject({ failures: 1, mttrMs: HOUR, mtbfMs: 21 * HOUR, working: null })
  })

  test('a failure is counted where it begins, and repaired with its whole length where it ends', () => {
    const told = monday()
    expect(told.figures(['R1'], '00:00', '14:30')).toMatchObject({ failures: 1, mttrMs: null })
    expect(told.figures(['R1'], '14:30', '20:00')).toMatchObject({ failures: 0, mttrMs: HOUR, mtbfMs: null })
  })

  test('downtime by days and by storm', () => {
    const told = monday()
    told.incident('22:05', incident({ since: '22:00', storm: 'W1', cause: 'link', devices: ['R1'] }))
    const { downMsByDay, stormDowntime } = told.figures(['R1'], '00:00', '+1 02:00')
    expect(downMsByDay).toEqual({ '2026-06-22': 5 * HOUR + 30_000, '2026-06-23': 2 * HOUR })
    expect(stormDowntime).toEqual({ powerMs: 0, linkMs: 4 * HOUR, faultMs: 0, unknownMs: 0 })
  })

  test('PCs have figures within working hours beside the others', () => {
    const told = monday().goodbye('P1', '16:00', 'shutdown').goodbye('P2', '19:00', 'shutdown')
    const { working, requiredMs } = told.figures(['P1', 'P2'], '00:00', '+1 00:00')
    expect(requiredMs).toBe(35 * HOUR)
    expect(working).toMatchObject({ requiredMs: 18 * HOUR, upMs: 18 * HOUR, device: { lower: 1, upper: 1 } })
    expect(told.figures(['P1', 'R1'], '00:00', '+1 00:00').working!.requiredMs).toBe(8.5 * HOUR)
  })

  test('of nothing required there is no share', () => {
    const told = monday().goodbye('P1', '16:00', 'shutdown')
    expect(told.figures(['P1'], '17:00', '18:00').device).toEqual({ lower: null, upper: null })
    expect(told.figures([], '17:00', '18:00')).toMatchObject({ devices: 0, historyComplete: 1 })
  })

  test('a momentary interruption enters no downtime', () => {
    const told = past()
      .boots('L1', '08:00:30', 7, null)
      .lost('L1', '10:00', 'socket')
      .connected('L1', '10:04', 7)
    expect(told.figures(['L1'], '09:00', '11:00')).toMatchObject({
      downtime: { powerMs: 0, linkMs: 0, faultMs: 0, unknownMs: 0 },
      momentary: { count: 1, ms: 4 * MINUTE },
      downMsByDay: {},
    })
  })
})

test('the record of the contract', () => {
  const told = monday()
  const judged = judge(told.facts, office(), DEFAULT_RULES, at('+1 00:00'))
  expect(availabilityRecord(judged, deviceId('R1'), at('00:00'), at('+1 00:00'))).toEqual({
    ...{ type: 'availability', device: 'R1', from: at('00:00'), to: at('+1 00:00') },
    ...{ requiredSeconds: 86_400, upSeconds: 75_600, connectedSeconds: 68_370, unreachableSeconds: 7230 },
    ...{ downFaultSeconds: 3600, downPowerSeconds: 0, offPlannedSeconds: 0, unknownSeconds: 7200 },
    ...{ failures: 1, repairSeconds: 3600 },
  })
})

describe('working time', () => {
  const calendar = { ...office().calendar(), holidays: VIETNAM_HOLIDAYS }

  test.each([
    ['a day', '00:00', '+1 00:00', 9.5],
    ['a week', '00:00', '+7 00:00', 5 * 9.5],
    ['from within', '10:00', '+1 08:00', 7 + 0.5],
    ['a weekend', '+5 00:00', '+7 00:00', 0],
    ['nothing', '10:00', '10:00', 0],
    ['the wrong way round', '12:00', '10:00', 0],
  ] as const)('%s', (_what, from, to, hours) => {
    expect(workingSeconds(calendar, at(from), at(to)) / 3600).toBe(hours)
  })

  test('begins and ends by the clock of the office', () => {
    expect(workingSpans(calendar, at('00:00'), at('+1 00:00'))).toEqual([
      { from: at('07:30'), to: at('17:00') },
    ])
  })

  test.each([
    ['2025-01-26T17:00Z', 'Tet 2025'],
    ['2026-02-15T17:00Z', 'Tet 2026'],
    ['2027-02-07T17:00Z', 'Tet 2027'],
    ['2026-04-26T17:00Z', 'Hung Kings, made up for on a Monday'],
  ])('none on %s, %s', (midnight) => {
    expect(workingSeconds(calendar, Date.parse(midnight), Date.parse(midnight) + 24 * HOUR)).toBe(0)
  })

  test('holidays are weekdays, in order, each once', () => {
    expect([...new Set(VIETNAM_HOLIDAYS)].sort()).toEqual(VIETNAM_HOLIDAYS)
    for (const day of VIETNAM_HOLIDAYS)
      expect([1, 2, 3, 4, 5], day).toContain(new Date(`${day}T12:00Z`).getUTCDay())
  })
})

describe('2.5-beta days', () => {
  const days = (values: number[]) => values.map((downMs, index) => ({ day: `day ${index}`, downMs }))

  test('a day far beyond the spread of the others is a major one', () => {
    const usual = Array.from({ length: 60 }, (_, index) => Math.exp(10 + Math.sin(index)))
    const found = majorEventDays(days([...usual, Math.exp(20), 0]))
    expect(found.days).toEqual(['day 60'])
    const logs = [...usual, Math.exp(20)].map(Math.log)
    const alpha = logs.reduce((sum, log) => sum + log, 0) / logs.length
    const beta = Math.sqrt(logs.reduce((sum, log) => sum + (log - alpha) ** 2, 0) / (logs.length - 1))
    expect(found.thresholdMs).toBeCloseTo(Math.exp(alpha + 2.5 * beta), 3)
  })

  test('of a few days nobody can say', () => {
    expect(majorEventDays(days([1, 2, 1e9]))).toEqual({ thresholdMs: null, days: [] })
  })
})
