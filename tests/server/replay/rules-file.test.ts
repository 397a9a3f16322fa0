import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { DEFAULT_RULES } from '../../../server/incidents/rules.ts'
import { parseRules, type RulesError, readRules } from '../../../server/replay/rules-file.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

function mistakesOf(text: string): readonly string[] {
  try {
    parseRules('rules.json', text)
  } catch (error) {
    return (error as RulesError).mistakes
  }
  throw new Error('expected mistakes, got none')
}

test('what a file does not name stays as it is', () => {
  const file = join(temporaryFolder(), 'rules.json')
  writeFileSync(file, '{"holdDownWiredSeconds": 360, "cellShare": 1}')
  expect(readRules(file)).toEqual({ ...DEFAULT_RULES, holdDownWiredSeconds: 360, cellShare: 1 })
})

test('every default would be taken from a file', () => {
  expect(parseRules('rules.json', JSON.stringify(DEFAULT_RULES))).toEqual(DEFAULT_RULES)
})

test('three mistakes are told at once', () => {
  const text = '{"holdDownWiredSecond": 360, "areaSites": 2.5, "slackSeconds": 20, "cellShare": "most"}'
  expect(mistakesOf(text)).toEqual([
    'holdDownWiredSecond: expected the name of a rule, did you mean holdDownWiredSeconds?',
    'areaSites: expected a whole number from 1 to 100000, got 2.5',
    'cellShare: expected a share above 0, at most 1, got "most"',
  ])
})

test.each([
  ['{"slackSeconds": -1}', 'slackSeconds: expected seconds from 0 to 31622400, got -1'],
  ['{"historySeconds": 31622401}', 'historySeconds: expected seconds from 0 to 31622400, got 31622401'],
  ['{"ispShare": 0}', 'ispShare: expected a share above 0, at most 1, got 0'],
  ['{"ispShare": 1.01}', 'ispShare: expected a share above 0, at most 1, got 1.01'],
  ['{"flappingTimes": 0}', 'flappingTimes: expected a whole number from 1 to 100000, got 0'],
  ['{"flappingTimes": null}', 'flappingTimes: expected a whole number from 1 to 100000, got null'],
  [
    '{"HOLDDOWNCELLSECONDS": 5}',
    'HOLDDOWNCELLSECONDS: expected the name of a rule, did you mean holdDownCellSeconds?',
  ],
  ['{"xyzzy": 5}', 'xyzzy: expected the name of a rule, got another'],
  ['{"constructor": 5}', 'constructor: expected the name of a rule, got another'],
  ['{"__proto__": 5}', '__proto__: expected the name of a rule, got another'],
  ['[1]', 'expected a JSON object of rules, got [1]'],
  ['null', 'expected a JSON object of rules, got null'],
])('%s', (text, mistake) => {
  expect(mistakesOf(text)).toEqual([mistake])
})

test('what is no JSON, and a file that is not there, name the file', () => {
  expect(() => parseRules('rules.json', '{"a":')).toThrow(
    /^rules\.json: expected a JSON object of rules, got: /,
  )
  expect(() => readRules('nowhere.json')).toThrow(
    'nowhere.json: expected a file that can be read, got ENOENT',
  )
})
