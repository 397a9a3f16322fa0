import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { siteOutage } from './site-outage.ts'

const HAIDANG = fileURLToPath(new URL('../../../dist/haidang.js', import.meta.url))

/** `haidang replay ARGS` until it ends; it is told `input`, and of its output only `readBytes` are read. */
async function replay(args: string[], { input = '', readBytes = Number.POSITIVE_INFINITY } = {}) {
  const child = spawn(process.execPath, [HAIDANG, 'replay', ...args], {
    env: { PATH: process.env.PATH ?? '' },
    cwd: temporaryFolder(),
    stdio: 'pipe',
  })
  const complaint = text(child.stderr)
  child.stdin.on('error', () => {}).end(input)
  let output = ''
  child.stdout.setEncoding('utf8')
  for await (const chunk of child.stdout) {
    output += chunk
    // Leaving the loop closes the pipe, as `head` does.
    if (output.length >= readBytes) break
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  return { status: child.exitCode, output, complaint: await complaint }
}

function fileOf(name: string, contents: string): string {
  const path = join(temporaryFolder(), name)
  writeFileSync(path, contents)
  return path
}

const past = () => siteOutage().join('\n')

test('prints what people would have been told, then the incidents, then the figures', async () => {
  const { status, output, complaint } = await replay([fileOf('past.ndjson', past())])
  expect(complaint).toBe('')
  expect(status).toBe(0)
  const records = output
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string; event?: string })
  const types = records.map(({ type, event }) => (event ? `${type} ${event}` : type))
  expect(types.slice(0, 3)).toEqual(['notification opened', 'notification resolved', 'incident'])
  expect(types.slice(3)).toEqual(records.slice(3).map(() => 'availability'))
  expect(types.length - 3).toBe(10)
})

test('the same past gives the same bytes, from a file and from standard input', async () => {
  const { output } = await replay([fileOf('past.ndjson', past())])
  const { status, output: again } = await replay(['-'], { input: past() })
  expect(status).toBe(0)
  expect(again).toBe(output)
})

test('a reader that leaves early is no error', async () => {
  const { status, output, complaint } = await replay(['-'], { input: past(), readBytes: 1 })
  expect(output.length).toBeGreaterThan(0)
  expect(complaint).toBe('')
  expect(status).toBe(0)
})

test('nor is one of a comparison', async () => {
  const file = fileOf('past.ndjson', past())
  const { status, complaint } = await replay([file, '--against', fileOf('b.json', '{}')], { readBytes: 1 })
  expect(complaint).toBe('')
  expect(status).toBe(0)
})

test('each malformed line is named by file and number', async () => {
  const file = fileOf('past.ndjson', `${past()}\n{"t":5\n{"t":6,"type":"lost"}`)
  const { status, complaint } = await replay([file])
  const lines = siteOutage().length
  expect(status).toBe(1)
  expect(complaint.trimEnd().split('\n')).toEqual([
    expect.stringContaining(`${file}: line ${lines + 1}: expected a JSON object, got "{\\"t\\":5"`),
    `haidang replay: ${file}: line ${lines + 2}: device: expected a text of 1 to 200 characters, not __proto__, got nothing`,
  ])
})

test('unknown devices are told, and are no failure', async () => {
  const stranger = past().replaceAll('"S1-R1"', '"S1-R9"')
  const { status, complaint } = await replay(['-'], { input: `${past()}\n${stranger.split('\n').at(-1)}` })
  expect(status).toBe(0)
  expect(complaint).toMatch(/^haidang replay: thiết bị chưa biết · unknown devices: S1-R9; 1 lần/)
})

test('the mistakes of both rule files are told at once', async () => {
  const rules = fileOf('a.json', '{"areaSite": 2, "slackSeconds": "20"}')
  const against = fileOf('b.json', '{"ispShare": 7}')
  const { status, output, complaint } = await replay(['-', '--rules', rules, '--against', against])
  expect(status).toBe(1)
  expect(output).toBe('')
  expect(complaint.trimEnd().split('\n')).toEqual([
    `haidang replay: ${rules}: areaSite: expected the name of a rule, did you mean areaSites?`,
    `haidang replay: ${rules}: slackSeconds: expected seconds from 0 to 31622400, got "20"`,
    `haidang replay: ${against}: ispShare: expected a share above 0, at most 1, got 7`,
  ])
})

test.each([
  [
    ['nowhere.ndjson'],
    1,
    /^haidang replay: nowhere\.ndjson: expected a file that can be read, got ENOENT\n$/,
  ],
  [['--ledger', 'nowhere'], 1, /^haidang replay: nowhere: expected the data folder of a centre/],
  [['--ledger'], 1, /^haidang replay: data: expected the data folder of a centre/],
  [[], 2, /expected FILE\.ndjson or --ledger, got neither/],
  [['a', 'b'], 2, /expected one file or folder, got a b/],
  [['a', '--rules', 'b', '--rules', 'c'], 2, /--rules: expected once, got it more often/],
  [['a', '--json'], 2, /--json: expected beside --against/],
  [['a', '--rule', 'b'], 2, /Unknown option '--rule'/],
] as const)('%j ends with status %i', async (args, status, complaint) => {
  const ended = await replay([...args])
  expect(ended.output).toBe('')
  expect(ended.complaint).toMatch(complaint)
  expect(ended.status).toBe(status)
})

test('--help tells of every rule', async () => {
  const { status, output } = await replay(['--help'])
  expect(status).toBe(0)
  expect(output).toMatch(/holdDownWiredSeconds 180\n +chờ bao lâu .*\n +how long /)
})

test('two sets of rules are laid side by side, for people and for programs', async () => {
  const file = fileOf('past.ndjson', past())
  const slow = fileOf('slow.json', '{"holdDownWiredSeconds": 7200, "holdDownCellSeconds": 7200}')
  const table = await replay([file, '--against', slow])
  expect(table.status).toBe(0)
  expect(table.output).toMatch(/gọi ngay · page +1 +0 +-1\n/)
  expect(table.output).toMatch(/Chỉ A báo .*: 1\n +2026-06-22 10:0\d {2}UBND xã Nà Tăm, Xã Nà Tăm\n/)
  const { output } = await replay([file, '--against', slow, '--json'])
  expect(JSON.parse(output)).toMatchObject({
    type: 'comparison',
    differing: { holdDownWiredSeconds: { a: 180, b: 7200 } },
    a: { notifications: { page: 1 }, told: 1 },
    b: { notifications: { page: 0 }, told: 0 },
    onlyA: [{ priority: 'page', scope: 'site', place: 'UBND xã Nà Tăm, Xã Nà Tăm' }],
    onlyB: [],
  })
})
