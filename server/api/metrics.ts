import { Counter, Gauge, Registry as Metrics } from 'prom-client'
import type { RefusalCode } from '../../broker/refusals.ts'
import type { TrainRefusal } from '../capacity/limits.ts'

/** What the centre says of itself, in Prometheus' text format. */
export interface Meter {
  taken(what: 'stored' | 'duplicate' | 'quarantined'): void
  refused(code: RefusalCode): void
  /** A datagram of a capacity estimate, or of somebody who tries. */
  trainRefused(why: TrainRefusal): void
  text(): Promise<string>
  contentType: string
}

export interface Gauges {
  connections: () => number
  ledgerHead: () => number
  ledgerDamaged: () => number
  projectionLag: () => Record<string, number>
}

export function createMeter(gauges: Gauges): Meter {
  const metrics = new Metrics()
  const messages = new Counter({
    name: 'haidang_messages_total',
    help: 'Messages of devices by what became of them',
    labelNames: ['result'],
    registers: [metrics],
  })
  const refusals = new Counter({
    name: 'haidang_refusals_total',
    help: 'What the broker refused, by code',
    labelNames: ['code'],
    registers: [metrics],
  })
  const trainRefusals = new Counter({
    name: 'haidang_capacity_refusals_total',
    help: 'Datagrams on the UDP port for capacity estimates that were dropped, by reason',
    labelNames: ['reason'],
    registers: [metrics],
  })
  new Gauge({
    name: 'haidang_connections',
    help: 'Devices connected now',
    registers: [metrics],
    collect() {
      this.set(gauges.connections())
    },
  })
  new Gauge({
    name: 'haidang_ledger_entries',
    help: 'Newest offset of the ledger',
    registers: [metrics],
    collect() {
      this.set(gauges.ledgerHead())
    },
  })
  new Counter({
    name: 'haidang_ledger_damaged_entries_total',
    help: 'Entries and quarantined messages of the ledger that were lost to damage of its file',
    registers: [metrics],
    collect() {
      this.reset()
      this.inc(gauges.ledgerDamaged())
    },
  })
  new Gauge({
    name: 'haidang_projection_lag_entries',
    help: 'Ledger entries that a projection has not taken in yet',
    labelNames: ['projection'],
    registers: [metrics],
    collect() {
      for (const [projection, lag] of Object.entries(gauges.projectionLag())) this.set({ projection }, lag)
    },
  })
  new Gauge({
    name: 'haidang_resident_memory_bytes',
    help: 'Memory of the process',
    registers: [metrics],
    collect() {
      this.set(process.memoryUsage.rss())
    },
  })
  return {
    taken: (result) => messages.inc({ result }),
    refused: (code) => refusals.inc({ code }),
    trainRefused: (reason) => trainRefusals.inc({ reason }),
    text: () => metrics.metrics(),
    contentType: metrics.contentType,
  }
}
