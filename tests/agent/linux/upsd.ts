import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { onTestFinished } from 'vitest'
import { askUps } from '../../../agent/linux/nut.ts'
import { programMissing } from '../../support/program.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

/** Debian's package nut-server keeps both here; its /usr/sbin/upsd asks a setting of the machine first. */
const UPSD = '/lib/nut/upsd'
const DRIVER = '/lib/nut/dummy-ups'

export const upsdMissing = programMissing('a real upsd', [UPSD, DRIVER], 'nut-server')

export interface RunningUpsd {
  port: number
  /** What the UPS says from now on, within 3 s: the driver looks at its file that often. */
  say(lines: readonly string[]): void
  /** Ends driver and server. */
  stop(): Promise<void>
}

/** A real upsd with NUT's own driver of a UPS that is not there, named `tram`, gone when the test ends. */
export async function startUpsd(lines: readonly string[]): Promise<RunningUpsd> {
  const folder = temporaryFolder()
  const port = await freePort()
  const write = (name: string, text: string): void => {
    writeFileSync(join(folder, name), text)
    chmodSync(join(folder, name), 0o640)
  }
  const say = (said: readonly string[]): void => write('tram.dev', `${said.join('\n')}\n`)
  say(lines)
  write('ups.conf', `maxretry = 3\n[tram]\n driver = dummy-ups\n port = ${join(folder, 'tram.dev')}\n`)
  write('upsd.conf', `LISTEN 127.0.0.1 ${port}\n`)
  write('upsd.users', '\n')
  const env = Object.fromEntries(
    ['NUT_CONFPATH', 'NUT_STATEPATH', 'NUT_PIDPATH', 'NUT_ALTPIDPATH'].map((name) => [name, folder]),
  )
  const children: ChildProcess[] = []
  const start = (program: string, asked: readonly string[]): void => {
    children.push(spawn(program, [...asked, '-D'], { env, stdio: 'ignore' }))
  }
  const stop = async (): Promise<void> => {
    for (const child of children.splice(0)) {
      const ended = once(child, 'exit')
      if (child.exitCode === null && child.signalCode === null && child.kill('SIGKILL')) await ended
    }
  }
  onTestFinished(stop)
  start(DRIVER, ['-a', 'tram', '-u', 'root'])
  await until(() => existsSync(join(folder, 'dummy-ups-tram')))
  start(UPSD, ['-u', 'root'])
  // It is up before it has heard its driver.
  await until(() => knows(port))
  return { port, say, stop }
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (await holds()) return
    await pause(50)
  }
  throw new Error('upsd: expected to be up within 10 s, it is not')
}

async function knows(port: number): Promise<boolean> {
  const asked = askUps({ host: '127.0.0.1', port, name: 'tram' }, ['ups.status'])
  return asked.then(
    (variables) => variables['ups.status'] !== 'WAIT',
    () => false,
  )
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}
