import { type MetricName, stateNumber } from '#protocol/metrics.ts'
import type { Collector, Values } from '../collect/collector.ts'
import type { UplinkWatch } from './uplink-watch.ts'

/** The metrics of the first and of the second line. */
const NAMES = [
  {
    ...{ state: 'uplink1_state', rx: 'uplink1_rx_bytes', tx: 'uplink1_tx_bytes' },
    ...{ rtt: 'uplink1_rtt_ms', loss: 'uplink1_loss_percent' },
  },
  {
    ...{ state: 'uplink2_state', rx: 'uplink2_rx_bytes', tx: 'uplink2_tx_bytes' },
    ...{ rtt: 'uplink2_rtt_ms', loss: 'uplink2_loss_percent' },
  },
] as const satisfies readonly Record<string, MetricName>[]

/** Which line of the site carries, whether each works, and what it has carried. */
export function createUplinksCollector(watch: UplinkWatch): Collector {
  return {
    name: 'uplinks',
    async read() {
      const values: Values = {}
      for (const [index, { state, carried }] of watch.view().lines.entries()) {
        const names = NAMES[index]!
        values[names.state] = stateNumber(names.state, state)
        if (carried) Object.assign(values, { [names.rx]: carried.rx, [names.tx]: carried.tx })
      }
      if (watch.carrying !== null) values.uplink_carrying = stateNumber('uplink_carrying', watch.carrying)
      return values
    },
    traits: () => ({ uplinks: watch.lines.map(({ papers }) => papers.name).join('\n') }),
  }
}

/**
 * Delay and loss of each line to the address that its papers name. A gateway stands in the same room as often as
 * behind the line: how fast it answers says nothing about the line, so that is not told.
 */
export function createUplinkChecksCollector(watch: UplinkWatch): Collector {
  return {
    name: 'uplink checks',
    async read() {
      const values: Values = {}
      for (const [index, found] of watch.measured().entries()) {
        if (!found) continue
        values[NAMES[index]!.loss] = found.lossPercent
        if (found.rttMs !== null) values[NAMES[index]!.rtt] = found.rttMs
      }
      // What ails the pings through one line does not take from the other what was measured.
      const [fault] = watch.checkFaults
      if (fault !== undefined && Object.keys(values).length === 0) throw new Error(fault)
      return values
    },
  }
}
