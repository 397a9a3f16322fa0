import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { PassThrough, Writable } from 'node:stream'
import { expect, onTestFinished, test } from 'vitest'
import { askSecrets } from '../../../agent/probe/ask-secrets.ts'
import { builtInNames } from '../../../agent/probe/profiles.ts'
import { hasRead, reportOf } from '../../../agent/probe/try-report.ts'
import { startResponder } from '../../support/snmp-responder.ts'
import { readWalk } from '../../support/snmp-walk.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { closedPort, httpDevice } from '../../support/test-device.ts'

const ROOT = resolve(import.meta.dirname, '../../..')

/** The command in a process of its own, given `input` to read. */
async function probe(args: string[], input = '') {
  const program = `import('./agent/probe/try.ts').then(async ({ runProbe }) => {
    process.exitCode = await runProbe(process.argv.slice(1))
  })`
  const child = spawn(
    process.execPath,
    ['--import', './deploy/from-source.mjs', '-e', program, '--', ...args],
    {
      ...{ cwd: ROOT, stdio: 'pipe' },
    },
  )
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  const said = { out: '', err: '' }
  child.stdout.on('data', (chunk) => (said.out += chunk))
  child.stderr.on('data', (chunk) => (said.err += chunk))
  // It may have refused and gone before it read anything.
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  await once(child, 'close')
  return { status: child.exitCode, ...said }
}

/** A profile of a technician's own, for one page of the device at `port`. */
async function ownProfile(port: number, auth = 'basic'): Promise<string> {
  const path = join(temporaryFolder(), 'loa.json')
  const readings = {
    volume_percent: { at: 'v' },
    playback_state: { at: 'p', states: { on: 'playing' } },
    battery_percent: { at: 'b' },
  }
  const step = {
    kind: 'http',
    port,
    path: '/s',
    auth,
    format: 'json',
    readings,
    traits: { model: { at: 'm' } },
  }
  const title = { vi: 'Loa xã', en: 'Commune loudspeaker' }
  const profile = { name: 'loa', title, kind: 'speaker', source: 'x', everySeconds: 60, steps: [step] }
  await writeFile(path, JSON.stringify(profile))
  return path
}

test('what a device says stands in a table in both languages, what it does not say below', async () => {
  const device = await httpDevice((request, response) => {
    const known = request.headers.authorization === `Basic ${Buffer.from('u:bí mật').toString('base64')}`
    if (known) response.end('{"v":70.4,"p":"on","m":"CL-4G"}')
    else response.writeHead(401).end()
  })
  const profile = await ownProfile(device.port)
  const found = await probe([profile, '127.0.0.1', '--user', 'u'], 'bí mật\n')
  expect(found).toMatchObject({ status: 0, err: '' })
  expect(found.out).toMatch(
    /^Loa xã · Commune loudspeaker\n127\.0\.0\.1: trả lời trong \d+ ms · answered within/,
  )
  expect(found.out).toMatch(/ {2}Âm lượng · Volume +70 % +volume_percent\n/)
  expect(found.out).toMatch(/ {2}Phát thanh · Playback +Đang phát · Playing +playback_state\n/)
  expect(found.out).toMatch(/ {2}Kiểu máy · Model +CL-4G +model\n/)
  expect(found.out).toContain('- /s: battery_percent: expected a value at b, but the answer has v, p, m')

  const refused = await probe([profile, '127.0.0.1', '--user', 'u'], 'sai\n')
  expect(refused.status).toBe(1)
  expect(refused.out).toContain('got 401: the user or the password of the papers is not accepted')
  expect(refused.out + refused.err).not.toContain('sai\n')
}, 30_000)

