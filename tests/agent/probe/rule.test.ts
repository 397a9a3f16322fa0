import { expect, test } from 'vitest'
import type { MetricName } from '#protocol/metrics.ts'
import type { TraitName } from '#protocol/traits.ts'
import { compilePattern, firstMatch } from '../../../agent/probe/match.ts'
import { numberIn } from '../../../agent/probe/number.ts'
import type { Rule } from '../../../agent/probe/profile.ts'
import { type Answer, readMetric, readTrait, shown } from '../../../agent/probe/rule.ts'

const utf8 = (text: string) => Buffer.from(text)

test.each<[Answer, number]>([
  [-97, -97],
  [27_447_042n, 27_447_042],
  ['-97', -97],
  ['-97 dBm', -97],
  ['−97dBm', -97],
  ['+3.5', 3.5],
  ['12,5 V', 12.5],
  ['0,125', 0.125],
  ['.5', 0.5],
  [',5', 0.5],
  ['1.234', 1.234],
  ['1,234.5', 1234.5],
  ['1.234,5', 1234.5],
  ['12,345,678', 12_345_678],
  ['1e3', 1000],
  ['1.5E-2', 0.015],
  ['0x1A2D003', 27_447_299],
  ['  42 \0\0', 42],
  [utf8('42 %'), 42],
  ['100%', 100],
])('%o is the number %d', (answer, number) => {
  expect(readMetric('rssi_dbm', {}, answer)).toBeCloseTo(number, 9)
})

test.each<[Answer, string]>([
  ['', '""'],
  ['NaN', '"NaN"'],
  ['nan', '"nan"'],
  ['Infinity', '"Infinity"'],
  ['inf', '"inf"'],
  ['N/A', '"N/A"'],
  ['--', '"--"'],
  ['-', '"-"'],
  ['không rõ', '"không rõ"'],
  ['12:30', '"12:30"'],
  ['3 of 5', '"3 of 5"'],
  ['1.2.3', '"1.2.3"'],
  ['1,234', '"1,234"'],
  ['1,2,3', '"1,2,3"'],
  ['1.234,5.6', '"1.234,5.6"'],
  ['1e999', '"1e999"'],
  [true, '"true"'],
  [Number.NaN, '"NaN"'],
  [Number.POSITIVE_INFINITY, '"Infinity"'],
  [utf8('\xff\xfe'), '"ÿþ"'],
])('%j is no number', (answer, got) => {
  expect(() => readMetric('rssi_dbm', {}, answer)).toThrow(`rssi_dbm: expected a number, got ${got}`)
})

test.each<[Answer, string]>([
  [undefined, 'expected an answer, got nothing'],
  [{ a: 1 }, 'expected a text or a number, got {"a":1}'],
  [[1, 2], 'expected a text or a number, got [1,2]'],
])('%j is neither a text nor a number', (answer, said) => {
  expect(() => readMetric('rssi_dbm', {}, answer)).toThrow(`rssi_dbm: ${said}`)
  expect(() => readMetric('sim_state', {}, answer)).toThrow(`sim_state: ${said}`)
  expect(() => readTrait('model', {}, answer)).toThrow(`model: ${said}`)
})

test.each<[Rule, Answer, number | undefined]>([
  [{ scale: 0.1 }, '123', 12.3],
  [{ scale: -1, offset: 10 }, 4, 6],
  [{ offset: -273.15 }, '300.15 K', 27],
  [{ match: 'RSRP: (-?\\d+)' }, 'RSSI: -60 RSRP: -97', -97],
  [{ match: '-\\d+' }, 'at -97 dBm', -97],
  [{ match: '^b=(.*)$' }, 'a=1\nb=2\nc=3', 2],
  [{ absent: ['0', '-32768'] }, 0, undefined],
  [{ absent: ['0', '-32768'] }, '-32768', undefined],
  [{ absent: ['0'] }, '10', 10],
  [{ absent: [''] }, undefined, undefined],
  [{ absent: [''] }, '', undefined],
  [{ absent: [''] }, utf8('\0'), undefined],
  [{ absent: ['--'], match: 'T=(\\S+)' }, 'T=--', undefined],
  [{ absent: ['N/A'], match: '\\d+' }, 'N/A', undefined],
  [{ absent: [''], match: 'T=(\\d+)?' }, 'T=', undefined],
  [{}, null, undefined],
])('by %j %j is %s', (rule, answer, value) => {
  const read = readMetric('rssi_dbm', rule, answer)
  if (value === undefined) expect(read).toBeUndefined()
  else expect(read).toBeCloseTo(value, 9)
})

