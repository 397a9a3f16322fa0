import type { Accounts } from '../auth/accounts.ts'
import type { Fleet } from '../fleet/fleet.ts'
import type { Paces } from '../fleet/paces.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Completeness } from '../projections/completeness.ts'
import type { Incidents } from '../projections/incidents.ts'
import type { Live } from '../projections/live.ts'
import type { Notices } from '../projections/notices.ts'
import type { ReadingStore } from '../projections/readings/store.ts'
import type { Traits } from '../projections/traits.ts'
import type { Registry } from '../registry/registry.ts'
import type { PublishingParts } from '../reports/publishing.ts'
import type { PlannedParts } from './planned.ts'
import type { StormParts } from './storms.ts'

/** What the routes and pages draw on. */
export interface Parts extends StormParts, PlannedParts, PublishingParts {
  registry: Registry
  accounts: Accounts
  ledger: Ledger
  live: Live
  notices: Notices
  incidents: Incidents
  paces: Pick<Paces, 'of'>
  fleet: Pick<Fleet, 'isSentinel'>
  completeness: Pick<Completeness, 'of'>
  traits: Pick<Traits, 'of'>
  readings: ReadingStore
  /** Where agents reach the broker, for the papers of a new device. */
  agentsPort: () => number
  now: () => number
}
