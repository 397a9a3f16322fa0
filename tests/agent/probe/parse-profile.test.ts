import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parsePath, valueAt } from '../../../agent/probe/json-path.ts'
import { parseProfile } from '../../../agent/probe/parse-profile.ts'

const HTTP = { kind: 'http', path: '/status', format: 'json' }
const whole = {
  name: 'loa-xa',
  title: { vi: 'Loa xã', en: 'Commune loudspeaker' },
  kind: 'speaker',
  source: 'tài liệu của hãng',
  everySeconds: 60,
  steps: [
    {
      ...HTTP,
      ...{ optional: true, scheme: 'https', port: 8443, method: 'POST', body: '{}', auth: 'digest' },
      headers: { 'X-Key': 'a b' },
      readings: {
        volume_percent: { at: 'a.b[0].c', match: '\\d+', absent: ['', '-1'], scale: 0.5, offset: -3 },
        playback_state: { at: 'x', states: { '1': 'playing', '*': 'idle' } },
      },
      traits: { operator: { at: '[0].name', states: { '45204': 'Viettel' } } },
    },
    { ...HTTP, format: 'text', readings: { volume_percent: { match: 'v=(.*)' } } },
    { kind: 'tcp', port: 4000, send: 'STATUS\r\n', until: 'OK$' },
    { kind: 'snmp', readings: { rsrp_dbm: { oid: '1.3.6.1.4.1.14988.1.1.16.1.1.4.1' } } },
    { kind: 'snmp-interfaces', uplinks: ['WAN1', 'lte*'] },
  ],
}

test('a whole profile comes back as it stands, rules that are left out are none', () => {
  const parsed = parseProfile(whole, 'loa-xa.json')
  expect(parsed).toMatchObject(whole)
  expect(parsed.steps[2]).toEqual({ ...whole.steps[2], readings: {}, traits: {} })
})

/** The profile with one thing changed. */
function having(change: object): unknown {
  return { ...whole, ...change }
}
const step = (change: object) => having({ steps: [{ ...HTTP, ...change }] })
const reading = (name: string, rule: unknown) => step({ readings: { [name]: rule } })

