import { EventEmitter } from 'node:events'
import type { Kysely } from 'kysely'
import {
  type AreaId,
  areaId,
  type DeviceId,
  type DeviceKind,
  deviceId,
  type SiteId,
  siteId,
  type UplinkId,
  uplinkId,
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

export const MEDIA = ['fibre', 'microwave', 'cell', 'satellite'] as const
export type Medium = (typeof MEDIA)[number]

export interface Uplink {
  id: UplinkId
  site: SiteId
  name: string
  isp: string
  medium: Medium
  /** What all devices on it together may spend in a calendar month, all of IP, both ways; null: no cap. */
  monthlyBytes: number | null
  /** What its operator takes for a megabyte, 10^6 bytes; null: nothing, or not known. */
  vndPerMb: number | null
}

export interface Device {
  id: DeviceId
  site: SiteId
  /** The line of its site that it goes by; null: one that nobody counts. */
  uplink: UplinkId | null
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
 * Areas, sites, their lines and devices. Small and asked at every packet, so it is held in memory and every change is on
 * disk before it is seen. Names are kept in Unicode NFC: what is typed on any keyboard compares equal.
 */
export class Registry implements World {
  readonly #database: Kysely<Tables>
  readonly #areas = new Map<AreaId, Area>()
  readonly #sites = new Map<SiteId, Site & { devices: DeviceId[]; uplinks: UplinkId[] }>()
  readonly #uplinks = new Map<UplinkId, Uplink>()
  readonly #devices = new Map<DeviceId, Device>()
  readonly #changes = new EventEmitter<{ change: [SiteId] }>()

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
    for (const row of await this.#database.selectFrom('uplink').selectAll().execute()) {
      this.#holdUplink({
        id: uplinkId(row.id),
        site: siteId(row.site),
        name: row.name,
        isp: row.isp,
        medium: row.medium as Medium,
        monthlyBytes: row.monthly_bytes,
        vndPerMb: row.vnd_per_mb,
      })
    }
    for (const row of await this.#database.selectFrom('device').selectAll().execute()) {
      this.#holdDevice({
        id: deviceId(row.id),
        site: siteId(row.site),
        uplink: row.uplink === null ? null : uplinkId(row.uplink),
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

  uplink(id: UplinkId): Uplink | undefined {
    return this.#uplinks.get(id)
  }

  uplinks(): Uplink[] {
    return [...this.#uplinks.values()]
  }

  /** The lines of a site, in the order in which they were made. */
  uplinksOf(site: SiteId): Uplink[] {
    return (this.#sites.get(site)?.uplinks ?? []).map((id) => this.#uplinks.get(id)!)
  }

  /** The devices that go by a line, by id. */
  devicesOn(uplink: Uplink): Device[] {
    const devices = this.#sites.get(uplink.site)?.devices ?? []
    return devices
      .map((id) => this.#devices.get(id)!)
      .filter((device) => device.uplink === uplink.id)
      .sort((one, other) => (one.id < other.id ? -1 : 1))
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
  async addUplink(uplink: Uplink): Promise<void> {
    this.#free('uplink', uplink.id, this.#uplinks)
    this.#known('site', uplink.site, this.#sites)
    const named = inNfc(uplink)
    await this.#database.insertInto('uplink').values(uplinkRow(named)).execute()
    this.#holdUplink(named)
    this.#changes.emit('change', named.site)
  }

  /** Puts other words and prices to a line; its site stays. @throws RegistryError when it is unknown */
  async changeUplink(id: UplinkId, words: Omit<Uplink, 'id' | 'site'>): Promise<Uplink> {
    this.#known('uplink', id, this.#uplinks)
    const named = inNfc({ ...this.#uplinks.get(id)!, ...words })
    await this.#database.updateTable('uplink').set(uplinkRow(named)).where('id', '=', id).execute()
    this.#uplinks.set(id, named)
    this.#changes.emit('change', named.site)
    return named
  }

  /** @throws RegistryError when the device is unknown or the line is none of its site */
  async moveDevice(id: DeviceId, uplink: UplinkId | null): Promise<Device> {
    this.#known('device', id, this.#devices)
    const device = { ...this.#devices.get(id)!, uplink }
    this.#ofItsSite(device)
    await this.#database.updateTable('device').set({ uplink }).where('id', '=', id).execute()
    this.#devices.set(id, device)
    this.#changes.emit('change', device.site)
    return device
  }

  /** @throws RegistryError when the id is taken, the site unknown, or the line none of that site */
  async addDevice(device: Device): Promise<void> {
    this.#free('device', device.id, this.#devices)
    this.#known('site', device.site, this.#sites)
    this.#ofItsSite(device)
    const named = { ...device, name: device.name.normalize('NFC') }
    await this.#database
      .insertInto('device')
      .values({
        id: named.id,
        site: named.site,
        uplink: named.uplink,
        kind: named.kind,
        name: named.name,
        key: Buffer.from(named.key).toString('hex'),
        keepalive_seconds: named.keepaliveSeconds,
        report_seconds: named.reportSeconds,
        enrolled_ms: named.enrolledMs,
      })
      .execute()
    this.#holdDevice(named)
    this.#changes.emit('change', named.site)
  }

  /** Told after each change of a site's lines or devices; returns how to stop that. */
  onChange(listener: (site: SiteId) => void): () => void {
    this.#changes.on('change', listener)
    return () => this.#changes.off('change', listener)
  }

  #hold(area: Area): void {
    this.#areas.set(area.id, area)
  }

  #holdSite(site: Site): void {
    this.#sites.set(site.id, { ...site, devices: [], uplinks: [] })
  }

  #holdUplink(uplink: Uplink): void {
    this.#uplinks.set(uplink.id, uplink)
    this.#sites.get(uplink.site)?.uplinks.push(uplink.id)
  }

  #holdDevice(device: Device): void {
    this.#devices.set(device.id, device)
    this.#sites.get(device.site)?.devices.push(device.id)
  }

  #ofItsSite({ site, uplink }: Device): void {
    if (uplink === null || this.#uplinks.get(uplink)?.site === site) return
    throw new RegistryError('unknown', `uplink: expected one of site ${site}, got ${uplink}`)
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

function inNfc(uplink: Uplink): Uplink {
  return { ...uplink, name: uplink.name.normalize('NFC'), isp: uplink.isp.normalize('NFC') }
}

function uplinkRow({ id, site, name, isp, medium, monthlyBytes, vndPerMb }: Uplink): Tables['uplink'] {
  return { id, site, name, isp, medium, monthly_bytes: monthlyBytes, vnd_per_mb: vndPerMb }
}
