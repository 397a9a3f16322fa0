/**
 * Exchanges of each kind over the agent's own line, each alone: run by `bench:cost` inside a network namespace. Prints a
 * JSON line a kind: from when to when, how many, and what the model says that they cost.
 */

import type { Line as Packets } from '#protocol/cost.ts'
import { encodeDelivery } from '#protocol/delivery.ts'
import { deviceId } from '#protocol/ids.ts'
import { encodeReport } from '#protocol/report.ts'
import { TOPICS } from '#protocol/topics.ts'
import { Budget } from '../../../agent/budget/budget.ts'
import { connectOptions } from '../../../agent/link/connect.ts'
import { LINE_LIMITS, Line } from '../../../agent/link/line.ts'
import { mergeRows, rowOf } from '../../../agent/report.ts'
import { officeDay } from '../../samples/office-pc.ts'
import { sampleHello } from '../../support/sample-hello.ts'

export interface ExchangePlan {
  host: string
  port: number
  device: string
  key: string
  packets: Packets
  /** Of each kind. */
  count: number
}

export interface ExchangesDone {
  kind: string
  count: number
  fromMs: number
  toMs: number
  modelBytes: number
}

/** Longer than any delayed ACK (Linux: 40 to 200 ms). */
const QUIET_MS = 250
/** Of one report: a quarter of an hour, and a backlog of most of a day, several segments long. */
const SHORT_ROWS = 15
const LONG_ROWS = 1200

const quiet = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, QUIET_MS))

async function run(plan: ExchangePlan): Promise<void> {
  const { packets, host, port, key, count } = plan
  const device = deviceId(plan.device)
  const meter = uncappedBudget(packets, device.length)
  const rows = officeDay(42).map(rowOf)
  let seq = 0
  const delivery = (size: number): Uint8Array => {
    seq++
    const report = encodeReport(mergeRows(rows.slice(0, size), { epoch: 1, seq }))
    return encodeDelivery({ age: { seconds: 900, basis: 'monotonic' }, report })
  }

  const connect = (): Promise<Line> =>
    new Promise((resolve, reject) => {
      const config = { server: { host, port }, device, key }
      new Line({
        ...{ address: { host, port }, meter, limits: LINE_LIMITS },
        options: () => connectOptions(config, sampleHello(), { metered: packets.tagBytes === 8 }),
        onPhase: (line, phase) => {
          if (phase === 'up') resolve(line)
        },
        onFailed: (_line, _cause, reason) => reject(new Error(reason)),
      })
    })

  async function measure(kind: string, once: () => Promise<void> | void, times = count): Promise<void> {
    await quiet()
    const [fromMs, before] = [Date.now(), meter.spentBytes]
    for (let at = 0; at < times; at++) {
      await once()
      await quiet()
    }
    const done: ExchangesDone = {
      kind,
      count: times,
      fromMs,
      toMs: Date.now(),
      modelBytes: meter.spentBytes - before,
    }
    process.stdout.write(`${JSON.stringify(done)}\n`)
  }

  const publish = (line: Line, size: number, qos: 0 | 1): Promise<void> =>
    new Promise((resolve) => line.publish(TOPICS.report, delivery(size), qos, () => resolve()))

  let line = await connect()
  await measure('qos1_exchange', () => publish(line, SHORT_ROWS, 1))
  await measure('qos0_publish', () => publish(line, SHORT_ROWS, 0))
  await measure('qos1_long', () => publish(line, LONG_ROWS, 1), count / 5)
  await measure('ping_exchange', () => {
    line.ping()
  })
  await line.leave()
  // With what the centre pushes behind CONNACK, its settings.
  await measure(
    'connect_and_leave',
    async () => {
      line = await connect()
      await quiet()
      await line.leave()
    },
    count / 2,
  )
  await measure(
    'connect_and_cut',
    async () => {
      line = await connect()
      await quiet()
      line.destroy()
    },
    count / 2,
  )
}

/** The agent's own account; it refuses nothing and is kept nowhere. */
function uncappedBudget(line: Packets, identityBytes: number): Budget {
  const parts = {
    store: { read: async () => 'none' as const, write: async () => {} },
    clock: { uptimeSeconds: () => 60, nowMs: () => Date.now() },
    ...{ boot: 1, identityBytes, line: () => line, hasNews: () => false },
    ...{ onStep() {}, onMonth() {}, onRoom() {}, log: { info() {}, warn() {}, error() {} } },
  }
  return new Budget(parts, 'none', { sampleSeconds: 60, reportSeconds: 900, keepaliveSeconds: 1200 }, null)
}

await run(JSON.parse(process.argv[2] ?? '{}') as ExchangePlan)
