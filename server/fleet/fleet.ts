import type { AreaId, DeviceId, SiteId, UplinkId } from '#protocol/ids.ts'
import type { Pace } from '#protocol/pace.ts'
import { encodeSettings, type Settings } from '#protocol/settings.ts'
import { DOWN_TOPICS } from '#protocol/topics.ts'
import type { Broker } from '../../broker/broker.ts'
import type { Incidents } from '../projections/incidents.ts'
import type { Device, Registry, Uplink } from '../registry/registry.ts'
import type { Paces } from './paces.ts'
import { type Candidate, fastOnes, NOBODY, nextRole, type Role } from './sentinel.ts'
import { isMetered, measurerOf, settingsFor, spreadFor } from './settings.ts'

/** Patience, handover and steadiness are of minutes; a look costs microseconds a metered line. */
const REVIEW_MS = 15_000

export interface FleetParts {
  registry: Pick<
    Registry,
    'areas' | 'device' | 'devices' | 'site' | 'uplink' | 'uplinks' | 'uplinksOf' | 'devicesOn' | 'onChange'
  >
  sessions: Pick<Incidents, 'session' | 'onChange'>
  paces: Pick<Paces, 'of' | 'onChange'>
  push: Broker['push']
  /** It is here through a relay and has no connection of its own to ping on. */
  isRelayed(device: DeviceId): boolean
  /** In an area, because of one that it lies in too. */
  isStorm(area: AreaId): boolean
  now: () => number
}

/** A connection on which a device can be told: the number of the settings that it follows, and of those last pushed. */
interface Line {
  follows: number | null
  told: number | null
}

/**
 * Sees to it that every device does what the centre wants of it: when it connects, and whenever that changes, its
 * settings are pushed to it, once a connection. Who is sentinel of a metered line is decided here and kept nowhere: after a
 * restart it is read off the pace that the devices have told.
 */
export class Fleet {
  readonly #parts: FleetParts
  readonly #lines = new Map<DeviceId, Line>()
  readonly #roles = new Map<UplinkId, Role>()
  /** How many devices there are, which is asked for each of them. */
  #served = 0
  /** Areas in a storm at the last look. */
  #struck = ''
  #stop: () => void = () => {}

  constructor(parts: FleetParts) {
    this.#parts = parts
  }

