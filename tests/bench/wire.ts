/**
 * `npm run bench:wire`: the IP bytes of one device's day, both directions, from packet captures. The agent's own
 * journal and link run in a network namespace, the server as it is built outside of it, a veth pair between them.
 */
import {
  type DayPlan,
  METERED_DAY,
  type MeasuredDay,
  measureDeviceDay,
  OFFICE_DAY,
} from './support/device-days.ts'
import { requireTools } from './support/namespace.ts'
import { printFigure } from './support/print-figure.ts'
import { measureRelayDay } from './support/relay-days.ts'
import { startBenchServer } from './support/server.ts'

/** Name, bound of the issue in bytes or null, plan. Reports each minute run a tenth of the day. */
const DAYS: readonly (readonly [name: string, bound: number | null, plan: DayPlan])[] = [
  ['wire.device_day', 24_000, OFFICE_DAY],
  ['wire.device_day', null, { ...OFFICE_DAY, timestamps: true }],
  ['wire.device_day_metered', 24_000, { ...OFFICE_DAY, metered: true }],
  ['wire.device_day_full', null, { ...OFFICE_DAY, sample: 'full' }],
  ['wire.device_day_full', null, { ...METERED_DAY, sample: 'full', deadBands: true }],
  ['wire.device_day_cumulative', null, { ...METERED_DAY, metered: false }],
  ['wire.device_day_cumulative', 17_500, METERED_DAY],
  ['wire.device_day_cumulative', null, { ...METERED_DAY, timestamps: true }],
  ['wire.device_day_delta', 20_000, { ...OFFICE_DAY, sample: 'idle', deadBands: true }],
  ['wire.device_day_delta', 20_000, { ...METERED_DAY, sample: 'idle', deadBands: true }],
  ['wire.device_day_5min', 58_000, { ...METERED_DAY, samplesPerReport: 5, share: 0.5 }],
  ['wire.device_day_1min', 260_000, { ...METERED_DAY, samplesPerReport: 1, share: 0.1 }],
]

const RECONNECT_BOUND_BYTES = 1150

/** Devices behind the relay, and the bound for each of them in bytes a day. */
const RELAYS: readonly (readonly [devices: number, bound: number])[] = [
  [10, 8_300],
  [30, 7_500],
  [100, 7_100],
]

/** So many days run side by side: mostly they wait. */
const AT_ONCE = 5

function printDay(name: string, bound: number | null, plan: DayPlan, measured: MeasuredDay): void {
  printFigure({
    ...{ name, value: measured.dayBytes, unit: 'B', bound },
    ...{ delivery_delay_s: plan.samplesPerReport * 60, rows_per_report: plan.samplesPerReport },
    ...{ sample: plan.sample, dead_bands: plan.deadBands, answer_every: plan.answerEvery },
    ...{ tls: plan.metered ? 'CCM_8' : 'GCM', tcp_timestamps: plan.timestamps, connects: 1 },
    ...{
      packets: measured.dayPackets,
      largest_packet: measured.largestPacketBytes,
      measured_share: plan.share,
    },
    model_error_percent: Number(measured.modelErrorPercent.toFixed(2)),
  })
}

/** `npm run bench:wire -- relay` runs those alone whose name has the word in it. */
const WANTED = process.argv[2] ?? ''

async function main(): Promise<void> {
  requireTools('bench:wire', 'ip', 'tcpdump')
  const server = await startBenchServer()
  try {
    const waiting = DAYS.map((day, number) => ({ day, number })).filter(({ day }) => day[0].includes(WANTED))
    const worker = async (): Promise<void> => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const [name, bound, plan] = next.day
        const measured = await measureDeviceDay(server, next.number, plan)
        printDay(name, bound, plan, measured)
        if (plan.samplesPerReport !== 15 || plan.sample !== 'office' || plan.answerEvery !== 1) continue
        printFigure({
          ...{
            name: 'wire.reconnect',
            value: measured.connectBytes,
            unit: 'B',
            bound: RECONNECT_BOUND_BYTES,
          },
          ...{ tls: plan.metered ? 'CCM_8' : 'GCM', tcp_timestamps: plan.timestamps },
          packets: measured.connectPackets,
        })
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, worker))
    for (const [devices, bound] of RELAYS) {
      if (!`wire.relay${devices}`.includes(WANTED)) continue
      const { dayBytes, packets } = await measureRelayDay(server, devices)
      printFigure({
        ...{ name: `wire.relay${devices}`, value: dayBytes / devices, unit: 'B', bound },
        ...{ devices, delivery_delay_s: 900, seal: 'AES-128-CCM, 8-byte tag', tls: 'CCM_8' },
        ...{ tcp_timestamps: false, packets },
      })
    }
  } finally {
    await server.stop()
  }
}

await main()
