import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createAgent } from '../../agent/agent.ts'
import { readAgentConfig } from '../../agent/config.ts'
import { PROBED_FOLDER } from '../../agent/probe/papers.ts'
import { type Finding, NoAnswer, type Probe } from '../../agent/probe/probe.ts'
import { Prober } from '../../agent/probe/prober.ts'
import type { Profile } from '../../agent/probe/profile.ts'
import { startTestCentre, type TestCentre } from '../support/centre.ts'
import { eventually } from '../support/eventually.ts'
import { type LineProxy, startLineProxy } from '../support/line-proxy.ts'
import { rememberingLog } from '../support/remembering-log.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

interface DeviceAnswer {
  session: string
  values: Record<string, number>
  traits: Record<string, string>
}

/** A device of the LAN that says how long it is up to whoever connects; another port stands for no answer. */
interface LanDevice {
  port: number
  off(): Promise<void>
  on(uptimeSeconds: number): Promise<void>
}

async function startLanDevice(): Promise<LanDevice> {
  let server: Server | null = null
  let uptimeSeconds = 0
  const device: LanDevice = {
    port: 0,
    async off() {
      server?.close()
      server = null
    },
    async on(seconds) {
      uptimeSeconds = seconds
      server = createServer((socket) => socket.end(`up ${uptimeSeconds}`))
      server.listen(device.port, '127.0.0.1')
      await once(server, 'listening')
      device.port = (server.address() as AddressInfo).port
    },
  }
  onTestFinished(() => device.off())
  return device
}

/** Asks it over a real socket; who refuses is away, as no other device has its address here. */
const probeOf = (device: LanDevice): Probe => ({
  async look(): Promise<Finding> {
    const socket: Socket = connect(device.port, '127.0.0.1')
    let said = ''
    socket.on('data', (chunk) => {
      said += chunk
    })
    try {
      await once(socket, 'close')
    } catch {
      throw new NoAnswer('expected an answer, got none')
    }
    if (!said) throw new NoAnswer('expected an answer, got none')
    return { values: { uptime_seconds: Number(said.slice(3)) }, traits: { model: 'Loa IP' }, faults: [] }
  },
  stop() {},
})

interface Site {
  centre: TestCentre
  line: LineProxy
  device: LanDevice
  prober: Prober
  /** Another prober of the same site, as after a restart. */
  restart(): Promise<void>
  look(id: string): Promise<DeviceAnswer>
  session(id: string): Promise<string>
}

async function startSite(): Promise<Site> {
  const centre = await startTestCentre()
  const line = await startLineProxy(centre.mqttPort)
  const server = { host: '127.0.0.1', port: line.port }
  const pace = { sampleSeconds: 1, reportSeconds: 10, keepaliveSeconds: 10 }
  const enrol = async (device: string, more: object): Promise<object> => {
    const asked = { device, site: 'S1', name: device, reportSeconds: 10, keepaliveSeconds: 10, ...more }
    const { key } = await centre.api<{ key: string }>('/enrolments', asked)
    return { server, device, key, ...pace }
  }
  const folder = temporaryFolder()
  await writeFile(join(folder, 'agent.json'), JSON.stringify(await enrol('PC', { kind: 'pc' })))
  const probed = join(folder, PROBED_FOLDER, 'LOA')
  await mkdir(probed, { recursive: true })
  const papers = {
    ...(await enrol('LOA', { kind: 'speaker', prober: 'PC' })),
    probe: { profile: 'x', address: '127.0.0.1' },
  }
  await writeFile(join(probed, 'agent.json'), JSON.stringify(papers))

  const device = await startLanDevice()
  await device.on(1000)
  const log = rememberingLog()
  const agent = createAgent({ config: readAgentConfig(folder), folder, log })
  await agent.start()
  onTestFinished(() => agent.stop('service-stop'))
  const title = { vi: 'x', en: 'x' }
  const profile: Profile = { name: 'x', title, kind: 'speaker', source: 'x', everySeconds: 0.3, steps: [] }
  const begin = async (): Promise<Prober> => {
    const begun = new Prober({
      ...{ folder, agent, log },
      openProbe: async () => ({ probe: probeOf(device), profile, touch: null }),
    })
    await begun.start()
    onTestFinished(() => begun.stop())
    return begun
  }
  const prober = await begin()
  const look = (id: string): Promise<DeviceAnswer> => centre.api<DeviceAnswer>(`/devices/${id}`)
  return {
    ...{ centre, line, device, prober, look },
    restart: async () => void (await begin()),
    session: async (id) => (await look(id)).session,
  }
}

const gone = async (site: Site, id: string): Promise<boolean> =>
  ['suspect', 'offline'].includes(await site.session(id))

test('a probed device is online while it answers, lost when it does not, and counts its restarts', async () => {
  const site = await startSite()
  await eventually('online with its own uptime', async () => {
    const { session, values } = await site.look('LOA')
    return session === 'online' && values.uptime_seconds === 1000 && values.probed_boot === 1
  })
  await site.device.off()
  await eventually('lost', () => gone(site, 'LOA'), 40_000)
  expect(await site.session('PC'), 'its prober is well').toBe('online')
  await site.device.on(5)
  await eventually(
    'back, in its second boot',
    async () => {
      const { session, values } = await site.look('LOA')
      return session === 'online' && values.probed_boot === 2
    },
    40_000,
  )
}, 120_000)

test('whose prober is cut off is not known, and not lost, also when it falls silent meanwhile', async () => {
  const site = await startSite()
  await eventually('online', async () => (await site.session('LOA')) === 'online')
  site.line.freeze()
  await site.device.off()
  await eventually('the prober is missed', () => gone(site, 'PC'), 60_000)
  expect(await site.session('LOA')).toBe('goodbye')
  site.line.cut()
  site.line.thaw()
  await eventually('the prober is back', async () => (await site.session('PC')) === 'online', 60_000)
  // Now the line answers and the device still does not: the fault is its own.
  await eventually('it is missed', () => gone(site, 'LOA'), 60_000)
  await site.device.on(2000)
  await eventually('online again', async () => (await site.session('LOA')) === 'online', 60_000)
}, 240_000)

test('a device that went while its prober was away is missed when that is back', async () => {
  const site = await startSite()
  await eventually('online', async () => (await site.session('LOA')) === 'online')
  await site.prober.stop()
  await eventually('nobody asks it', async () => (await site.session('LOA')) === 'goodbye')
  await site.device.off()
  await site.restart()
  await eventually('it is missed', () => gone(site, 'LOA'), 60_000)
}, 120_000)
