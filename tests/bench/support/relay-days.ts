import type { CapturedPacket } from './capture.ts'
import { bytesOf, captureScript, SETTLE_MS } from './captured-script.ts'
import { openNamespace } from './namespace.ts'
import type { RelayDay } from './relay-day.ts'
import type { BenchServer } from './server.ts'

/** Network numbers that no other bench has: 121 to 200. */
const FIRST_NETWORK = 120

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
    const { packets, told } = await captureScript(namespace, server.mqttPort, 'relay-day.ts', day)
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
  }
}
