import { describe, expect, it } from 'vitest'
import {
  answerTo,
  canAnswer,
  type Found,
  parseQuestion,
  type Term,
} from '../../../../agent/probe/snmp/question.ts'

const has =
  (values: Record<string, Found>) =>
  ({ oid }: Term): Found =>
    values[oid] ?? { missing: 'noSuchObject' }

describe('questions of a profile', () => {
  const find = has({
    '1.3.1': { value: 30 },
    '1.3.2': { value: 120n },
    '1.3.3': { value: 0 },
    '1.3.4': { value: Buffer.from('RUTX11') },
  })

  it.each<[string, unknown]>([
    ['1.3.1', 30],
    ['1.3.2', 120n],
    ['1.3.4', Buffer.from('RUTX11')],
    ['1.3.1 / 1.3.2', 0.25],
    ['1.3.2 - 1.3.1 / 1.3.2', 0.75],
    ['1.3.1+1.3.1', 60],
    ['1.3.1 / 1.3.3', undefined],
    ['1.3.9 | 1.3.1', 30],
    ['1.3.9 / 1.3.1 | 1.3.2', 120n],
  ])('%s', (text, expected) => {
    expect(answerTo(parseQuestion(text), find)).toEqual(expected)
  })

  it('names the object that is not there', () => {
    expect(() => answerTo(parseQuestion('1.3.1 / 1.3.9'), find)).toThrow(
      'expected a value at 1.3.9, got noSuchObject',
    )
    expect(() => answerTo(parseQuestion('1.3.8 | 1.3.9'), find)).toThrow(
      'expected a value at 1.3.8, got noSuchObject',
    )
    expect(canAnswer(parseQuestion('1.3.8 | 1.3.9'), find)).toBe(false)
  })

  it('refuses to count with a text', () => {
    expect(() => answerTo(parseQuestion('1.3.4 / 1.3.1'), find)).toThrow(
      'expected a number at 1.3.4, got a text',
    )
  })

  it.each([
    ['', 'expected an object id'],
    ['sysUpTime.0', 'expected an object id'],
    ['1.3.6.1.4294967296', 'expected an object id'],
    ['.1.3.6', 'expected an object id'],
    ['1.3.6.*.1', 'expected an object id'],
    ['mean(1.3.6.*)', 'expected an object id'],
    ['1.3.1 / 1.3.2 / 1.3.3', 'expected one quotient'],
    [Array.from({ length: 9 }, () => '1.3.1').join(' + '), 'expected at most 8 objects, got 9'],
  ])('refuses %j', (text, reason) => {
    expect(() => parseQuestion(text)).toThrow(reason)
  })
})
