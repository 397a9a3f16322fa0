// What one look at a loudspeaker controller by HTTP, and one by ping, costs the prober, its children counted:
// `node --import ./deploy/from-source.mjs tests/bench/http-look.ts [LOOKS] [SECONDS BETWEEN]`. With a pause of some
// seconds the caches are as cold as in an agent; what the process takes idle is measured before and taken off.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { createProbe } from '../../agent/probe/probe-of.ts'
import type { Step } from '../../agent/probe/profile.ts'
import { builtInProfile } from '../../agent/probe/profiles.ts'

const STATUS = {
  device: { model: 'M1', serial: 'S1', firmware: '1.2', uptime: 86_400 },
  power: { source: 'ac', millivolts: 12_600, battery: 87 },
  modem: { sim: 'ready', network: 'LTE', rsrp: -97, rsrq: -11, sinr: 8.5, cell: 27_447_042 },
  amplifier: { state: 'ok', watts: 42 },
  player: { state: 'playing', volume: 70 },
  schedule: { due: 6, played: 4 },
}

/** Of /proc/self/stat: the kernel counts children in hundredths of a second, so many looks make one figure. */
const TICK_MS = 10
const IDLE_SECONDS = 20

if (process.send) respond()
else await measure(Number(process.argv[2] ?? 50), Number(process.argv[3] ?? 0))

function respond(): void {
  const server = createServer((_request, response) => response.end(JSON.stringify(STATUS)))
  server.listen(0, '127.0.0.1', () => process.send!((server.address() as AddressInfo).port))
  process.on('disconnect', () => process.exit())
}

async function measure(looks: number, seconds: number): Promise<void> {
  // As an agent runs.
  setFlagsFromString('--no-opt')
  const device = fork(import.meta.filename, { execArgv: ['--import', './deploy/from-source.mjs'] })
  const [port] = (await once(device, 'message')) as [number]
  for (const name of ['cum-loa-http', 'ping']) {
    const profile = builtInProfile(name)
    const steps = profile.steps.map((step): Step => (step.kind === 'http' ? { ...step, port } : step))
    const probe = createProbe({ ...profile, steps }, { address: '127.0.0.1', user: 'u', password: 'p' })
    const look = () => probe.look(new AbortController().signal)
    const { faults } = await look()
    if (faults.length > 0) throw new Error(faults.join('\n'))
    const idle = (await spent(() => pause(IDLE_SECONDS * 1000))) / IDLE_SECONDS
    const started = performance.now()
    const total = await spent(async () => {
      for (let done = 0; done < looks; done++) {
        await look()
        if (seconds > 0) await pause(seconds * 1000)
      }
    })
    const each = (total - (idle * (performance.now() - started)) / 1000) / looks
    const hourly = (each * 3600) / profile.everySeconds
    process.stdout.write(
      `${name}: ${each.toFixed(2)} ms of CPU a look, ${hourly.toFixed(1)} an hour at one each ${profile.everySeconds} s\n`,
    )
  }
  device.disconnect()
}

async function spent(work: () => Promise<void>): Promise<number> {
  const [own, children] = [process.cpuUsage(), childrenMs()]
  await work()
  const { user, system } = process.cpuUsage(own)
  return (user + system) / 1000 + childrenMs() - children
}

function childrenMs(): number {
  // Behind the name, which may hold blanks, `cutime` and `cstime` are fields 16 and 17 of proc(5).
  const [, fields] = readFileSync('/proc/self/stat', 'latin1').split(') ')
  const [user, system] = fields!.split(' ').slice(13, 15).map(Number)
  return (user! + system!) * TICK_MS
}
