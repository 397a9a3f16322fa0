import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { fiveSitesInAStorm } from '../support/demo-story.ts'
import { eventually } from '../support/eventually.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/** On a busy machine the demo's time waits for it. */
const PATIENCE_MS = 120_000

const HAIDANG = fileURLToPath(new URL('../../dist/haidang.js', import.meta.url))

interface Demo {
  child: ChildProcess
  /** Its temporary files. */
  folder: string
  lines: string[]
  /** @returns the exit status */
  ended: Promise<number | null>
}

/** `haidang demo` as it is built, in a process of its own. */
function startDemo(...args: string[]): Demo {
  const folder = temporaryFolder()
  mkdirSync(folder, { recursive: true })
  const child = spawn(process.execPath, [HAIDANG, 'demo', ...args], {
    env: { PATH: process.env.PATH ?? '', TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines: string[] = []
  createInterface(child.stdout).on('line', (line) => lines.push(line))
  const ended = once(child, 'exit').then(([status]) => status as number | null)
  onTestFinished(async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
    await ended
  })
  return { child, folder, lines, ended }
}

interface IncidentAnswer {
  scope: string
  cause: string
  devices: string[]
}

test(
  'a storm over five sites: the centre, which is told nothing but what agents say over MQTT, finds the cause',
  async () => {
    const story = join(temporaryFolder(), 'story.ndjson')
    mkdirSync(join(story, '..'), { recursive: true })
    writeFileSync(story, fiveSitesInAStorm())
    const demo = startDemo('--story', story, '--speed', '60')
    const page = await eventually(
      'the address of the page',
      () => {
        return demo.lines.map((line) => /http:\/\/localhost:\d+/.exec(line)?.[0]).find(Boolean)
      },
      30_000,
    )

    const incident = await eventually(
      'the incident of the site',
      async () => (await incidents(page)).find(({ scope }) => scope === 'site'),
      PATIENCE_MS,
    )
    expect(incident).toMatchObject({ scope: 'site', cause: 'power' })
    expect(incident.devices).toHaveLength(6)
    const front = await (await fetch(page)).text()
    expect(front).toContain('UBND xã Hòn Sẻ')
    expect(front).toMatch(/[Mm]ất điện/)
    const told = demo.lines.join('\n')
    expect(told).toMatch(/08:1\d {2}Sự thật +Mất điện ở UBND xã Hòn Sẻ · power cut at UBND xã Hòn Sẻ/)
    expect(told).toMatch(/08:1\d {2}Hải Đăng .*UBND xã Hòn Sẻ/)

    demo.child.kill('SIGINT')
    expect(await demo.ended).toBe(0)
    expect(readdirSync(demo.folder), 'it leaves nothing').toEqual([])
    const said = demo.lines.filter((line) => line.includes('Hải Đăng  '))
    expect(
      said.filter((line) => !line.includes('UBND xã Hòn Sẻ')),
      'what ends together is no outage',
    ).toEqual([])
  },
  PATIENCE_MS,
)

let token: string | undefined

async function incidents(page: string): Promise<IncidentAnswer[]> {
  if (token === undefined) {
    const body = JSON.stringify({ name: 'admin', password: 'trinh-dien-hai-dang' })
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(`${page}/api/v1/sessions`, { method: 'POST', headers, body })
    token = ((await answer.json()) as { token: string }).token
  }
  const headers = { authorization: `Bearer ${token}` }
  return (await (await fetch(`${page}/api/v1/incidents`, { headers })).json()) as IncidentAnswer[]
}

test('everything that is wrong with the command line is told at once', async () => {
  const child = spawn(process.execPath, [HAIDANG, 'demo', '--sites', '0', '--speed', 'fast'])
  let complaints = ''
  child.stderr.on('data', (chunk: Buffer) => {
    complaints += chunk.toString()
  })
  const [status] = await once(child, 'close')
  expect(status).toBe(2)
  expect(complaints).toContain('--sites: expected a whole number from 3 to 200, got "0"')
  expect(complaints).toContain('--speed: expected a whole number from 1 to 120, got "fast"')
})
