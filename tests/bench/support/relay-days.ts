import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { type CapturedPacket, startCapture } from './capture.ts'
import { openNamespace } from './namespace.ts'
import type { RelayDay } from './relay-day.ts'
import type { BenchServer } from './server.ts'

const RELAY_DAY = fileURLToPath(new URL('relay-day.ts', import.meta.url))
const FROM_SOURCE = fileURLToPath(new URL('../../../deploy/from-source.mjs', import.meta.url))

/** Network numbers that no other bench has: 121 to 200. */
const FIRST_NETWORK = 120

/** The last ACK follows within a delayed ACK's 200 ms. */
const SETTLE_MS = 220

/** Bytes at the IP layer of the site's line, headers included, both ways: of all its devices, the relay among them. */
export interface MeasuredRelayDay {
  dayBytes: number
  /** Of it, the relay's connect and the sessions of its neighbours. */
  startBytes: number
  packets: number
}

/**
 * The day of a site of so many devices, of which one is the relay, in a network namespace of its own. Their sessions
 * begin together, as when the power comes back, or each alone.
 */
export async function measureRelayDay(
  server: BenchServer,
  devices: number,
  { startAlone = false } = {},
): Promise<MeasuredRelayDay> {
  const namespace = openNamespace(FIRST_NETWORK + (devices % 99) + (startAlone ? 50 : 0))
  const folder = mkdtempSync(join(tmpdir(), 'haidang-bench-'))
  try {
    namespace.setTimestamps(false)
    namespace.cutPackets()
    const enrolled: RelayDay['devices'] = []
    for (let at = 0; at < devices; at++) {
      enrolled.push(await server.enrol(`r${startAlone ? 'a' : 't'}${devices}-${at}`))
    }
    const day: RelayDay = {
      ...{ host: namespace.serverAddress, port: server.mqttPort, devices: enrolled },
      ...{ samples: 1440, samplesPerReport: 15, startAlone },
    }
    const file = join(folder, 'day.pcap')
    const capture = await startCapture(namespace.name, namespace.device, server.mqttPort, file)
    const [program, ...args] = namespace.inside(
      process.execPath,
      ...['--import', FROM_SOURCE, RELAY_DAY, JSON.stringify(day)],
    )
    const child = spawn(program!, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    const told: Record<string, number> = {}
    for await (const line of createInterface(child.stdout)) {
      const [what, value] = line.split(' ')
      told[what!] = Number(value)
    }
    const packets = await capture.stop()
    const { welcome, done } = told
    if (!welcome || !done) {
      throw new Error(`relay-day: expected it to run to its end, got ${JSON.stringify(told)}`)
    }
    const until = (ms: number): CapturedPacket[] => packets.filter(({ atMs }) => atMs < ms + SETTLE_MS)
    return {
      dayBytes: bytesOf(until(done)),
      startBytes: bytesOf(until(welcome)),
      packets: until(done).length,
    }
  } finally {
    namespace.remove()
    rmSync(folder, { recursive: true, force: true })
  }
}

const bytesOf = (packets: readonly CapturedPacket[]): number =>
  packets.reduce((sum, { ipBytes }) => sum + ipBytes, 0)
