// What one look at a router costs the prober: `node --import ./deploy/from-source.mjs tests/bench/snmp-look.ts [LOOKS]`.
// The router is a recorded MikroTik with ten interfaces, answered for by another process.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { createProbe } from '../../agent/probe/probe-of.ts'
import { builtInProfile } from '../../agent/probe/profiles.ts'

const WALK = '../agent/probe/snmp/walks/mikrotik-chateau-lte6.snmpwalk'
const UDP_AND_IP_BYTES = 28
/** So long that the processor has done other things in between. */
const APART_MS = 50

interface Counted {
  port: number
  packets: number
  received: number
  sent: number
}

if (process.send) await respond()
else await measure(Number(process.argv[2] ?? 200))

async function respond(): Promise<void> {
  const { openResponder } = await import('../support/snmp-responder.ts')
  const { readWalk } = await import('../support/snmp-walk.ts')
  const responder = await openResponder(readWalk(new URL(WALK, import.meta.url)))
  const { port } = responder
  const tell = () =>
    process.send!({ port, packets: responder.packets, received: responder.received, sent: responder.sent })
  process.on('message', tell)
  process.on('disconnect', () => process.exit())
  tell()
}

async function measure(looks: number): Promise<void> {
  const child = fork(import.meta.filename, { execArgv: process.execArgv })
  const [{ port }] = (await once(child, 'message')) as [Counted]
  const counted = async (): Promise<Counted> => {
    child.send('count')
    const [found] = (await once(child, 'message')) as [Counted]
    return found
  }
  const probe = createProbe(builtInProfile('mikrotik-routeros'), {
    address: '127.0.0.1',
    snmpPort: port,
    community: 'public',
  })
  const signal = new AbortController().signal
  const rssBefore = process.memoryUsage.rss()
  const firstCpu = process.cpuUsage()
  await probe.look(signal)
  report(
    'first look, with the library loaded and the interfaces read',
    1,
    process.cpuUsage(firstCpu),
    await counted(),
  )
  for (let warm = 0; warm < 50; warm++) await probe.look(signal)
  const before = await counted()
  const cpu = process.cpuUsage()
  for (let look = 0; look < looks; look++) {
    await pause(APART_MS)
    await probe.look(signal)
  }
  const used = process.cpuUsage(cpu)
  const after = await counted()
  report(`a look later, mean of ${looks}`, looks, used, {
    port,
    packets: after.packets - before.packets,
    received: after.received - before.received,
    sent: after.sent - before.sent,
  })
  const grownMb = (process.memoryUsage.rss() - rssBefore) / 2 ** 20
  process.stdout.write(`memory grown by ${grownMb.toFixed(1)} MB\n`)
  probe.stop()
  child.disconnect()
}

function report(
  what: string,
  looks: number,
  { user, system }: NodeJS.CpuUsage,
  { packets, received, sent }: Counted,
): void {
  const cpuMs = (user + system) / 1000 / looks
  const bytes = (received + sent + 2 * packets * UDP_AND_IP_BYTES) / looks
  process.stdout.write(
    `${what}: ${cpuMs.toFixed(2)} ms of CPU, ${packets / looks} packets each way, ${Math.round(bytes)} bytes on the LAN\n`,
  )
}