test.each<[unknown, string]>([
  [null, 'expected an object, got null'],
  [[], 'expected an object, got []'],
  ['x', 'expected an object, got "x"'],
  [having({ nmae: 1 }), 'nmae: expected name, which it may stand for, got "nmae"'],
  [having({ zzzzz: 1 }), 'zzzzz: expected one of name, title, kind'],
  [having({ name: undefined }), 'name: expected a text of 1 to 48 characters, got nothing'],
  [having({ name: 'Loa Xã' }), 'name: expected small letters, digits and "-", got "Loa Xã"'],
  [having({ title: { vi: 'x' } }), 'title.en: expected a text of 1 to 120 characters, got nothing'],
  [having({ kind: 'loa' }), 'kind: expected one of pc, router, speaker, other, got "loa"'],
  [having({ source: '' }), 'source: expected a text of 1 to 1000 characters, got ""'],
  [having({ everySeconds: 5 }), 'everySeconds: expected a whole number from 10 to 3600, got 5'],
  [having({ everySeconds: '60' }), 'everySeconds: expected a whole number from 10 to 3600, got "60"'],
  [having({ steps: [] }), 'steps: expected a list of 1 to 6, got "0"'],
  [having({ steps: {} }), 'steps: expected a list of 1 to 6, got {}'],
  [
    having({ steps: [{ kind: 'ping' }] }),
    'everySeconds: expected at least 360 where nothing but ping is asked, got 60',
  ],
  [
    having({ steps: [{ kind: 'htpp' }] }),
    'steps[0].kind: expected one of snmp, snmp-interfaces, http, tcp, ping, got "htpp"',
  ],
  [having({ steps: [7] }), 'steps[0]: expected an object, got 7'],
  [step({ path: 'status' }), 'steps[0].path: expected a path such as /status?all=1'],
  [step({ path: '/trạng-thái' }), 'steps[0].path: expected a path such as'],
  [step({ path: '/a b' }), 'steps[0].path: expected a path such as'],
  [step({ path: '/a\r\nHost: x' }), 'steps[0].path: expected a path such as'],
  [step({ readngs: {} }), 'steps[0].readngs: expected readings, which it may stand for, got "readngs"'],
  [step({ port: 0 }), 'steps[0].port: expected a whole number from 1 to 65535, got 0'],
  [step({ format: 'xml' }), 'steps[0].format: expected one of json, text, got "xml"'],
  [step({ auth: 'ntlm' }), 'steps[0].auth: expected one of none, basic, digest, bearer'],
  [step({ optional: 'yes' }), 'steps[0].optional: expected true or false, got "yes"'],
  [step({ body: 'x' }), 'steps[0].body: expected nothing beside a method other than POST, got "x"'],
  [
    step({ headers: { Authorization: 'Basic eDp5' } }),
    'expected none of those that are made of the step and of the papers',
  ],
  [step({ headers: { 'a b': 'x' } }), 'steps[0].headers.a b: expected a name of a header, got "a b"'],
  [step({ headers: { a: 'x\r\nHost: y' } }), 'steps[0].headers.a: expected printable ASCII'],
  [
    reading('volum_percent', { at: 'x' }),
    'steps[0].readings.volum_percent: expected volume_percent, which it may stand for',
  ],
  [reading('qqqqqqqqqqqq', { at: 'x' }), 'expected a metric of METRICS.md, got "qqqqqqqqqqqq"'],
  [
    reading('probed_boot', { at: 'x' }),
    "expected a metric that the device tells, not one of the prober's own",
  ],
  [
    reading('volume_percent', { at: 'x', scael: 1 }),
    'steps[0].readings.volume_percent.scael: expected scale, which',
  ],
  [
    reading('volume_percent', {}),
    'steps[0].readings.volume_percent.at: expected a text of 1 to 200 characters, got nothing',
  ],
  [
    reading('volume_percent', { at: 'a..b' }),
    'steps[0].readings.volume_percent.at: expected a path such as player.queue[0].state, got "a..b"',
  ],
  [reading('volume_percent', { at: 'a[x]' }), 'expected a path such as player.queue[0].state, got "a[x]"'],
  [
    reading('volume_percent', { at: 'x', match: '(' }),
    'steps[0].readings.volume_percent.match: expected a regular expression, got "("',
  ],
  [
    reading('volume_percent', { at: 'x', match: 'x'.repeat(301) }),
    'expected a text of 1 to 300 characters, got "301 characters"',
  ],
  [
    reading('volume_percent', { at: 'x', scale: 0 }),
    'steps[0].readings.volume_percent.scale: expected a number other than 0, got 0',
  ],
  [
    reading('volume_percent', { at: 'x', offset: '1' }),
    'steps[0].readings.volume_percent.offset: expected a number, got "1"',
  ],
  [
    reading('volume_percent', { at: 'x', absent: '0' }),
    'steps[0].readings.volume_percent.absent: expected a list of 1 to 20, got "0"',
  ],
  [
    reading('volume_percent', { at: 'x', absent: [0] }),
    'steps[0].readings.volume_percent.absent[0]: expected a text of 0 to 120 characters, got 0',
  ],
  [
    reading('volume_percent', { at: 'x', states: { a: 'b' } }),
    'steps[0].readings.volume_percent.states: expected nothing, as the metric is a number',
  ],
  [
    reading('sim_state', { at: 'x', states: { a: 'redy' } }),
    'steps[0].readings.sim_state.states["a"]: expected one of unknown, ready, missing, locked, got "redy"',
  ],
  [
    reading('sim_state', { at: 'x', states: {} }),
    'steps[0].readings.sim_state.states: expected 1 to 64 answers, got "0"',
  ],
  [
    reading('sim_state', { at: 'x', scale: 2 }),
    'steps[0].readings.sim_state: expected neither scale nor offset, as the metric is a state',
  ],
  [step({ traits: { modle: { at: 'x' } } }), 'steps[0].traits.modle: expected model, which it may stand for'],
  [
    step({ traits: { faults: { at: 'x' } } }),
    "expected a trait that the device tells, not one of the prober's own",
  ],
  [
    step({ format: 'text', readings: { volume_percent: { at: 'x' } } }),
    'steps[0].readings.volume_percent.at: expected nothing beside format text: use match, got "x"',
  ],
  [
    having({ steps: [{ kind: 'tcp' }] }),
    'steps[0].port: expected a whole number from 1 to 65535, got nothing',
  ],
  [
    having({ steps: [{ kind: 'tcp', port: 1, until: '[' }] }),
    'steps[0].until: expected a regular expression, got "["',
  ],
  [
    having({ steps: [{ kind: 'ping', count: 9 }], everySeconds: 360 }),
    'steps[0].count: expected a whole number from 1 to 5, got 9',
  ],
  [having({ steps: [{ kind: 'snmp' }] }), 'steps[0]: expected at least one reading or trait'],
  [
    having({ steps: [{ kind: 'snmp', readings: { rsrp_dbm: { oid: '.1.3' } } }] }),
    'steps[0].readings.rsrp_dbm.oid: expected an object id',
  ],
  [
    having({ steps: [{ kind: 'snmp', readings: { rsrp_dbm: { oid: '1.3.4294967296' } } }] }),
    'steps[0].readings.rsrp_dbm.oid: expected an object id',
  ],
  [
    having({ steps: [{ kind: 'snmp-interfaces', uplinks: ['a', 'b', 'c'] }] }),
    'steps[0].uplinks: expected a list of 1 to 2, got "3"',
  ],
])('%# is refused with its place', (json, said) => {
  expect(() => parseProfile(json, 'x.json')).toThrow(said)
})

