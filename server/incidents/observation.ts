import type { GoodbyeReason } from '#protocol/goodbye.ts'
import type { BootEnd } from '#protocol/hello.ts'
import type { AreaId, DeviceId, SiteId } from '#protocol/ids.ts'

/** What a device has announced of itself. */
export interface Habit {
  keepaliveSeconds: number
  /** To spare its line it may stay away so long behind a lost connection; absent: it comes back at once. */
  awaySeconds?: number
}

/** A stretch in which a boot is known to have lived; seconds on that boot's own monotonic clock. */
export interface BootSpan {
  boot: number
  fromSeconds: number
  toSeconds: number
  /** What the device's wall clock said at `fromSeconds`, ms since 1970: a hint, it may be years off. */
  clockMs: number | null
  /** How the boot ended; null: it still runs, or nobody has said. */
  end: BootEnd | null
}

/** A warning of the weather service, or one that a person has switched on. Its areas hold with all that lies in them. */
export interface Warning {
  id: string
  action: 'alert' | 'update' | 'cancel'
  status: 'actual' | 'test'
  severity: 'extreme' | 'severe' | 'moderate' | 'minor'
  areas: readonly AreaId[]
  onset: number
  expires: number
}

/** A cut that was announced. The same id again changes it; one whose `to` is not after `from` is called off. */
export interface PlannedCut {
  id: string
  cause: 'power' | 'maintenance'
  sites: readonly SiteId[]
  from: number
  to: number
}

/** What the engine is told, in time order; times are ms since 1970 on the centre's clock. */
export type Observation =
  | ({
      t: number
      type: 'connected'
      device: DeviceId
      /** null: it did not say. */
      boot: number | null
      /** How the boot before this one ended, as far as the device has found out; null: nothing new to tell. */
      previousEnd: BootEnd | null
    } & Habit)
  | { t: number; type: 'goodbye'; device: DeviceId; reason: GoodbyeReason }
  | { t: number; type: 'lost'; device: DeviceId; why: 'keepalive' | 'socket' }
  | {
      t: number
      type: 'report'
      device: DeviceId
      /** The boot that runs now and its age at `t`; null: only the past is told. */
      now: { boot: number; uptimeSeconds: number } | null
      /** What the device's wall clock said at `t`, ms since 1970; null: not told. */
      clockMs: number | null
      /** Boots that were alive while nobody heard them. */
      history: readonly BootSpan[]
    }
  /** From now on it shows that it lives at least this often. */
  | ({ t: number; type: 'pace'; device: DeviceId } & Habit)
  | { t: number; type: 'power'; device: DeviceId; source: 'battery' | 'mains' }
  /** Which base station serves it. */
  | { t: number; type: 'cell'; device: DeviceId; cell: string }
  /** The centre itself. Until it is healthy again silence says nothing; after `started` no session from before is known to live. */
  | { t: number; type: 'platform'; event: 'started' | 'stopping' | 'unhealthy' | 'healthy' }
  | ({ t: number; type: 'warning' } & Warning)
  | ({ t: number; type: 'planned' } & PlannedCut)
  /** Somebody takes an incident on. */
  | { t: number; type: 'acknowledged'; incident: string; by: string }
  /** Nothing happened, but time has passed. */
  | { t: number; type: 'tick' }
