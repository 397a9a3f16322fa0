import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { claimFolder } from '../../agent/alone.ts'
import { eventually } from '../support/eventually.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const OPENSSL = `--openssl-config=${join(ROOT, 'deploy/openssl.cnf')}`

interface Started {
  child: ChildProcess
  address: string
  lines: string[]
}

/** What `npm start` runs, until its page can be asked. */
async function start(data: string): Promise<Started> {
  const child = spawn(process.execPath, [OPENSSL, join(ROOT, 'dist/haidang.js'), 'start'], {
    env: { PATH: process.env.PATH ?? '', HAIDANG_DATA: data, HAIDANG_HTTP_PORT: '0', HAIDANG_MQTT_PORT: '0' },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const lines: string[] = []
  let address = ''
  createInterface(child.stdout).on('line', (line) => {
    lines.push(line)
    const [, port] = /^listening http (\d+)$/.exec(line) ?? []
    if (port) address = `http://127.0.0.1:${port}`
  })
  await eventually('the page', () => address !== '', 10_000)
  return { child, address, lines }
}

/** The processor's share of this machine, as the page shows it. */
function reading(address: string): Promise<string> {
  return eventually(
    'a reading on the page',
    async () => {
      const page = await (await fetch(address)).text()
      return /<td[^>]*>([\d,]+%)<\/td>/.exec(page.replace(/<style.*?<\/style>/s, ''))?.[1]
    },
    15_000,
  )
}

async function ended({ child }: Started): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  return child.exitCode
}

test('the main job: page, first password, a reading of this machine, and the same machine after a restart', async () => {
  const data = join(temporaryFolder(), 'data')
  const first = await start(data)
  expect(await reading(first.address)).toMatch(/%$/)
  const [, password] = /admin \/ (\S+)/.exec(await eventually('the password', () => first.lines[3])) ?? []
  const signedIn = await fetch(`${first.address}/sign-in`, {
    method: 'POST',
    body: new URLSearchParams({ name: 'admin', password: password ?? '' }),
    redirect: 'manual',
  })
  expect(signedIn.status).toBe(303)
  expect(statSync(join(data, 'registry.db')).mode & 0o077, 'others may not read the keys').toBe(0)
  const papers = JSON.parse(readFileSync(join(data, 'agent/agent.json'), 'utf8')) as { device: string }
  first.child.kill('SIGINT')
  expect(await ended(first)).toBe(0)

  const second = await start(data)
  await reading(second.address)
  expect(
    second.lines.some((line) => line.includes('admin /')),
    'the password is shown once',
  ).toBe(false)
  expect(JSON.parse(readFileSync(join(data, 'agent/agent.json'), 'utf8'))).toMatchObject({
    device: papers.device,
  })

  // Its agent must not outlive it, or the next start would have two.
  second.child.kill('SIGKILL')
  await ended(second)
  const release = await eventually('the agent to be gone', () =>
    claimFolder(join(data, 'agent')).catch(() => null),
  )
  release()
}, 60_000)

test('papers of the agent that cannot be read stop the start, and nothing is left running', async () => {
  const data = join(temporaryFolder(), 'data')
  const first = await start(data)
  await reading(first.address)
  first.child.kill('SIGTERM')
  await ended(first)
  writeFileSync(join(data, 'agent/agent.json'), '{"server":')
  const second = await start(data)
  expect(await ended(second)).toBe(1)
}, 60_000)
