import { expect, test } from 'vitest'
import { deviceId, siteId } from '#protocol/ids.ts'
import type { Observation } from '../../../server/incidents/observation.ts'
import { linesOf, MAX_LINE_LENGTH } from '../../../server/replay/lines.ts'
import { readLines } from '../../../server/replay/read.ts'
import type { ReplayError } from '../../../server/replay/replay-error.ts'
import { createToldWorld } from '../../../server/replay/world.ts'

const SITE = '{"type":"site","id":"S1","area":"C1","uplinks":[{"id":"S1/a","isp":"A","medium":"fibre"}]}'
const ROUTER = '{"type":"device","id":"R1","site":"S1","kind":"router","uplink":"S1/a","keepalive":60}'
const lost = (t: unknown, device = 'R1') => JSON.stringify({ t, type: 'lost', device, why: 'socket' })

async function read(...lines: string[]) {
  const world = createToldWorld()
  const observations: Observation[] = []
  let error: ReplayError | null = null
  try {
    for await (const observation of readLines(lines, world)) observations.push(observation)
  } catch (caught) {
    error = caught as ReplayError
  }
  return { world, times: observations.map(({ t }) => t), problems: error?.problems, more: error?.more }
}

test('the order of the lines of the world is free before the first observation', async () => {
  const { world, times, problems } = await read(ROUTER, '', SITE, '{"type":"area","id":"C1"}', lost(5))
  expect(problems).toBeUndefined()
  expect(times).toEqual([5])
  expect(world.site(siteId('S1'))).toMatchObject({ area: 'C1', devices: ['R1'] })
  expect([...world.devices()].map(({ id }) => id)).toEqual(['R1'])
})

test('what the world is told between observations holds from there on', async () => {
  const world = createToldWorld()
  const lines = [
    SITE.replaceAll('S1', 'S2'),
    SITE,
    ROUTER,
    lost(5),
    ROUTER.replaceAll('S1', 'S2'),
    lost(6),
    ROUTER.replace('R1', 'R2'),
    lost(7, 'R2'),
  ]
  const seen: unknown[] = []
  for await (const { t } of readLines(lines, world)) {
    seen.push([t, world.device(deviceId('R1'))?.site, [...(world.site(siteId('S1'))?.devices ?? [])]])
  }
  expect(seen).toEqual([
    [5, 'S1', ['R1']],
    [6, 'S2', []],
    [7, 'S2', ['R2']],
  ])
})

test('all faults are told at once, with their lines, and nothing behind the first is observed', async () => {
  const { times, problems } = await read(SITE, ROUTER, lost(5), '{', lost('6'), lost(7), '"hello"')
  expect(times).toEqual([5])
  expect(problems).toEqual([
    expect.stringMatching(/^line 4: expected a JSON object, got "\{": /),
    'line 5: t: expected whole milliseconds since 1970, got "6"',
    'line 7: line: expected an object, got "hello"',
  ])
})

test('of a file of another kind the first faults are told and the others counted', async () => {
  const { problems, more } = await read(...Array.from({ length: 50 }, () => 'name,city'))
  expect(problems).toHaveLength(20)
  expect(more).toBe(30)
})

test('an observation may be a minute older than the newest, and not more', async () => {
  const { times, problems } = await read(SITE, ROUTER, lost(100_000), lost(40_000), lost(39_999))
  expect(times).toEqual([100_000, 40_000])
  expect(problems).toEqual([
    'line 5: t: expected at or after 40000, which is 60 s before the newest so far, got 39999',
  ])
})

test('a device at a site that no line tells is a fault of its own line', async () => {
  const { problems } = await read(ROUTER, lost(5))
  expect(problems).toEqual(['line 1: site: expected the id of a site that a line tells, got "S1"'])
})

test('a line of another site, and areas in a circle, are faults, without any observation too', async () => {
  const { problems } = await read(
    SITE,
    SITE.replaceAll('S1', 'S2'),
    ROUTER.replace('S1/a', 'S2/a'),
    '{"type":"area","id":"C1","parent":"C2"}',
    '{"type":"area","id":"C2","parent":"C1"}',
  )
  expect(problems).toEqual([
    'line 3: uplink: expected one of site S1, or null, got "S2/a"',
    'line 4: parent: expected a tree, got the circle C1 > C2 > C1',
    'line 5: parent: expected a tree, got the circle C2 > C1 > C2',
  ])
})

test('an observation of an unknown device is passed on: the engine counts it', async () => {
  const { times, problems } = await read(lost(5, 'nobody'))
  expect(problems).toBeUndefined()
  expect(times).toEqual([5])
})

async function linesIn(chunks: Uint8Array[]): Promise<string[]> {
  const lines: string[] = []
  const source = (async function* () {
    yield* chunks
  })()
  for await (const line of linesOf(source)) lines.push(line)
  return lines
}

test('lines come whole, wherever the file is cut into chunks', async () => {
  const bytes = Buffer.from('\uFEFFmột\r\n\nhai ba\nbốn')
  for (let size = 1; size <= bytes.length; size++) {
    const chunks: Uint8Array[] = []
    for (let from = 0; from < bytes.length; from += size) chunks.push(bytes.subarray(from, from + size))
    expect(await linesIn(chunks), `chunks of ${size}`).toEqual(['một\r', '', 'hai ba', 'bốn'])
  }
})

test('a line without an end is not held in memory', async () => {
  const chunk = Buffer.alloc(MAX_LINE_LENGTH / 2 + 1, 'x')
  await expect(linesIn([Buffer.from('one\n'), chunk, chunk])).rejects.toThrow(
    /^line 2: expected at most 1048576/,
  )
})
