import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { startTestCentre } from '../support/centre.ts'
import { startCountingAgent } from '../support/counting-agent.ts'
import { eventually } from '../support/eventually.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const HAIDANG = fileURLToPath(new URL('../../dist/haidang.js', import.meta.url))

interface Ended {
  status: number | null
  complaint: string
}

/** `haidang ARGS` until it ends by itself. */
async function haidang(args: string[], environment: Record<string, string> = {}): Promise<Ended> {
  const child = spawn(process.execPath, [HAIDANG, ...args], {
    env: { PATH: process.env.PATH ?? '', HAIDANG_HTTP_PORT: '0', HAIDANG_MQTT_PORT: '0', ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let complaint = ''
  child.stderr.on('data', (chunk: Buffer) => {
    complaint += chunk.toString()
  })
  const [status] = (await once(child, 'close')) as [number | null]
  return { status, complaint }
}

test('the environment is refused with all its mistakes, and nothing is made', async () => {
  const data = join(temporaryFolder(), 'data')
  const { status, complaint } = await haidang(['server'], {
    HAIDANG_DATA: data,
    HAIDANG_HTTP_PORT: 'x',
    NATS_URL: 'nats://n',
  })
  expect(status).toBe(1)
  expect(complaint).toContain('HAIDANG_HTTP_PORT: expected a port from 0 to 65535, got "x"')
  expect(complaint).toContain('NATS_URL: expected nothing')
  expect(existsSync(data)).toBe(false)
})

test.each(['HAIDANG_HTTP_PORT', 'HAIDANG_MQTT_PORT'])(
  'a port in use is named with its variable: %s',
  async (variable) => {
    const holder = createServer().listen(0)
    onTestFinished(() => void holder.close())
    await once(holder, 'listening')
    const { port } = holder.address() as { port: number }
    const { status, complaint } = await haidang(['server'], {
      HAIDANG_DATA: temporaryFolder(),
      [variable]: String(port),
    })
    expect(status).toBe(1)
    expect(complaint).toContain(`${variable}: expected a free port, got ${port}, in use`)
  },
)

test('a data folder that cannot be one is named', async () => {
  const file = join(temporaryFolder(), 'file')
  writeFileSync(file, '')
  const { status, complaint } = await haidang(['server'], { HAIDANG_DATA: join(file, 'data') })
  expect(status).toBe(1)
  expect(complaint).toMatch(
    /HAIDANG_DATA: expected a folder that can be written, \d+ bytes free, got .*file\/data \(ENOTDIR\)/,
  )
})

test('a second centre on the same folder is refused, and the first goes on', async () => {
  const centre = await startTestCentre()
  const { status, complaint } = await haidang(['server'], { HAIDANG_DATA: centre.folder })
  expect(status).toBe(1)
  expect(complaint).toContain('HAIDANG_DATA: expected a folder that no other centre uses')
  expect((await fetch(`${centre.address}/readyz`)).status).toBe(200)
})

test('a damaged ledger is named and left as it is', async () => {
  const data = temporaryFolder()
  const bytes = 'no database '.repeat(1000)
  writeFileSync(join(data, 'ledger.db'), bytes)
  const { status, complaint } = await haidang(['server'], { HAIDANG_DATA: data })
  expect(status).toBe(1)
  expect(complaint).toMatch(/ledger\.db: expected a SQLite file/)
  expect((await createReadStream(join(data, 'ledger.db')).toArray()).join('')).toBe(bytes)
})

test.each([
  [['--help'], 0],
  [['server', '--help'], 0],
  [['start', '--help'], 0],
  [['agent', '--help'], 0],
  [['enrol', '--help'], 0],
  [[], 2],
  [['no-such-command'], 2],
  [['server', '--no-such-option'], 2],
  [['enrol', 'http://127.0.0.1'], 2],
])('haidang %j ends with %i', async (args, status) => {
  expect((await haidang(args)).status).toBe(status)
})

const isRoot = process.getuid?.() === 0
if (!isRoot && process.env.CI) throw new Error('tests with a full disk: expected root, which mounts one')
if (!isRoot) process.stderr.write('tests with a full disk are skipped: they mount one, which needs root\n')

/** A disk of so many MB of its own, in a folder of the test; `ro` can be read only. */
function smallDisk(megabytes: number, access: 'rw' | 'ro' = 'rw'): string {
  const folder = join(temporaryFolder(), 'disk')
  mkdirSync(folder)
  const options = `size=${megabytes}m,${access}`
  const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder])
  if (status !== 0) throw new Error(`mount: expected a tmpfs, got: ${stderr}`)
  onTestFinished(() => void spawnSync('umount', ['--lazy', folder]))
  return folder
}

test.skipIf(!isRoot)('a read-only disk is named', async () => {
  const { status, complaint } = await haidang(['server'], { HAIDANG_DATA: smallDisk(8, 'ro') })
  expect(status).toBe(1)
  expect(complaint).toMatch(/HAIDANG_DATA: expected a folder that can be written, .*\(EROFS\)/)
})

test.skipIf(!isRoot)('a full disk at the start is named', async () => {
  const disk = smallDisk(1)
  writeFileSync(join(disk, 'full'), Buffer.alloc(900_000))
  const { status, complaint } = await haidang(['server'], { HAIDANG_DATA: disk })
  expect(status).toBe(1)
  expect(complaint).toMatch(/HAIDANG_DATA: .*\(ENOSPC\)/)
})

test.skipIf(!isRoot)(
  'a disk that fills up: nothing is acknowledged, nothing lost, and it goes on when there is room',
  async () => {
    const disk = smallDisk(16)
    const centre = await startTestCentre({ HAIDANG_DATA: disk })
    const enrolled = await centre.enrol('D1', 'S1', 'router')
    const agent = await startCountingAgent({ ...enrolled, folder: temporaryFolder(), port: centre.mqttPort })
    onTestFinished(() => agent.stop())
    await agent.sample()
    await eventually('the first reading acknowledged', () => agent.pending() === 0)

    spawnSync('dd', ['if=/dev/zero', `of=${join(disk, 'full')}`, 'bs=4k'])
    await eventually('readings that wait', async () => {
      await agent.sample()
      return agent.pending() >= 20
    })
    const ready = await fetch(`${centre.address}/readyz`)
    expect(ready.status).toBe(503)
    expect(await ready.json()).toMatchObject({ ledger: expect.stringMatching(/full/) })

    rmSync(join(disk, 'full'))
    await eventually('everything acknowledged', () => agent.pending() === 0, 60_000)
    const { points } = await eventually('every reading on the page', async () => {
      const answer = await centre.api<{ points: { value: number }[] }>(
        '/devices/D1/readings?metric=uptime_seconds',
      )
      return answer.points.length === agent.produced() && answer
    })
    expect(new Set(points.map(({ value }) => value)).size).toBe(agent.produced())
  },
  90_000,
)
