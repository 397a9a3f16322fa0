import { createNetworkCollector } from '../collect/network.ts'
import type { TrafficCounters } from './traffic.ts'

/** What this machine's interfaces carry; null where only a child process could tell, which is not started for this. */
export function interfaceTraffic(): (() => Promise<TrafficCounters>) | null {
  if (process.platform !== 'linux') return null
  const network = createNetworkCollector()
  return async () => {
    const { rx_bytes = 0, tx_bytes = 0 } = await network.read()
    return { rx_bytes, tx_bytes }
  }
}
