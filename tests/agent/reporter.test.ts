import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Reporter } from '../../agent/reporter.ts'
import { rememberingLog } from '../support/remembering-log.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** A reporter a minute a sample, with a journal that counts rows; what it seals is told as `newest 15`. */
function world() {
  const sealed: string[] = []
  const journal = {
    unsealedRows: 0,
    waiting: 0,
    pending: () => Array.from({ length: journal.waiting }),
    async take(which: string, rows: number) {
      const taken = Math.min(rows, journal.unsealedRows)
      journal.unsealedRows -= taken
      if (taken > 0) sealed.push(`${which} ${taken}`)
      return taken > 0
    },
    sealNewest: (rows: number) => journal.take('newest', rows),
    sealOldest: (rows: number) => journal.take('oldest', rows),
  }
  const link = { connected: false, send: vi.fn() }
  const pace = { sampleSeconds: 60, reportSeconds: 900 }
  const reporter = new Reporter({ pace: () => pace, journal, link, log: rememberingLog() })
  return {
    ...{ journal, link, pace, reporter },
    /** What was sealed since the last look. */
    sealed: () => sealed.splice(0),
    async sampleFor(minutes: number) {
      for (let minute = 0; minute < minutes; minute++) {
        vi.advanceTimersByTime(60_000)
        journal.unsealedRows++
        await reporter.onSample()
      }
    },
    async urgentSample() {
      journal.unsealedRows++
      await reporter.onSample({ urgent: true })
    },
  }
}

test('a report at once when connected, then behind each fifteenth sample', async () => {
  const { link, pace, reporter, sealed, sampleFor } = world()
  await sampleFor(3)
  expect(sealed(), 'no line: the samples wait').toEqual([])
  link.connected = true
  await reporter.onConnected()
  expect(sealed(), 'connected: all that waited, at once').toEqual(['newest 3'])
  await sampleFor(45)
  expect(sealed()).toEqual(['newest 15', 'newest 15', 'newest 15'])
  expect(link.send).toHaveBeenCalledTimes(3)
  await sampleFor(10)
  await reporter.onConnected()
  expect(sealed(), 'a new connection tells the present').toEqual(['newest 10'])
  pace.reportSeconds = 300
  await sampleFor(10)
  expect(sealed(), 'a new pace holds from the next sample on').toEqual(['newest 5', 'newest 5'])
})

test('a week without a line: the present first, the past in chunks, and the present in between', async () => {
  const { journal, link, reporter, sealed, sampleFor } = world()
  await sampleFor(7 * 1440)
  expect(sealed()).toEqual([])
  link.connected = true
  await reporter.onConnected()
  expect(sealed()).toEqual(['newest 60'])
  await reporter.onRoom()
  await reporter.onRoom()
  expect(sealed()).toEqual(['oldest 240', 'oldest 240'])
  await sampleFor(15)
  expect(sealed(), 'what came since is the present').toEqual(['newest 15'])
  await sampleFor(4)
  for (let chunk = 0; chunk < 50; chunk++) await reporter.onRoom()
  const past = sealed()
  expect(past).toHaveLength(40)
  expect(past.at(-1), 'the last piece').toBe(`oldest ${7 * 1440 - 60 - 41 * 240}`)
  expect(journal.unsealedRows, 'the rows of the next report are no past').toBe(4)
  await sampleFor(11)
  expect(sealed()).toEqual(['newest 15'])
})

test('a report that could not be sealed is past when the next one is due', async () => {
  const { journal, link, reporter, sealed, sampleFor } = world()
  link.connected = true
  await reporter.onConnected()
  const { sealNewest } = journal
  journal.sealNewest = async () => {
    throw new Error('disk full')
  }
  await sampleFor(1)
  journal.sealNewest = sealNewest
  await sampleFor(15)
  expect(sealed()).toEqual(['newest 15'])
  await reporter.onRoom()
  expect(sealed()).toEqual(['oldest 1'])
})

test('samples that come late make fewer reports, and no wrong ones', async () => {
  const { link, reporter, sealed, sampleFor } = world()
  link.connected = true
  await reporter.onConnected()
  await sampleFor(1)
  expect(sealed()).toEqual(['newest 1'])
  await sampleFor(5)
  vi.advanceTimersByTime(3_600_000)
  await sampleFor(1)
  expect(sealed()).toEqual(['newest 6'])
})

test('room that is told twice seals no chunk twice', async () => {
  const { journal, link, reporter, sealed, sampleFor } = world()
  await sampleFor(400)
  link.connected = true
  await reporter.onConnected()
  sealed()
  await Promise.all([reporter.onRoom(), reporter.onRoom()])
  expect(sealed()).toEqual(['oldest 240'])
  expect(journal.unsealedRows).toBe(100)
})

test('a line that flickers without an acknowledgement piles up no reports; the rows go once there is room', async () => {
  const { journal, link, reporter, sealed, sampleFor } = world()
  await sampleFor(400)
  link.connected = true
  journal.waiting = 20
  for (let flap = 0; flap < 50; flap++) {
    await reporter.onConnected()
    await reporter.onRoom()
    await sampleFor(1)
  }
  expect(sealed()).toEqual([])
  journal.waiting = 0
  await reporter.onRoom()
  expect(sealed()).toEqual(['oldest 240'])
  await sampleFor(15)
  expect(sealed(), 'the present goes on').toEqual(['newest 15'])
})

test('what cannot wait goes at once, with what waited; the next report is due as long after it', async () => {
  const { link, reporter, sealed, sampleFor, urgentSample } = world()
  await urgentSample()
  expect(sealed(), 'no line: it waits like all the others').toEqual([])
  link.connected = true
  await reporter.onConnected()
  expect(sealed()).toEqual(['newest 1'])
  await sampleFor(4)
  await urgentSample()
  expect(sealed()).toEqual(['newest 5'])
  expect(link.send).toHaveBeenCalledTimes(1)
  await sampleFor(14)
  expect(sealed()).toEqual([])
  await sampleFor(1)
  expect(sealed()).toEqual(['newest 15'])
})
