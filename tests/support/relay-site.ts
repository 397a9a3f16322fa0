import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type DeviceId, deviceId, siteId } from '#protocol/ids.ts'
import type { DownTopic } from '#protocol/topics.ts'
import type { Journal } from '../../agent/journal/journal.ts'
import { openJournal } from '../../agent/journal/open.ts'
import { Neighbour, type NeighbourLimits } from '../../agent/relay/neighbour.ts'
import { Relay, type RelayLimits } from '../../agent/relay/relay.ts'
import { ageOf } from '../../agent/report.ts'
import { DeviceFacts } from '../../broker/device-facts.ts'
import { createIntake } from '../../server/intake.ts'
import type { Entry } from '../../server/ledger/entry.ts'
import { Ledger } from '../../server/ledger/ledger.ts'
import { Relays } from '../../server/relay/relays.ts'
import { rememberingLog } from './remembering-log.ts'
import { sampleHello } from './sample-hello.ts'
import { temporaryFolder } from './temporary-folder.ts'

export const RELAY = deviceId('R0')

export const keyOf = (device: string): Uint8Array => new Uint8Array(Buffer.alloc(32, `key of ${device}`))

/** As much of a centre as relays need: a real ledger behind a real intake, one order of facts for each device. */
export interface RelayCentre {
  relays: Relays
  facts(device: DeviceId): DeviceFacts
  /** What the ledger has, oldest first. */
  entries(): Entry[]
  /** Uptimes of all rows of the device, in the order of the ledger. */
  rows(device: string): number[]
  /** What is pushed to the relay goes here. */
  onPush: (payload: Uint8Array) => void
  now: { ms: number }
  /** The disk refuses while this is set. */
  full: boolean
  stop(): Promise<void>
}

export async function startRelayCentre(sites: Record<string, string> = {}): Promise<RelayCentre> {
  const ledger = new Ledger(join(temporaryFolder(), 'ledger.db'))
  await ledger.start()
  onTestFinished(() => ledger.stop())
  const now = { ms: 1_800_000_000_000 }
  const factsOf = new Map<DeviceId, DeviceFacts>()
  const centre: RelayCentre = {
    ...{ now, full: false, onPush: () => {} },
    relays: new Relays({
      device: (id) => ({
        site: siteId(sites[id] ?? 'S1'),
        key: keyOf(id),
        prober: null,
        keepaliveSeconds: 60,
      }),
      facts: (device) => centre.facts(device),
      push: (_relay: DeviceId, _topic: DownTopic, payload: Uint8Array) => centre.onPush(payload),
      now: () => now.ms,
      log: rememberingLog(),
    }),
    facts(device) {
      const facts = factsOf.get(device) ?? new DeviceFacts(device, inlet, () => {})
      factsOf.set(device, facts)
      return facts
    },
    entries: () => [...ledger.read(0, 100_000)],
    rows: (device) =>
      centre
        .entries()
        .flatMap((entry) => (entry.kind === 'report' && entry.device === device ? [entry.report] : []))
        .flatMap(({ uptimeSeconds, offsetsSeconds }) =>
          offsetsSeconds.map((offset) => uptimeSeconds + offset),
        ),
    stop: () => ledger.stop(),
  }
  const inlet = createIntake({
    ledger: {
      append: (record) => (centre.full ? Promise.reject(new Error('disk full')) : ledger.append(record)),
      quarantine: (item) => ledger.quarantine(item),
      report: (device, epoch, seq) => ledger.report(device, epoch, seq),
    },
    now: () => now.ms,
    log: rememberingLog(),
    onTaken: () => {},
    onNeighbours: (relay, payload) => centre.relays.take(relay, payload),
  })
  return centre
}

/** What stands between relay and centre: it may do to the bytes whatever it likes. */
export interface Wire {
  /** What the budget says; without it always yes. */
  maySend?(): boolean
  up(payload: Uint8Array, pass: (payload: Uint8Array) => void): void
  down(payload: Uint8Array, pass: (payload: Uint8Array) => void): void
}

const HONEST: Wire = { up: (payload, pass) => pass(payload), down: (payload, pass) => pass(payload) }

