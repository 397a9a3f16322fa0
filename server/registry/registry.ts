import type { Kysely } from 'kysely'
import {
  type AreaId,
  areaId,
  type DeviceId,
  type DeviceKind,
  deviceId,
  type SiteId,
  siteId,
} from '#protocol/ids.ts'
import type { World } from '../incidents/observation.ts'
import type { Tables } from './tables.ts'

export interface Area {
  id: AreaId
  parent: AreaId | null
  name: string
}

export interface Site {
  id: SiteId
  area: AreaId
  name: string
}

export interface Device {
  id: DeviceId
  site: SiteId
  kind: DeviceKind
  name: string
  key: Uint8Array
  keepaliveSeconds: number
  reportSeconds: number
  enrolledMs: number
}

/** A name that stands for nothing known, or one that is taken. */
export class RegistryError extends Error {
  readonly kind: 'unknown' | 'taken'

  constructor(kind: 'unknown' | 'taken', message: string) {
    super(message)
    this.name = 'RegistryError'
    this.kind = kind
  }
}

/**
 * Areas, sites and devices. Small and asked at every packet, so it is held in memory and every change is on
 * disk before it is seen. Names are kept in Unicode NFC: what is typed on any keyboard compares equal.
 */
export class Registry implements World {
  readonly #database: Kysely<Tables>
  readonly #areas = new Map<AreaId, Area>()
  readonly #sites = new Map<SiteId, Site & { devices: DeviceId[] }>()
  readonly #devices = new Map<DeviceId, Device>()

  constructor(database: Kysely<Tables>) {
    this.#database = database
  }

  async start(): Promise<void> {
    for (const row of await this.#database.selectFrom('area').selectAll().execute()) {
      this.#hold({
        id: areaId(row.id),
        parent: row.parent === null ? null : areaId(row.parent),
        name: row.name,
      })
    }
    for (const row of await this.#database.selectFrom('site').selectAll().execute()) {
      this.#holdSite({ id: siteId(row.id), area: areaId(row.area), name: row.name })
    }
    for (const row of await this.#database.selectFrom('device').selectAll().execute()) {
      this.#holdDevice({
        id: deviceId(row.id),
        site: siteId(row.site),
        kind: row.kind as DeviceKind,
        name: row.name,
        key: Buffer.from(row.key, 'hex'),
        keepaliveSeconds: row.keepalive_seconds,
        reportSeconds: row.report_seconds,
        enrolledMs: row.enrolled_ms,
      })
    }
  }

  areas(): Area[] {
    return [...this.#areas.values()]
  }

  sites(): Site[] {
    return [...this.#sites.values()]
  }

  devices(): Device[] {
    return [...this.#devices.values()]
  }

  area(id: AreaId): Area | undefined {
    return this.#areas.get(id)
  }

  site(id: SiteId): (Site & { devices: readonly DeviceId[] }) | undefined {
    return this.#sites.get(id)
  }

  device(id: DeviceId): Device | undefined {
    return this.#devices.get(id)
  }

  /** The key of a device by the identity that it gives in TLS, which may be anything. */
  keyOf(identity: string): Uint8Array | null {
    return this.#devices.get(identity as DeviceId)?.key ?? null
  }

  /** @throws RegistryError when the id is taken or the parent unknown */
  async addArea(area: Area): Promise<void> {
    this.#free('area', area.id, this.#areas)
    if (area.parent !== null) this.#known('area', area.parent, this.#areas)
    const named = { ...area, name: area.name.normalize('NFC') }
    await this.#database.insertInto('area').values(named).execute()
    this.#hold(named)
  }

  /** @throws RegistryError when the id is taken or the area unknown */
  async addSite(site: Site): Promise<void> {
    this.#free('site', site.id, this.#sites)
    this.#known('area', site.area, this.#areas)
    const named = { ...site, name: site.name.normalize('NFC') }
    await this.#database.insertInto('site').values(named).execute()
    this.#holdSite(named)
  }

  /** @throws RegistryError when the id is taken or the site unknown */
  async addDevice(device: Device): Promise<void> {
    this.#free('device', device.id, this.#devices)
    this.#known('site', device.site, this.#sites)
    const named = { ...device, name: device.name.normalize('NFC') }
    await this.#database
      .insertInto('device')
      .values({
        id: named.id,
        site: named.site,
        kind: named.kind,
        name: named.name,
        key: Buffer.from(named.key).toString('hex'),
        keepalive_seconds: named.keepaliveSeconds,
        report_seconds: named.reportSeconds,
        enrolled_ms: named.enrolledMs,
      })
      .execute()
    this.#holdDevice(named)
  }

  #hold(area: Area): void {
    this.#areas.set(area.id, area)
  }

  #holdSite(site: Site): void {
    this.#sites.set(site.id, { ...site, devices: [] })
  }

  #holdDevice(device: Device): void {
    this.#devices.set(device.id, device)
    this.#sites.get(device.site)?.devices.push(device.id)
  }

  #free<Id extends string>(what: string, id: Id, held: ReadonlyMap<Id, unknown>): void {
    if (held.has(id))
      throw new RegistryError('taken', `${what} id: expected one that is free, got ${id}, taken`)
  }

  #known<Id extends string>(what: string, id: Id, held: ReadonlyMap<Id, unknown>): void {
    if (!held.has(id))
      throw new RegistryError('unknown', `${what}: expected the id of a known one, got ${id}`)
  }
}
