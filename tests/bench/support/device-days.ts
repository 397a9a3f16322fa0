import { bytesOf, captureScript, SETTLE_MS } from './captured-script.ts'
import type { DeviceDay } from './device-day.ts'
import { openNamespace } from './namespace.ts'
import type { BenchServer } from './server.ts'

/** What is asked for: everything that the day's own script does not get from the server. */
export type DayPlan = Omit<DeviceDay, 'host' | 'port' | 'device' | 'key'>

/** Ten metrics a minute, a report each quarter of an hour, each answered; TCP timestamps off, as deploy/ says. */
export const OFFICE_DAY: DayPlan = {
  ...{ sample: 'office', seed: 42, samplesPerReport: 15, share: 1 },
  ...{ answerEvery: 1, metered: false, deadBands: false, timestamps: false },
}

/** One answer for eight reports and an 8-byte tag: what an agent does on a metered line. */
export const METERED_DAY: DayPlan = { ...OFFICE_DAY, answerEvery: 8, metered: true }

/** Bytes at the IP layer, headers included, both ways. */
export interface MeasuredDay {
  /** A whole day: where only `share` of it was run, its reports are scaled and its one connect is not. */
  dayBytes: number
  dayPackets: number
  connectBytes: number
  connectPackets: number
  largestPacketBytes: number
  /** By how much the agent's own model of the line is above what was captured. */
  modelErrorPercent: number
}

/**
 * A device's day in a network namespace of its own, against the server as it is built: its reports follow each other
 * as fast as each is done with, alone on the line. `number` tells days that run side by side apart.
 */
export async function measureDeviceDay(
  server: BenchServer,
  number: number,
  plan: DayPlan,
): Promise<MeasuredDay> {
  const namespace = openNamespace(number)
  try {
    namespace.setTimestamps(plan.timestamps)
    const { device, key } = await server.enrol(`DAY${number}`)
    const day: DeviceDay = {
      ...{ host: namespace.serverAddress, port: server.mqttPort, device, key },
      ...plan,
    }
    const { packets, told } = await captureScript(namespace, server.mqttPort, 'device-day.ts', day)
    const { begin, connected, done, model = 0 } = told
    if (!begin || !connected || !done)
      throw new Error(`device-day: expected it to run to its end, got ${JSON.stringify(told)}`)
    const connect = packets.filter(({ atMs }) => atMs >= begin && atMs < connected + SETTLE_MS)
    const reports = packets.filter(({ atMs }) => atMs >= connected + SETTLE_MS && atMs < done + SETTLE_MS)
    const connectBytes = bytesOf(connect)
    return {
      dayBytes: connectBytes + bytesOf(reports) / plan.share,
      dayPackets: connect.length + Math.round(reports.length / plan.share),
      connectBytes,
      connectPackets: connect.length,
      largestPacketBytes: Math.max(...packets.map(({ ipBytes }) => ipBytes)),
      modelErrorPercent: 100 * (model / (connectBytes + bytesOf(reports)) - 1),
    }
  } finally {
    namespace.remove()
  }
}