test('all problems at once, one a line', () => {
  const bad = { ...whole, name: 'X', kind: 'y', everySeconds: 1, steps: [{ ...HTTP, path: 'z', prot: 1 }] }
  let said = ''
  try {
    parseProfile(bad, 'x.json')
  } catch (error) {
    said = (error as Error).message
  }
  expect(said.split('\n')).toHaveLength(5)
  expect(said.split('\n').every((line) => line.startsWith('x.json: '))).toBe(true)
})

test('whatever JSON stands in the file, it is a profile or is refused in words', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), fc.jsonValue(), (steps, rule, name) => {
      for (const json of [
        steps,
        having({ steps }),
        having({ name }),
        reading('sim_state', rule),
        step({ headers: rule }),
      ]) {
        try {
          parseProfile(json, 'x.json')
        } catch (error) {
          expect((error as Error).message).toMatch(/^x\.json: .*expected /)
        }
      }
    }),
    { numRuns: 500 },
  )
})

test.each<[string, readonly (string | number)[] | null]>([
  ['a', ['a']],
  ['a.b', ['a', 'b']],
  ['a[0].b[12][3]', ['a', 0, 'b', 12, 3]],
  ['[1].x', [1, 'x']],
  ['tên máy.số-1', ['tên máy', 'số-1']],
  ['', null],
  ['.a', null],
  ['a.', null],
  ['a..b', null],
  ['a[b]', null],
  ['a[0', null],
  ['a[0]b', null],
  ['a]', null],
  ['a[-1]', null],
])('the path %s', (path, keys) => {
  // `.a` names a field behind nothing.
  expect(path === '.a' ? null : parsePath(path)).toEqual(keys)
})

test('a place that is not there is told by what is in its stead', () => {
  const json = { player: { state: 'idle', queue: [1, 2] }, odd: null, none: {}, text: 'x' }
  expect(valueAt(json, 'player.queue[1]')).toEqual({ value: 2 })
  expect(valueAt(json, 'player.queue.length')).toEqual({ value: 2 })
  expect(valueAt(json, 'odd')).toEqual({ value: null })
  expect(valueAt(json, 'player.volume')).toEqual({ missing: 'player has state, queue' })
  expect(valueAt(json, 'player.queue[2]')).toEqual({ missing: 'player.queue has a list of 2' })
  expect(valueAt(json, 'volume')).toEqual({ missing: 'the answer has player, odd, none, text' })
  expect(valueAt(json, 'odd.x')).toEqual({ missing: 'odd has null' })
  expect(valueAt(json, 'none.x')).toEqual({ missing: 'none has no fields' })
  expect(valueAt(json, 'text.length')).toEqual({ missing: 'text has "x"' })
  expect(valueAt(json, 'constructor')).toMatchObject({ missing: expect.any(String) })
  expect(valueAt(JSON.parse('{"__proto__":{"a":1}}'), '__proto__.a')).toEqual({ value: 1 })
})
