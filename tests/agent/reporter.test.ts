import { expect, test, vi } from 'vitest'
import { Reporter } from '../../agent/reporter.ts'
import { rememberingLog } from '../support/remembering-log.ts'

test('a report at once when connected, then behind each fifteenth sample; a day in one while there is no line', async () => {
  vi.useFakeTimers()
  const sealed: number[] = []
  const journal = {
    unsealedRows: 0,
    seal: async () => {
      sealed.push(journal.unsealedRows)
      journal.unsealedRows = 0
    },
  }
  const link = { connected: false, send: () => {} }
  const pace = { sampleSeconds: 60, reportSeconds: 900 }
  const reporter = new Reporter({ pace, journal, link, log: rememberingLog() })
  const sampleFor = async (minutes: number) => {
    for (let minute = 0; minute < minutes; minute++) {
      vi.advanceTimersByTime(60_000)
      journal.unsealedRows++
      await reporter.onSample()
    }
  }

  await sampleFor(3)
  expect(sealed, 'no line: the samples wait').toEqual([])
  link.connected = true
  await reporter.onConnected()
  expect(sealed.splice(0), 'connected: all that waited, at once').toEqual([3])
  await sampleFor(45)
  expect(sealed.splice(0)).toEqual([15, 15, 15])
  await sampleFor(10)
  await reporter.onConnected()
  expect(sealed.splice(0), 'a new connection tells the present').toEqual([10])
  link.connected = false
  await sampleFor(1441)
  expect(sealed.splice(0), 'what one report can hold is sealed').toEqual([1440])
  vi.useRealTimers()
})