test('by SNMP: an empty line for the community is public; papers in a file need no line', async () => {
  const walk = readWalk(join(import.meta.dirname, 'walks/deva-db9000-rx.snmpwalk'))
  const device = await startResponder(walk)
  const args = ['deva-db9000-rx', '127.0.0.1', '--snmp-port', String(device.port)]
  const found = await probe(args, '\n')
  expect(found).toMatchObject({ status: 0, err: '' })
  expect(found.out).toMatch(/Phát thanh · Playback +Đang phát · Playing/)

  const file = join(temporaryFolder(), 'probe.json')
  const papers = {
    profile: 'deva-db9000-rx',
    address: '127.0.0.1',
    snmpPort: device.port,
    community: 'public',
  }
  await writeFile(file, JSON.stringify(papers))
  expect(await probe(['--probe-file', file])).toMatchObject({ status: 0, err: '' })
}, 30_000)

test('no answer is told, with status 1', async () => {
  const profile = await ownProfile(await closedPort(), 'none')
  const nobody = await probe([profile, 'loa.invalid'])
  expect(nobody).toMatchObject({ status: 1, out: '' })
  expect(nobody.err).toContain('haidang probe: loa.invalid: không trả lời · no answer: http://loa.invalid')
  const refused = await probe([profile, '127.0.0.1'])
  expect(refused.status).toBe(1)
  expect(refused.out).toContain('the device is there, nothing listens')
}, 30_000)

test('bad usage is told, with status 2; the list and the help with 0', async () => {
  const bad = async (args: string[], input?: string) => {
    const { status, out, err } = await probe(args, input)
    expect({ status, out }).toEqual({ status: 2, out: '' })
    return err
  }
  expect(await bad([])).toContain('expected PROFILE ADDRESS, got []')
  expect(await bad(['pnig', '127.0.0.1'])).toContain('expected ping, got "pnig"')
  expect(await bad(['ping', 'a', 'b'])).toContain('expected PROFILE ADDRESS')
  expect(await bad(['ping', 'a', '--community', 'x'])).toContain("Unknown option '--community'")
  expect(await bad(['cum-loa-http', '127.0.0.1'])).toContain(
    '--user: expected the user that the device knows',
  )
  expect(await bad(['cum-loa-http', '127.0.0.1', '--user', 'u'])).toContain(
    'expected 1 lines on standard input, got 0',
  )
  expect(await bad(['deva-db9000-rx', 'a', '--snmp-user', 'u'], 'ngan\n')).toContain(
    'probe.snmpUser.auth.key: expected 8 to',
  )
  expect(await bad(['deva-db9000-rx', 'a', '--snmp-port', '0'])).toContain('--snmp-port: expected a port')
  const list = await probe(['--list'])
  expect(list.status).toBe(0)
  expect(list.out.split('\n').filter((line) => line !== '')).toHaveLength(builtInNames().length)
  expect(list.out).toMatch(/^ping +Thiết bị bất kỳ: chỉ hỏi có trả lời không · Any device/m)
  expect(await probe(['--help'])).toMatchObject({
    status: 0,
    err: '',
    out: expect.stringContaining('--probe-file'),
  })
}, 60_000)

test('several secrets are several lines of input', async () => {
  const input = new PassThrough()
  input.end('một\nhai\nba\n')
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  expect(await askSecrets(['a', 'b'], input, nowhere)).toEqual(['một', 'hai'])
  expect(await askSecrets([], new PassThrough(), nowhere)).toEqual([])
  const short = new PassThrough()
  short.end('một\n')
  await expect(askSecrets(['a', 'b'], short, nowhere)).rejects.toThrow(
    'expected 2 lines on standard input, got 1',
  )
})

test('a value that cannot be is told as one that could not be read, as the agent does', () => {
  const finding = { values: { volume_percent: 170, probe_rtt_ms: 2.3 }, traits: {}, faults: [] }
  const report = reportOf({ title: { vi: 'Loa', en: 'Loudspeaker' } }, '10.0.0.1', finding, 12.1)
  expect(report).toContain('volume_percent: expected 0 to 100 %, got 170')
  expect(report).toContain('2.5 ms')
  expect(hasRead(finding)).toBe(false)
})
