import fc from 'fast-check'
import { expect, test } from 'vitest'
import { plausible } from '../../../agent/collect/plausible.ts'
import { askAntivirus } from '../../../agent/windows/antivirus.ts'
import { PARTS } from '../../../agent/windows/script.ts'
import { collected, FIXTURES, type FixtureName, fixture, lookAt } from './fixture.ts'

const COLLECTORS = [
  ...['network', 'system', 'boot end', 'volumes', 'disks', 'windows temperature', 'battery', 'restart'],
  ...['updates', 'inventory'],
]

/**
 * Whatever came, each collector either tells what can be, or throws one sentence with what was expected and what came.
 * @returns the faults
 */
async function endured(bytes: Buffer, stderr = ''): Promise<Record<string, string>> {
  const look = lookAt(bytes, stderr)
  const { values, traits, faults } = await collected(look)
  expect(plausible(values).problems).toEqual([])
  for (const text of Object.values(traits)) expect(typeof text).toBe('string')
  for (const fault of Object.values(faults)) {
    expect(fault).toMatch(/expected .*got /s)
    expect(fault.length).toBeLessThan(500)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for.
    expect(fault).not.toMatch(/[\0-\x1f]/)
  }
  const facts = await askAntivirus(look).catch((error: Error) => error.message)
  if (typeof facts === 'string') expect(facts).toMatch(/expected .*got /)
  else expect(['present', 'absent', 'failed']).toContain(facts.namespace)
  return faults
}

const html = '<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1></body></html>'

test.each<[string, Buffer, string]>([
  ['nothing', Buffer.alloc(0), 'got nothing'],
  ['white space', Buffer.from(' \r\n\t '), 'got ""'],
  ['a page of a proxy', Buffer.from(html), 'got "<!DOCTYPE html><html><body><h1>502 Bad Gateway'],
  ['a page in 16 bits', Buffer.from(`\ufeff${html}`, 'utf16le'), '<!DOCTYPE html>'],
  ['zeros', Buffer.alloc(5000), 'got ""'],
  ['ones', Buffer.alloc(5000, 0xff), 'got "\ufffd'],
  ['a picture', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), 'got "\ufffdPNG'],
  ['a banner only', Buffer.from('Windows PowerShell\r\nCopyright (C) Microsoft'), 'got "Windows PowerShell'],
  ['errors of PowerShell in XML', Buffer.from('#< CLIXML\r\n<Objs Version="1.1.0.1">'), 'got "#< CLIXML'],
])('%s is no answer of PowerShell, and every collector says so', async (_what, bytes, shown) => {
  const faults = await endured(bytes)
  expect(Object.keys(faults).sort()).toEqual([...COLLECTORS].sort())
  const { system, ...others } = faults
  expect(system).toContain('PowerShell: expected @hd:begin in its answer, ')
  expect(system).toContain(shown)
  // Once in full is enough: all faults together have 1024 bytes.
  expect(new Set(Object.values(others))).toEqual(
    new Set(['expected an answer of PowerShell, got none: see system']),
  )
})

test('what PowerShell said of errors is told with it', async () => {
  const faults = await endured(Buffer.alloc(0), 'This program is blocked by group policy.\r\n')
  expect(faults.system).toBe(
    'PowerShell: expected @hd:begin in its answer, got nothing, and "This program is blocked by group policy." as errors',
  )
})

test('a marker and nothing else: each part is missed by name', async () => {
  const faults = await endured(Buffer.from('@hd:begin 1\r\n'))
  expect(faults.system).toBe('os: expected rows of Windows, got missing: an answer that was cut off')
  expect((await endured(Buffer.from('@hd:begin 1\n@hd:end\n'))).volumes).toBe(
    'volumes: expected rows of Windows, got missing: nothing of it',
  )
})

test('of two answers in one output the last counts, alone', async () => {
  const volumes = (free: number) => `@hd:volumes {"v":[{"Size":100,"FreeSpace":${free}}]}`
  const battery = '@hd:battery {"v":[{"BatteryStatus":1}]}'
  const lines = ['@hd:begin 1', volumes(90), battery, '@hd:end', "'@hd:begin 1'", '@hd:begin 1', volumes(20)]
  const { values, faults } = await collected(lookAt(Buffer.from([...lines, '@hd:end'].join('\r\n'))))
  expect(values).toEqual({ fullest_disk_percent: 80 })
  expect(faults.battery).toBe('battery: expected rows of Windows, got missing: nothing of it')
})

/** One line of an answer by another. */
function replaced(name: FixtureName, part: string, json: string): Buffer {
  const text = fixture(name).toString('latin1')
  const line = new RegExp(`^(@hd:${part}) .*$`, 'm')
  expect(text).toMatch(line)
  return Buffer.from(
    text.replace(line, (_, head: string) => `${head} ${json}`),
    'latin1',
  )
}

const NONSENSE = [
  ...['', '{', '[]', 'null', '5', '"x"', '{}', '{"v":', '{"v":5}', '{"v":"x"}', '{"v":[5,"x",true,[],{}]}'],
  ...['{"v":[[[[]]]]}', '{"v":{"__proto__":{"a":1}}}', '{"e":5}', '{"e":"","c":7}', '{"v":[{"value":1}]}'],
  '{"v":[{"Name":{"a":[]},"Size":"viel","FreeSpace":-1,"Version":"10","ReceivedBytes":"0x","Status":7}]}',
  `{"v":[{"Size":1e308,"FreeSpace":1e309,"ReceivedBytes":1e308,"SentBytes":-1e308,"CurrentTemperature":1e99}]}`,
  `{"v":[{"Name":"${'x'.repeat(20_000)}","Caption":"${'\ufffd'.repeat(500)}","InstallTimeHigh":1e20,"InstallTimeLow":"a"}]}`,
  `{"v":${'['.repeat(20_000)}${']'.repeat(20_000)}}`,
  `${'{"v":'.repeat(20_000)}`,
  html,
]

