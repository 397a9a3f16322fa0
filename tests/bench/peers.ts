/**
 * `npm run bench:peers`: what other monitoring systems spend on the line, beside us, in one run of twenty minutes. Each
 * watches this machine over a line of its own: its device side runs in a network namespace, its server outside, and
 * every IP packet between them is counted. `--minutes N` measures shorter, `--peer TEXT` only those with it in their
 * name.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { type DayPlan, METERED_DAY, measureDeviceDay, OFFICE_DAY } from './support/device-days.ts'
import { requireTools } from './support/namespace.ts'
import { collectd } from './support/peers/collectd.ts'
import { mosquitto } from './support/peers/mosquitto.ts'
import { netdata } from './support/peers/netdata.ts'
import { type Peer, SAMPLE_SECONDS } from './support/peers/peer.ts'
import { prometheus } from './support/peers/prometheus.ts'
import {
  installed,
  type Observed,
  observe,
  START_UP_SECONDS,
  type Undo,
  type Watched,
  watch,
} from './support/peers/watch.ts'
import { zabbix } from './support/peers/zabbix.ts'
import { printFigure } from './support/print-figure.ts'
import { startBenchServer } from './support/server.ts'

const PEERS = [...zabbix, ...prometheus, ...collectd, ...netdata, ...mosquitto]

/** Apart from the lines of the other benches. */
const FIRST_LINE = 100
const OUR_FIRST_LINE = 90

/** What is promised: issue 3's table. */
const DEFAULT_BOUND = 150
const THRIFTIEST_ENCRYPTED_BOUND = 14

/** Our days on a metered line, by the delay of delivery; the short ones are run in part. */
const OUR_THRIFTIEST: readonly DayPlan[] = [
  [900, 1],
  [300, 0.5],
  [60, 0.1],
].map(([delaySeconds, share]) => ({
  ...METERED_DAY,
  ...{ samplesPerReport: delaySeconds! / SAMPLE_SECONDS, share: share! },
}))

interface Ours {
  delaySeconds: number
  dayBytes: number
}

/** One that failed takes no other's figures with it, but the run has not succeeded. */
function tellFailure({ name }: Peer, error: unknown): null {
  process.stderr.write(`${name}: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
  return null
}

async function measureOurs(): Promise<{ byDefault: Ours; thriftiest: Ours[] }> {
  const server = await startBenchServer()
  try {
    const plans = [OFFICE_DAY, ...OUR_THRIFTIEST]
    const [byDefault, ...thriftiest] = await Promise.all(
      plans.map(async (plan, at): Promise<Ours> => {
        const { dayBytes } = await measureDeviceDay(server, OUR_FIRST_LINE + at, plan)
        return { delaySeconds: plan.samplesPerReport * SAMPLE_SECONDS, dayBytes }
      }),
    )
    return { byDefault: byDefault!, thriftiest }
  } finally {
    await server.stop()
  }
}

/** Ours that delivers no later than the peer does; where the peer is faster than we ever are, our fastest. */
function atTheSameDelay(ours: readonly Ours[], delaySeconds: number): Ours {
  const notLater = ours.filter((one) => one.delaySeconds <= delaySeconds)
  const slowestFirst = (a: Ours, b: Ours): number => b.delaySeconds - a.delaySeconds
  return notLater.toSorted(slowestFirst)[0] ?? ours.toSorted(slowestFirst).at(-1)!
}

function print(all: readonly Observed[], byDefault: Ours, thriftiest: readonly Ours[]): void {
  for (const ours of [byDefault, ...thriftiest]) {
    printFigure({
      ...{ name: ours === byDefault ? 'peers.us' : 'peers.us_metered', value: ours.dayBytes, unit: 'B' },
      ...{ encrypted: true, delivery_delay_s: ours.delaySeconds, ratio: 1 },
    })
  }
  const encrypted = all.filter(({ peer }) => peer.encrypted)
  const least = Math.min(...encrypted.map(({ dayBytes }) => dayBytes))
  for (const { peer, dayBytes, measuredSeconds, values, packets } of all) {
    const ours = peer.setting === 'default' ? byDefault : atTheSameDelay(thriftiest, peer.delaySeconds)
    printFigure({
      ...{ name: `peers.${peer.name}`, value: dayBytes, unit: 'B', measured_s: measuredSeconds },
      ...{ encrypted: peer.encrypted, setting: peer.setting, delivery_delay_s: peer.delaySeconds },
      ...{
        ratio: Number((dayBytes / ours.dayBytes).toPrecision(4)),
        our_delivery_delay_s: ours.delaySeconds,
      },
      ...(peer.setting === 'default' && { bound: DEFAULT_BOUND }),
      ...(dayBytes === least && { bound: THRIFTIEST_ENCRYPTED_BOUND }),
      ...{ values_arrived: values, packets: packets.length },
      largest_packet: Math.max(0, ...packets.map(({ ipBytes }) => ipBytes)),
    })
  }
}

/** Resolves after the time, and throws when the person at the keyboard has had enough. */
async function wait(seconds: number): Promise<void> {
  const stop = new AbortController()
  const abort = (): void => stop.abort(new Error('bench:peers: ended by a signal'))
  process.on('SIGINT', abort).on('SIGTERM', abort)
  await pause(seconds * 1000, undefined, { signal: stop.signal })
}

async function main(): Promise<void> {
  const { values: asked } = parseArgs({
    options: { minutes: { type: 'string', default: '20' }, peer: { type: 'string', default: '' } },
  })
  const runSeconds = Number(asked.minutes) * 60
  if (!(runSeconds > START_UP_SECONDS)) {
    throw new Error(`--minutes: expected more than ${START_UP_SECONDS / 60}, got ${asked.minutes}`)
  }
  requireTools('bench:peers', 'ip', 'tcpdump')
  const folder = mkdtempSync(join(tmpdir(), 'haidang-bench-'))
  const undo: Undo = [() => rmSync(folder, { recursive: true, force: true })]
  try {
    // First, as theirs would take the core from ours, whose day is run in a minute: a late answer costs a packet more.
    const ours = await measureOurs()
    const watched: Watched[] = []
    for (const peer of PEERS.filter(({ name }) => name.includes(asked.peer)).filter(installed)) {
      watched.push(await watch(peer, FIRST_LINE + watched.length, folder, undo))
    }
    await wait(runSeconds)
    const observed = await Promise.all(
      watched.map((one) => observe(one, runSeconds).catch((error: unknown) => tellFailure(one.peer, error))),
    )
    print(
      observed.filter((one) => one !== null),
      ours.byDefault,
      ours.thriftiest,
    )
  } finally {
    for (const step of undo.reverse()) await step()
  }
}

await main()
