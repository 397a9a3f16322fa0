import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { onTestFinished } from 'vitest'
import { SnmpSession } from '../../agent/probe/snmp/session.ts'
import type { Bound } from './snmp-ber.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** Net-SNMP's agent, as Debian's package `snmpd` has it, with a folder of its own. */
export interface Snmpd {
  port: number
  stop(): Promise<void>
}

export interface SnmpdOptions {
  /** Lines for its configuration: users, communities. */
  lines?: readonly string[]
  /** Objects that it serves for somebody else, below `root`. */
  pass?: { root: string; objects: readonly Bound[] }
  /** As before, when it is started again. */
  port?: number
}

const PROGRAM = '/usr/sbin/snmpd'
const READY_WITHIN_MS = 10_000

/**
 * Whether tests with a real snmpd are to be skipped, which it says in one line; on a build server nothing is skipped
 * and `startSnmpd` fails.
 */
export function snmpdMissing(): boolean {
  if (process.env.CI || spawnSync(PROGRAM, ['-v']).status === 0) return false
  process.stderr.write('tests with a real snmpd are skipped: apt-get install snmpd\n')
  return true
}

/** It ends with the running test. @throws Error when it does not answer in time, with what it printed */
export async function startSnmpd({ lines = [], pass, port: wanted }: SnmpdOptions = {}): Promise<Snmpd> {
  const folder = temporaryFolder()
  const port = wanted ?? (await freePort())
  const configuration = [
    `agentaddress udp:127.0.0.1:${port}`,
    'rocommunity public 127.0.0.1',
    'sysDescr Hai Dang test',
    ...lines,
  ]
  if (pass) {
    await writeFile(join(folder, 'objects.json'), JSON.stringify(pass.objects.map(passed)))
    const script = join(import.meta.dirname, 'snmp-pass.mjs')
    configuration.push(
      `pass_persist .${pass.root} ${process.execPath} ${script} ${join(folder, 'objects.json')}`,
    )
  }
  await writeFile(join(folder, 'snmpd.conf'), `${configuration.join('\n')}\n`)
  const child = spawn(
    PROGRAM,
    ['-f', '-Lo', '-C', '-c', join(folder, 'snmpd.conf'), '-p', join(folder, 'pid')],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, SNMP_PERSISTENT_DIR: folder, SNMPCONFPATH: folder },
    },
  )
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }
  onTestFinished(stop)
  await answering(child, port)
  return { port, stop }
}

function passed({ oid, value }: Bound): [string, string, string | number] {
  switch (value.type) {
    case 'integer':
      return [oid, 'integer', value.value]
    case 'gauge32':
      return [oid, 'gauge', value.value]
    case 'counter32':
      return [oid, 'counter', value.value]
    case 'ticks':
      return [oid, 'timeticks', value.value]
    case 'counter64':
      return [oid, 'counter64', String(value.value)]
    case 'octets':
      return [oid, 'string', Buffer.from(value.value).toString()]
    case 'oid':
      return [oid, 'objectid', `.${value.value}`]
    case 'address':
      return [oid, 'ipaddress', value.value]
    default:
      throw new Error(`${oid}: expected a value, got ${value.type}`)
  }
}

async function answering(child: ChildProcess, port: number): Promise<void> {
  let printed = ''
  let fault: Error | null = null
  for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (text) => (printed += text))
  child.once('error', (error) => {
    fault = error
  })
  const deadline = Date.now() + READY_WITHIN_MS
  while (Date.now() < deadline && !fault && child.exitCode === null) {
    const session = new SnmpSession({ address: '127.0.0.1', snmpPort: port }, undefined, {
      tryMs: 200,
      tries: 1,
    })
    const ready = await session.get(['1.3.6.1.2.1.1.3.0']).catch(() => null)
    session.stop()
    if (ready) return
    await pause(20)
  }
  child.kill('SIGKILL')
  throw new Error(`snmpd (apt-get install snmpd): expected an answer, got: ${fault ?? (printed || 'none')}`)
}

async function freePort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  await once(socket, 'close')
  return port
}