/** Which collectors live by a part; the others must not notice what happens to it. */
const LIVES_BY: Record<string, readonly string[]> = {
  ...{ counters: ['network'], adapters: ['network', 'inventory'], os: ['system'], edition: ['system'] },
  ...{ events: ['boot end'], volumes: ['volumes'], centre: [], products: [], defender: [] },
  ...{ battery: ['battery'], charging: ['battery'], thermal: ['windows temperature'] },
  ...{ disks: ['disks'], drives: ['disks'], predicted: ['disks'], reboot: ['restart'], renames: ['restart'] },
  ...{ packages: ['updates'], hotfixes: ['updates'], autoupdate: ['updates'], computer: ['inventory'] },
  ...{ product: ['inventory'], bios: ['inventory'], board: ['inventory'], memory: ['inventory'] },
}

test.each(PARTS)('nonsense in part %s costs only those who live by it', async (part) => {
  const name = 'windows-11-en-bom-ps51'
  const sound = await collected(lookAt(fixture(name)))
  for (const json of NONSENSE) {
    const bytes = replaced(name, part, json)
    const faults = await endured(bytes)
    expect(LIVES_BY[part], json.slice(0, 60)).toEqual(expect.arrayContaining(Object.keys(faults)))
    const { values, traits } = await collected(lookAt(bytes))
    if (part !== 'volumes') expect(values.fullest_disk_percent).toBe(sound.values.fullest_disk_percent)
    if (part !== 'counters' && part !== 'adapters') expect(values.rx_bytes).toBe(sound.values.rx_bytes)
    if (part !== 'os' && part !== 'edition') expect(traits.os).toBe(sound.traits.os)
  }
})

const SEED = 20_261_122
const anyFixture = fc.constantFrom(...FIXTURES)

test('an answer that is cut off anywhere', async () => {
  await fc.assert(
    fc.asyncProperty(anyFixture, fc.double({ min: 0, max: 1, noNaN: true }), async (name, share) => {
      const whole = fixture(name)
      await endured(whole.subarray(0, Math.floor(whole.length * share)))
    }),
    { seed: SEED, numRuns: 150 },
  )
})

test('an answer with bits turned over, bytes lost and bytes put in', async () => {
  const change = fc.record({
    at: fc.double({ min: 0, max: 0.9999, noNaN: true }),
    kind: fc.constantFrom('flip', 'lose', 'put'),
    byte: fc.integer({ min: 0, max: 255 }),
    count: fc.integer({ min: 1, max: 40 }),
  })
  await fc.assert(
    fc.asyncProperty(anyFixture, fc.array(change, { minLength: 1, maxLength: 30 }), async (name, changes) => {
      let bytes = Buffer.from(fixture(name))
      for (const { at, kind, byte, count } of changes) {
        const place = Math.floor(at * bytes.length)
        if (kind === 'flip') bytes[place] = bytes[place]! ^ (1 << (byte % 8))
        else if (kind === 'lose')
          bytes = Buffer.concat([bytes.subarray(0, place), bytes.subarray(place + count)])
        else
          bytes = Buffer.concat([bytes.subarray(0, place), Buffer.alloc(count, byte), bytes.subarray(place)])
      }
      await endured(bytes)
    }),
    { seed: SEED, numRuns: 200 },
  )
})

test('any object at all as the rows of any part', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...PARTS), fc.jsonValue({ maxDepth: 4 }), async (part, value) => {
      const bytes = Buffer.from(
        `noise\r\n@hd:begin 1\r\n@hd:${part} ${JSON.stringify({ v: value })}\r\n@hd:end\r\n`,
      )
      await endured(bytes)
    }),
    { seed: SEED, numRuns: 200 },
  )
})

test('fields of the right names with values of any type', async () => {
  const names = [
    ...['Name', 'Size', 'FreeSpace', 'Version', 'UBR', 'EditionID', 'HealthStatus', 'MediaType', 'BusType'],
    ...['BatteryStatus', 'EstimatedChargeRemaining', 'EstimatedRunTime', 'PowerOnline', 'CurrentTemperature'],
    ...['InstallTimeHigh', 'InstallTimeLow', 'InstalledOn', 'installed', 'cbs', 'update', 'ReleaseDate'],
    ...['Capacity', 'PermanentAddress', 'ReceivedBytes', 'SentBytes', 'productState', 'displayName'],
    ...['AMRunningMode', 'AntivirusSignatureLastUpdated', 'AntivirusSignatureAge', 'PredictFailure'],
  ]
  const scalar = fc.oneof(
    ...[fc.string({ maxLength: 30 }), fc.double(), fc.bigInt({ min: 0n, max: 2n ** 64n }).map(Number)],
    ...[fc.boolean(), fc.constant(null), fc.integer(), fc.constant('/Date(-9e15)/'), fc.constant('1e5')],
  )
  const row = fc.dictionary(fc.constantFrom(...names), scalar, { maxKeys: names.length })
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.constantFrom(...PARTS), row), { maxLength: 30 }), async (lines) => {
      const parts = lines.map(([part, fields]) => `@hd:${part} ${JSON.stringify({ v: [fields] })}`)
      await endured(Buffer.from(['@hd:begin 1', ...parts, '@hd:end', ''].join('\r\n')))
    }),
    { seed: SEED, numRuns: 200 },
  )
})
