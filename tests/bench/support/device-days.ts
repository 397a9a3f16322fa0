import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { type CapturedPacket, startCapture } from './capture.ts'
import type { DeviceDay } from './device-day.ts'
import { openNamespace } from './namespace.ts'
import type { BenchServer } from './server.ts'

const DEVICE_DAY = fileURLToPath(new URL('device-day.ts', import.meta.url))
const FROM_SOURCE = fileURLToPath(new URL('../../../deploy/from-source.mjs', import.meta.url))

/** The last ACK of a connect follows CONNACK within a delayed ACK's 200 ms; the first report comes later. */
const SETTLE_MS = 220

/** What is asked for: everything that the day's own script does not get from the server. */
export type DayPlan = Omit<DeviceDay, 'host' | 'port' | 'device' | 'key'>

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

const bytesOf = (packets: readonly CapturedPacket[]): number =>
  packets.reduce((sum, { ipBytes }) => sum + ipBytes, 0)

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
  const folder = mkdtempSync(join(tmpdir(), 'haidang-bench-'))
  try {
    namespace.setTimestamps(plan.timestamps)
    const { device, key } = await server.enrol(`DAY${number}`)
    const day: DeviceDay = {
      ...{ host: namespace.serverAddress, port: server.mqttPort, device, key },
      ...plan,
    }
    const file = join(folder, 'day.pcap')
    const capture = await startCapture(namespace.name, namespace.device, server.mqttPort, file)
    const [program, ...args] = namespace.inside(
      process.execPath,
      ...['--import', FROM_SOURCE, DEVICE_DAY, JSON.stringify(day)],
    )
    const child = spawn(program!, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    const told: Record<string, number> = {}
    for await (const line of createInterface(child.stdout)) {
      const [what, value] = line.split(' ')
      told[what!] = Number(value)
    }
    const packets = await capture.stop()
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
    rmSync(folder, { recursive: true, force: true })
  }
}