test.each<[MetricName, Rule, Answer, number]>([
  ['power_source', { states: { ac: 'mains', '*': 'battery' } }, 'ac', 1],
  ['power_source', { states: { ac: 'mains', '*': 'battery' } }, 'AC', 1],
  ['power_source', { states: { ac: 'mains', '*': 'battery' } }, 'pin', 2],
  ['sim_state', { states: { '3': 'locked' } }, 3, 3],
  ['sim_state', { states: { true: 'ready', false: 'missing' } }, true, 1],
  ['sim_state', {}, 'ready', 1],
  ['playback_state', { match: '(\\w+)$', states: { on: 'playing' } }, 'state is on', 2],
  ['playback_state', { states: { on: 'unknown' } }, utf8('on'), 0],
])('a state: %s by %j from %j', (name, rule, answer, number) => {
  expect(readMetric(name, rule, answer)).toBe(number)
})

test('a state that stands for nothing is refused with those that do', () => {
  const rule = { states: { '1': 'good', '2': 'off' } }
  expect(() => readMetric('amplifier_state', rule, 7)).toThrow(
    'amplifier_state: expected one of 1, 2, got "7"',
  )
  // Names of what every object has are answers like others.
  expect(() => readMetric('amplifier_state', rule, 'constructor')).toThrow(
    'expected one of 1, 2, got "constructor"',
  )
  expect(() => readMetric('amplifier_state', rule, '__proto__')).toThrow('expected one of 1, 2')
  expect(() => readMetric('amplifier_state', {}, 'broken')).toThrow(
    'expected one of unknown, good, off, fault',
  )
})

test.each<[TraitName, Rule, Answer, string | undefined]>([
  ['model', {}, 'RB951  \0', 'RB951'],
  ['model', { match: 'Model: (.+)' }, utf8('Model: DB9000RX'), 'DB9000RX'],
  ['serial', {}, 12_345n, '12345'],
  ['operator', { states: { '45204': 'Viettel', '*': 'khác' } }, 45_204, 'Viettel'],
  ['operator', { states: { '45204': 'Viettel', '*': 'khác' } }, 1, 'khác'],
  ['memory_mib', { scale: 1 / 1024 }, '262143 KiB', '256'],
  ['model', { absent: ['To be filled by O.E.M.'] }, 'To be filled by O.E.M.', undefined],
  ['model', {}, '', undefined],
  ['model', {}, 'a\x07b\u0000c', 'a b c'],
])('a trait: %s by %j from %o is %j', (name, rule, answer, text) => {
  expect(readTrait(name, rule, answer)).toBe(text)
})

test('an answer that does not match is refused with as much of both as a message bears', () => {
  const read = () => readMetric('rssi_dbm', { match: 'RSSI=(\\d+)' }, 'x'.repeat(5000))
  expect(read).toThrow(/^rssi_dbm: expected a text that matches "RSSI=\(\\\\d\+\)", got "x{59}…$/)
})

test('a pattern that goes back and forth without end is cut off, and the next one works', () => {
  const started = performance.now()
  const endless = () => readMetric('rssi_dbm', { match: '(a+)+$' }, `${'a'.repeat(60)}b`)
  expect(endless).toThrow('rssi_dbm: match: expected an end within 50 ms, got none of "(a+)+$"')
  expect(performance.now() - started).toBeLessThan(2000)
  expect(firstMatch('b(.)', 'abc')).toBe('c')
  expect(firstMatch('x', 'abc')).toBeNull()
})

test('what is no pattern is said to be none', () => {
  expect(() => compilePattern('(')).toThrow('expected a regular expression, got "("')
})

test('numbers are not made of words', () => {
  expect(numberIn('0xZZ')).not.toBe(Number.NaN)
  expect(numberIn('12 34')).toBeNull()
  expect(shown({ toJSON: () => undefined })).toBeTypeOf('string')
})
