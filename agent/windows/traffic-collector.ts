import type { Collector, Values } from '../collect/collector.ts'
import { advance, type Tally } from '../collect/tally.ts'
import { faultOf } from './fault.ts'
import type { WindowsLook } from './look.ts'
import { realTraffic } from './traffic.ts'

/**
 * The network counters, told at one sample of each look only: repeated at others they would say that nothing was
 * carried until the next look, and then all at once. It never waits, as the sample waits for it.
 */
export function createTrafficCollector(look: WindowsLook): Collector {
  let toldMs = Number.NEGATIVE_INFINITY
  let asking = false
  let arrived: Values | Error | null = null
  let tally: Tally | null = null

  async function ask(): Promise<void> {
    try {
      const parts = await look.parts()
      if (parts.takenMs === toldMs) return
      toldMs = parts.takenMs
      const hardware = 'rows' in parts.part('adapters') ? parts.rows('adapters') : null
      tally = advance(tally, realTraffic(parts.rows('counters'), hardware), parts.takenMs)
      const carried = [...tally.values()]
      arrived = {
        rx_bytes: carried.reduce((sum, { rx }) => sum + rx, 0),
        tx_bytes: carried.reduce((sum, { tx }) => sum + tx, 0),
      }
    } catch (error) {
      arrived = new Error(faultOf(error, 'network'))
    } finally {
      asking = false
    }
  }

  return {
    name: 'network',
    async read() {
      if (!asking) {
        asking = true
        void ask()
      }
      const now = arrived
      arrived = null
      if (now instanceof Error) throw now
      return now ?? {}
    },
  }
}
