import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LineFault } from '../../../server/replay/fields.ts'
import { parseLine } from '../../../server/replay/parse.ts'
import { siteOutage } from './site-outage.ts'

const LINES = siteOutage()

/** Whether it is read, or refused by a fault that tells what came. */
function isAnswered(text: string): boolean {
  try {
    return typeof parseLine(text, () => 60).type === 'string'
  } catch (error) {
    return error instanceof LineFault && /(^| )expected .+, got \P{Cc}+$/u.test(error.message)
  }
}

test('whatever stands in a field, a line is read or refused with what came', () => {
  fc.assert(
    fc.property(fc.constantFrom(...LINES), fc.nat(), fc.jsonValue(), (line, at, value) => {
      const fields = JSON.parse(line) as Record<string, unknown>
      const names = Object.keys(fields)
      const changed = { ...fields, [names[at % names.length]!]: value }
      expect(isAnswered(JSON.stringify(changed))).toBe(true)
    }),
    { numRuns: 3000 },
  )
})

test('whatever a line is cut to or filled with, it is read or refused with what came', () => {
  fc.assert(
    fc.property(fc.constantFrom(...LINES), fc.nat(), fc.string(), (line, at, text) => {
      const place = at % line.length
      expect(isAnswered(line.slice(0, place) + text)).toBe(true)
      expect(isAnswered(line.slice(0, place) + text + line.slice(place + 1))).toBe(true)
    }),
    { numRuns: 3000 },
  )
})
