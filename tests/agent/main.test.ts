import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { decodeGoodbye } from '#protocol/goodbye.ts'
import { deviceId } from '#protocol/ids.ts'
import { writeAgentConfig } from '../../agent/config.ts'
import { runRelay } from '../../agent/main.ts'
import { eventually } from '../support/eventually.ts'
import { startPskBroker } from '../support/psk-broker.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const KEY = 'c3'.repeat(32)

/** The agent as a technician copies it: one file in a folder with nothing else. */
async function shipped(folder: string): Promise<string> {
  const file = join(folder, 'agent.cjs')
  await copyFile(new URL('../../dist/agent.cjs', import.meta.url), file)
  return file
}

async function run(file: string, args: string[]) {
  const child = spawn(process.execPath, [file, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  let out = ''
  let err = ''
  child.stdout.on('data', (chunk) => {
    out += chunk
  })
  child.stderr.on('data', (chunk) => {
    err += chunk
  })
  const closed = once(child, 'close')
  const done = async () => {
    await closed
    return { status: child.exitCode, out, err }
  }
  return { child, done }
}

test('the command, bundled: help, bad usage, a bad folder, and a life ended by SIGTERM', async () => {
  const folder = temporaryFolder()
  const file = await shipped(folder)
  const [help, unknown, none, empty] = await Promise.all(
    [['--help'], ['--dato', 'x'], [], ['--data', folder]].map(async (args) => (await run(file, args)).done()),
  )
  expect(help).toMatchObject({ status: 0, out: expect.stringContaining('haidang agent --data'), err: '' })
  expect(unknown).toMatchObject({ status: 2, err: expect.stringContaining("Unknown option '--dato'") })
  expect(none).toMatchObject({ status: 2, err: expect.stringContaining('--data: expected a folder') })
  expect(empty).toMatchObject({
    status: 1,
    err: expect.stringContaining('agent.json: expected a JSON object'),
  })

  const centre = await startPskBroker({ device: 'PC-01', key: KEY })
  onTestFinished(() => centre.stop())
  await writeAgentConfig(folder, {
    server: { host: '127.0.0.1', port: centre.port },
    device: deviceId('PC-01'),
    key: KEY,
    sampleSeconds: 60,
    reportSeconds: 900,
    keepaliveSeconds: 1200,
  })
  const agent = await run(file, ['--data', folder])
  await eventually('the first report', () => centre.arrived.length >= 1)
  agent.child.kill('SIGTERM')
  agent.child.kill('SIGTERM')
  agent.child.kill('SIGINT')
  const { status, out, err } = await agent.done()
  expect([status, err]).toEqual([0, ''])
  expect(out).toContain('"msg":"agent stopped"')
  expect(out, 'the key is in no log').not.toContain(KEY)
  expect(decodeGoodbye(centre.arrived.at(-1)!.payload).reason).toBe('service-stop')

  await mkdir(join(folder, 'other'))
  await writeFile(join(folder, 'other', 'journal'), 'no folder')
  await writeAgentConfig(join(folder, 'other'), {
    server: { host: '127.0.0.1', port: centre.port },
    device: deviceId('PC-01'),
    key: KEY,
    sampleSeconds: 60,
    reportSeconds: 900,
    keepaliveSeconds: 1200,
  })
  const refused = await (await run(file, ['--data', join(folder, 'other')])).done()
  expect(refused).toMatchObject({
    status: 1,
    err: expect.stringContaining('journal: expected to read and write'),
  })
})

test.each(['abc', '', '0', '65536', '8885.5'])(
  'a relay refuses --port %j, whatever its papers say',
  async (port) => {
    let said = ''
    const stderr = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      said += text
      return true
    })
    onTestFinished(() => stderr.mockRestore())
    expect(await runRelay(['--data', temporaryFolder(), '--port', port])).toBe(2)
    expect(said).toContain(`--port: expected a port from 1 to 65535, got ${JSON.stringify(port)}\n`)
  },
)