export interface RunningRelay {
  relay: Relay
  port: number
  /** Its line to the centre breaks, or comes back. */
  line(up: boolean): void
  stop(): Promise<void>
}

/** The real relay on a free port of this machine; its line is the wire given. */
export async function startRelay(
  centre: RelayCentre,
  {
    wire = HONEST,
    port = 0,
    limits = {},
  }: { wire?: Wire; port?: number; limits?: Partial<RelayLimits> } = {},
): Promise<RunningRelay> {
  let connected = true
  const relay = new Relay({
    host: '127.0.0.1',
    port,
    uplink: {
      get connected() {
        return connected
      },
      publish: (payload) => {
        if (wire.maySend?.() === false) return false
        wire.up(payload, (passed) => centre.relays.take(RELAY, passed))
        return true
      },
      together: (send) => send(),
    },
    log: rememberingLog(),
    limits: { gatherMs: 20, graceMs: 50, ...limits },
  })
  const listened = await relay.start()
  const hear = (payload: Uint8Array): void => {
    wire.down(payload, (passed) => {
      if (connected) relay.take(passed)
    })
  }
  const pace = sampleHello().pace
  centre.onPush = hear
  centre.relays.connected(RELAY, pace)
  let stopped = false
  const stop = async (): Promise<void> => {
    if (stopped) return
    stopped = true
    connected = false
    if (centre.onPush === hear) centre.relays.disconnected(RELAY, 'socket')
    await relay.stop()
  }
  onTestFinished(stop)
  return {
    relay,
    port: listened,
    line(up) {
      connected = up
      if (up) {
        centre.relays.connected(RELAY, pace)
        relay.lineUp()
      } else {
        centre.relays.disconnected(RELAY, 'socket')
        relay.lineDown()
      }
    },
    stop,
  }
}

export interface RunningNeighbour {
  neighbour: Neighbour
  journal: Journal
  device: DeviceId
  /** Takes one more reading; they are numbered from 1, and the number is their uptime. */
  sample(): Promise<void>
  produced(): number
  /** How often it was welcomed, and why it was lost, in order. */
  told: string[]
  pushed: { topic: string; content: Uint8Array }[]
}

/** A device's real journal and its real way through the relay. It tries once, and again when `again` says so. */
export async function startNeighbour(
  name: string,
  port: number,
  parts: {
    key?: Uint8Array
    limits?: Partial<NeighbourLimits>
    again?: boolean
    now?: () => number
    folder?: string
  } = {},
): Promise<RunningNeighbour> {
  const device = deviceId(name)
  const journal = await openJournal(join(parts.folder ?? temporaryFolder(), name), { log: rememberingLog() })
  let produced = 0
  const told: string[] = []
  const pushed: RunningNeighbour['pushed'] = []
  const clock = { uptimeSeconds: () => produced, nowMs: Date.now }
  const neighbour = new Neighbour({
    relay: { host: '127.0.0.1', port },
    device,
    key: parts.key ?? keyOf(name),
    hello: () => sampleHello({ epoch: journal.epoch, uptimeSeconds: produced, rows: journal.rows }),
    outbox: journal,
    ageOf: (sealed) => ageOf(sealed, 1, clock),
    collect: async () => void (await journal.sealNewest(1000)),
    onWelcome: () => void told.push('welcome'),
    onRoom: () => {},
    onLine: (up) => void told.push(up ? 'line up' : 'line down'),
    onLost: (reason) => {
      told.push(reason)
      if (parts.again) retry = setTimeout(() => neighbour.start(), 5)
    },
    onPush: (topic, content) => pushed.push({ topic, content }),
    log: rememberingLog(),
    limits: { aliveMs: 1000, ...parts.limits },
    ...(parts.now && { now: parts.now }),
  })
  let retry: NodeJS.Timeout | undefined
  neighbour.start()
  onTestFinished(async () => {
    clearTimeout(retry)
    neighbour.stop()
    await journal.close()
  })
  return {
    ...{ neighbour, journal, device, told, pushed },
    produced: () => produced,
    async sample() {
      const number = produced + 1
      await journal.append({
        ...{ boot: 1, uptimeSeconds: number, clockSeconds: 0 },
        values: { cpu_percent: number % 100, rx_bytes: number * 4096 },
      })
      produced = number
    },
  }
}
