import type { GoodbyeReason } from '#protocol/goodbye.ts'
import type { AreaId, DeviceId, DeviceKind, SiteId } from '#protocol/ids.ts'

/** What a device has announced of itself. */
export interface Habit {
  keepaliveSeconds: number
  /** To spare its line it may stay away so long behind a lost connection; absent: it comes back at once. */
  awaySeconds?: number
}

/** What the engine is told, in time order; `t` is ms since 1970 on the centre's clock. */
export type Observation =
  | ({ t: number; type: 'connected'; device: DeviceId } & Habit)
  | { t: number; type: 'goodbye'; device: DeviceId; reason: GoodbyeReason }
  | { t: number; type: 'lost'; device: DeviceId; why: 'keepalive' | 'socket' }
  | { t: number; type: 'report'; device: DeviceId }
  /** From now on it shows that it lives at least this often. */
  | ({ t: number; type: 'pace'; device: DeviceId } & Habit)
  /** After `started`, no session from before is known to live. */
  | { t: number; type: 'platform'; event: 'started' | 'stopping' }
  /** Nothing happened, but time has passed. */
  | { t: number; type: 'tick' }

/** What the engine knows of the world besides: who stands where. */
export interface World {
  device(id: DeviceId): { site: SiteId; kind: DeviceKind; name: string } | undefined
  site(id: SiteId): { area: AreaId; name: string; devices: readonly DeviceId[] } | undefined
}
