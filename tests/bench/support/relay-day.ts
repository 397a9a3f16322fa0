/**
 * A day of a site whose devices report through one of them, as fast as its packets allow: the agent's own relay, link
 * and neighbours over TCP, each fed with a model's samples. Run by `bench:wire` inside a network namespace: neighbours
 * and relay meet on its loopback, and what leaves by its interface is the site's. Prints `connected MS` when the relay
 * is, `welcome MS` when all neighbours are, and `done MS` at the end.
 */
import { deviceId } from '#protocol/ids.ts'
import { MAX_ALIAS } from '#protocol/neighbours.ts'
import { encodeReport, type Report } from '#protocol/report.ts'
import { DOWN_TOPICS, TOPICS } from '#protocol/topics.ts'
import { connectOptions } from '../../../agent/link/connect.ts'
import { Exchange } from '../../../agent/link/exchange.ts'
import { askKernel } from '../../../agent/link/kernel.ts'
import { Link } from '../../../agent/link/link.ts'
import type { Outbox, Sealed } from '../../../agent/outbox.ts'
import { Neighbour } from '../../../agent/relay/neighbour.ts'
import { Relay } from '../../../agent/relay/relay.ts'
import { ageOf, mergeRows, rowOf } from '../../../agent/report.ts'
import type { Sample } from '../../../agent/sampler.ts'
import { officeDay } from '../../samples/office-pc.ts'
import { sampleHello } from '../../support/sample-hello.ts'

export interface RelayDay {
  host: string
  port: number
  /** The first is the relay; it reports for itself too. */
  devices: { device: string; key: string }[]
  samples: number
  samplesPerReport: number
  /** Neighbours start one after another, each alone on the line; else all at once, as when the power comes back. */
  startAlone: boolean
}

/** Longer than any delayed ACK (Linux: 40 to 200 ms): in a real day none shares a packet with the next report. */
const QUIET_MS = 250

const SILENT = { info() {}, warn() {}, error() {} }

/** A device's day and as much of a journal as it takes: a hundred real ones would wait for one disk. */
class DayOutbox implements Outbox {
  readonly #samples: readonly Sample[]
  #rows: Report[] = []
  #next = 0
  #seq = 1
  #held: Sealed[] = []

  constructor(seed: number, samples: number) {
    this.#samples = officeDay(seed, samples)
  }

  get now(): Sample {
    return this.#samples[Math.max(0, this.#next - 1)]!
  }

  measure(count: number): void {
    for (const sample of this.#samples.slice(this.#next, this.#next + count)) {
      this.#rows.push(rowOf(sample, ++this.#next))
    }
  }

  seal(): void {
    if (this.#rows.length === 0) return
    const seq = this.#seq++
    const report = mergeRows(this.#rows, { epoch: 74_565, seq })
    this.#rows = []
    const { boot, uptimeSeconds, clockSeconds } = this.now
    this.#held.push({
      ...{ kind: 'report', epoch: 74_565, seq, boot, uptimeSeconds, clockSeconds },
      bytes: encodeReport(report),
    })
  }

  pending(): readonly Sealed[] {
    return this.#held
  }

  async ack(sealed: readonly Sealed[]): Promise<void> {
    this.#held = this.#held.filter((one) => !sealed.includes(one))
  }
}

async function live(day: RelayDay): Promise<void> {
  const days = day.devices.map((_, at) => new DayOutbox(42 + at, day.samples))
  const hello = (of: DayOutbox) =>
    sampleHello({ epoch: 74_565, boot: 7, uptimeSeconds: of.now.uptimeSeconds })
  const ageIn = (of: DayOutbox) => (sealed: Sealed) =>
    ageOf(sealed, 7, {
      uptimeSeconds: () => of.now.uptimeSeconds,
      nowMs: () => of.now.clockSeconds * 1000,
    })

  const [own, ...others] = days as [DayOutbox, ...DayOutbox[]]
  const [self, ...neighbours] = day.devices as [RelayDay['devices'][0], ...RelayDay['devices']]
  const server = { host: day.host, port: day.port }
  const papers = { server, device: deviceId(self.device), key: self.key }
  const connected = signal()
  const link = new Link({
    address: server,
    options: () => connectOptions(papers, hello(own), { metered: true }),
    keepaliveSeconds: () => 1200,
    askKernel,
    outbox: own,
    ageOf: ageIn(own),
    exchange: new Exchange(),
    onConnected: () => {
      relay.lineDown()
      relay.lineUp()
      connected.give()
    },
    onAway: () => relay.lineDown(),
    onPush: (topic, payload) => {
      if (topic === DOWN_TOPICS.neighbours) relay.take(payload)
    },
    log: SILENT,
  })
  const relay = new Relay({
    host: '127.0.0.1',
    port: 0,
    uplink: {
      get connected() {
        return link.connected
      },
      publish: (payload) => link.pass(TOPICS.neighbours, payload),
      together: (send) => link.together(send),
    },
    log: SILENT,
    // All of them have this machine's address.
    limits: { gatherMs: day.startAlone ? 1 : 300, maxStrangersPerAddress: MAX_ALIAS },
  })
  const port = await relay.start()
  link.start()
  await connected.given
  tell('connected')
  await quiet()

  const started: Neighbour[] = []
  const welcomes = neighbours.map((_, at) => async (): Promise<void> => {
    const { device, key } = neighbours[at]!
    const outbox = others[at]!
    const welcome = signal()
    const neighbour = new Neighbour({
      relay: { host: '127.0.0.1', port },
      device: deviceId(device),
      key: Buffer.from(key, 'hex'),
      hello: () => hello(outbox),
      outbox,
      ageOf: ageIn(outbox),
      collect: async () => outbox.seal(),
      onWelcome: welcome.give,
      onLine: () => {},
      onRoom: () => {},
      onLost: (reason) => {
        process.stderr.write(`${device}: ${reason}\n`)
        process.exitCode = 1
      },
      onPush: () => {},
      log: SILENT,
    })
    started.push(neighbour)
    neighbour.start()
    await welcome.given
    if (day.startAlone) await quiet()
  })
  if (day.startAlone) for (const start of welcomes) await start()
  else await Promise.all(welcomes.map((start) => start()))
  await quiet()
  tell('welcome')

  for (let reports = day.samples / day.samplesPerReport; reports > 0; reports--) {
    for (const one of days) one.measure(day.samplesPerReport)
    await relay.report(() => {
      own.seal()
      link.send()
    })
    await quiet()
  }
  tell('done')
  const left = others.reduce((sum, one) => sum + one.pending().length, 0)
  process.stdout.write(`left ${left}\n`)
  for (const neighbour of started) neighbour.stop()
  await link.stop()
  await relay.stop()
}

function signal(): { given: Promise<void>; give: () => void } {
  let give = (): void => {}
  const given = new Promise<void>((resolve) => {
    give = resolve
  })
  return { given, give: () => give() }
}

function tell(what: string): void {
  process.stdout.write(`${what} ${Date.now()}\n`)
}

function quiet(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, QUIET_MS))
}

await live(JSON.parse(process.argv[2] ?? '{}') as RelayDay)
// The link's own timers would keep the process for a minute.
process.exit()