  start(): void {
    const { registry, sessions, paces } = this.#parts
    this.#served = registry.devices().length
    this.#review()
    const timer = setInterval(() => this.#review(), REVIEW_MS)
    const off = [
      registry.onChange((site) => this.#siteChanged(site)),
      sessions.onChange((devices) => this.#reviewLinesOf(devices)),
      paces.onChange((device) => this.#paceTold(device)),
    ]
    this.#stop = () => {
      clearInterval(timer)
      for (const stop of off) stop()
    }
  }

  stop(): void {
    this.#stop()
  }

  /** A device has connected and can be told; `pace` is what its hello said, null where that could not be read. */
  connected(device: DeviceId, pace: Pace | null): void {
    this.#lines.set(device, { follows: pace?.settings ?? null, told: null })
    this.#settle(device)
  }

  gone(device: DeviceId): void {
    this.#lines.delete(device)
  }

  /** Whether it is the one of its line that shows that the line lives. */
  isSentinel({ id, uplink }: Pick<Device, 'id' | 'uplink'>): boolean {
    return uplink !== null && this.#roles.get(uplink)?.holder === id
  }

  #siteChanged(site: SiteId): void {
    const { registry } = this.#parts
    const before = spreadFor(this.#served)
    this.#served = registry.devices().length
    for (const uplink of registry.uplinksOf(site)) this.#reviewLine(uplink)
    const concerned = spreadFor(this.#served) === before ? registry.site(site)?.devices : this.#lines.keys()
    for (const id of concerned ?? []) this.#settle(id)
  }

  #paceTold(id: DeviceId): void {
    const line = this.#lines.get(id)
    const { pace } = this.#parts.paces.of(id)
    if (line && pace) line.follows = pace.settings
    this.#reviewLinesOf([id])
  }

  #review(): void {
    for (const uplink of this.#parts.registry.uplinks()) this.#reviewLine(uplink)
    this.stormsChanged()
  }

  /** Warnings begin and end by the clock too, so this is also looked at with the lines. */
  stormsChanged(): void {
    const { registry, isStorm } = this.#parts
    const struck = registry.areas().flatMap(({ id }) => (isStorm(id) ? [id] : []))
    if (struck.join() === this.#struck) return
    this.#struck = struck.join()
    for (const id of this.#lines.keys()) this.#settle(id)
  }

  #reviewLinesOf(ids: readonly DeviceId[]): void {
    const { registry } = this.#parts
    const uplinks = new Set(ids.map((id) => registry.device(id)?.uplink ?? null))
    for (const id of uplinks) {
      const uplink = id && registry.uplink(id)
      if (uplink) this.#reviewLine(uplink)
    }
  }

  #reviewLine(uplink: Uplink): void {
    const { registry, now } = this.#parts
    const mates = isMetered(uplink) ? registry.devicesOn(uplink) : []
    const known = this.#roles.get(uplink.id)
    const moving = known === undefined || known.predecessor !== null
    // One alone is never sentinel, and most lines have one.
    const candidates = mates.length < 2 ? [] : mates.map((mate) => this.#candidate(mate, moving))
    const before = known ?? roleAsTold(candidates)
    const after = nextRole(before, candidates, now())
    this.#roles.set(uplink.id, after)
    // First who becomes fast, then who becomes slow.
    const concerned = [...fastOnes(after), ...fastOnes(before)]
    if (known === undefined || fastOnes(after).join() !== fastOnes(before).join()) {
      for (const id of concerned) this.#settle(id)
    }
  }

  /** Whether it pings fast is worked out only where that decides something: while the role moves. */
  #candidate(device: Device, moving: boolean): Candidate {
    const { sessions, paces, isRelayed } = this.#parts
    const { pace, lostAt } = paces.of(device.id)
    return {
      ...{ id: device.id, kind: device.kind },
      ...sessions.session(device.id),
      // It is spared its pings, but has no connection of its own on which it could spare others theirs.
      ...(isRelayed(device.id) && { state: 'goodbye' as const }),
      lostAt,
      pingsFast: moving && pace?.settings === this.#wanted(device, true).number,
    }
  }

  #settle(id: DeviceId): void {
    const device = this.#parts.registry.device(id)
    const line = this.#lines.get(id)
    if (!device || !line) return
    const settings = this.#wanted(device, this.#isFast(device))
    if ((line.told ?? line.follows) === settings.number) return
    if (this.#parts.push(id, DOWN_TOPICS.settings, encodeSettings(settings))) line.told = settings.number
  }

  #isFast({ id, uplink }: Device): boolean {
    return uplink !== null && fastOnes(this.#roles.get(uplink) ?? NOBODY).includes(id)
  }

  #wanted(device: Device, fast: boolean): Settings {
    const { registry, isStorm, isRelayed } = this.#parts
    // A probed one spends nothing: its prober does.
    const own = device.prober === null ? device.uplink : null
    const uplink = (own && registry.uplink(own)) ?? null
    const area = registry.site(device.site)?.area
    const storm = area !== undefined && isStorm(area)
    const mates = uplink ? registry.devicesOn(uplink) : [device]
    const measures = uplink !== null && measurerOf(mates.filter(({ id }) => !isRelayed(id))) === device.id
    return settingsFor({ device, uplink, mates, fast, served: this.#served, storm, measures })
  }
}

/** Nothing was decided yet in this run: who already pings fast has the role. */
function roleAsTold(candidates: readonly Candidate[]): Role {
  const told = candidates.find(({ pingsFast }) => pingsFast)
  return { holder: told?.id ?? null, predecessor: null }
}
