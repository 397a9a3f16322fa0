import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { GoodbyeReason } from '#protocol/goodbye.ts'
import { type DeviceKind, deviceId, siteId } from '#protocol/ids.ts'
import { createAgent } from '../../../agent/agent.ts'
import type { Collector } from '../../../agent/collect/collector.ts'
import { readAgentConfig, writeAgentConfig } from '../../../agent/config.ts'
import type { Rules } from '../../../server/incidents/rules.ts'
import type { Notification } from '../../../server/notify/notification.ts'
import { newKey } from '../../../server/registry/new-device.ts'
import { startTestCentre, type TestCentre } from '../../support/centre.ts'
import { eventually } from '../../support/eventually.ts'
import { rememberingLog } from '../../support/remembering-log.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { startReceiver } from '../../support/webhook-receiver.ts'

/** The rules with seconds in the place of minutes: a test can wait for them, and nothing else about them changes. */
export const QUICK: Partial<Rules> = {
  holdDownWiredSeconds: 2,
  holdDownCellSeconds: 2,
  holdDownSocketExtraSeconds: 0,
  holdDownPowerSeconds: 2,
  staleGraceSeconds: 8,
  platformHoldDownSeconds: 1,
  releaseSeconds: 2,
  recoverySeconds: 2,
  slackSeconds: 1,
  lateMemberSeconds: 3,
  residualSeconds: 60,
  // Half of so small a province is one office.
  platformShare: 2,
}

/** No agent takes a shorter keepalive; what breaks here is the connection, which is noticed at once. */
const PACE = { reportSeconds: 1, keepaliveSeconds: 10 }

/** Hold-downs, a tick, and an agent that waits between its tries to connect. */
const MESSAGES_MS = 40_000

export interface IncidentAnswer {
  id: string
  state: string
  scope: string
  cause: string
  devices: string[]
  start: [number, number]
  end: number | null
}

export interface Village extends TestCentre {
  session(device: string): Promise<string>
  becomes(state: string, ...devices: string[]): Promise<void>
  /** The papers of a new device; its agent dials `port`. */
  add(
    device: string,
    kind: DeviceKind,
    more?: { site?: string; port?: number; battery?: boolean },
  ): Promise<string>
  incidents(): Promise<IncidentAnswer[]>
  /** What people were told so far: "I1 opened page site undetermined". */
  told(): string[]
  messages(): Notification[]
  /** Waits for so many messages. */
  messagesCome(count: number): Promise<Notification[]>
}

/** A centre with quick rules, whose messages a webhook takes. */
export async function startVillage(
  rules: Partial<Rules> = {},
  environment: Record<string, string> = {},
): Promise<Village> {
  const receiver = await startReceiver(200)
  const hook = { HAIDANG_WEBHOOK_URL: receiver.url, HAIDANG_WEBHOOK_SECRET: 'bi-mat-cua-may-nhan' }
  const centre = await startTestCentre({ ...hook, ...environment }, { ...QUICK, ...rules })
  const messages = (): Notification[] => receiver.requests.map(({ body }) => JSON.parse(body) as Notification)
  const session = async (device: string): Promise<string> =>
    (await centre.api<{ session: string }>(`/devices/${device}`)).session
  return {
    ...centre,
    session,
    messages,
    async becomes(state, ...devices) {
      for (const device of devices) {
        await eventually(`${device} ${state}`, async () => (await session(device)) === state)
      }
    },
    async add(device, kind, { site = 'S1', port = centre.mqttPort, battery = false } = {}) {
      if (!centre.registry.site(siteId(site))) {
        await centre.api('/sites', { id: site, area: 'X1', name: `Điểm ${site}` })
      }
      const key = newKey()
      await centre.registry.addDevice({
        ...{ id: deviceId(device), name: device, key, site: siteId(site), kind },
        ...{ uplink: null, sim: kind === 'speaker' ? 'V' : null, battery, prober: null, bulletinClass: null },
        ...{ ...PACE, enrolledMs: Date.now() },
      })
      const folder = temporaryFolder()
      await writeAgentConfig(folder, {
        server: { host: '127.0.0.1', port },
        device: deviceId(device),
        key: Buffer.from(key).toString('hex'),
        ...{ ...PACE, sampleSeconds: 1 },
      })
      return folder
    },
    incidents: () => centre.api<IncidentAnswer[]>('/incidents'),
    told: () =>
      messages().map(
        ({ incident, event, priority, scope, cause }) => `${incident} ${event} ${priority} ${scope} ${cause}`,
      ),
    async messagesCome(count) {
      await eventually(`${count} messages`, () => receiver.requests.length >= count, MESSAGES_MS)
      return messages()
    },
  }
}

/** The machine has been started again: the agent will find that the kernel's name of the boot is another. */
export async function reboot(folder: string): Promise<void> {
  const path = join(folder, 'boot.json')
  const boot = JSON.parse(await readFile(path, 'utf8')) as object
  await writeFile(path, JSON.stringify({ ...boot, kernelId: 'a-boot-that-is-over' }))
}

/** A real agent in this very process; `power` is what its machine tells of its mains. */
export async function startAgent(folder: string, power?: Collector) {
  const agent = createAgent({
    ...{ config: readAgentConfig(folder), folder, log: rememberingLog() },
    ...(power && { power, powerLimits: { lookMs: 50 } }),
  })
  let running = true
  const stop = async (reason: GoodbyeReason): Promise<void> => {
    if (running) await agent.stop(reason)
    running = false
  }
  onTestFinished(() => stop('service-stop'))
  await agent.start()
  return { stop }
}
