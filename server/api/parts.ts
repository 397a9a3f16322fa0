import type { Accounts } from '../auth/accounts.ts'
import type { Fleet } from '../fleet/fleet.ts'
import type { Paces } from '../fleet/paces.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Completeness } from '../projections/completeness.ts'
import type { Incidents } from '../projections/incidents.ts'
import type { Live } from '../projections/live.ts'
import type { ReadingStore } from '../projections/readings/store.ts'
import type { Registry } from '../registry/registry.ts'

/** What the routes and pages draw on. */
export interface Parts {
  registry: Registry
  accounts: Accounts
  ledger: Ledger
  live: Live
  incidents: Incidents
  paces: Pick<Paces, 'of'>
  fleet: Pick<Fleet, 'isSentinel'>
  completeness: Pick<Completeness, 'of'>
  readings: ReadingStore
  /** Where agents reach the broker, for the papers of a new device. */
  agentsPort: () => number
  now: () => number
}
