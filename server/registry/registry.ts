import { EventEmitter } from 'node:events'
import { type Kysely, sql } from 'kysely'
import {
  type AreaId,
  areaId,
  type BulletinClass,
  type DeviceId,
  type DeviceKind,
  deviceId,
  type SiteId,
  siteId,
  type UplinkId,
  uplinkId,
} from '#protocol/ids.ts'
import type { Calendar, Medium, Terrain, World } from '../incidents/world.ts'
import { DEFAULT_CALENDAR } from './calendar.ts'
import type { Tables } from './tables.ts'

export interface Area {
  id: AreaId
  parent: AreaId | null
  name: string
  /** By which the state and its warnings know it; null: it has none, or nobody has said. */
  code: string | null
}

export interface Site {
  id: SiteId
  area: AreaId
  name: string
  terrain: Terrain | null
  /** Degrees, WGS 84; null: nobody has said. */
  latitude: number | null
  longitude: number | null
}

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
  /** The line of its site that it goes by; null: its own SIM, or one that nobody counts. */
  uplink: UplinkId | null
  /** The operator of its own SIM; null: it has none. */
  sim: string | null
  /** It lives on for a while without mains, and says so. */
  battery: boolean
  /** The device of its site that asks it, as it runs no agent; null: it speaks for itself. */
  prober: DeviceId | null
  /** The most urgent bulletins that it is there for; null: it is no loudspeaker, or nobody has said. */
  bulletinClass: BulletinClass | null
  kind: DeviceKind
  name: string
  key: Uint8Array
  keepaliveSeconds: number
  reportSeconds: number
  enrolledMs: number
}

/** SQLite's own number of a row: what is read again after a restart comes in the order in which it was made. */
const AS_MADE = sql`rowid`

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
  #calendar = DEFAULT_CALENDAR

  constructor(database: Kysely<Tables>) {
    this.#database = database
  }

  async start(): Promise<void> {
    for (const row of await this.#database.selectFrom('area').selectAll().orderBy(AS_MADE).execute()) {
      this.#hold({
        id: areaId(row.id),
        parent: row.parent === null ? null : areaId(row.parent),
        name: row.name,
        code: row.code,
      })
    }
    for (const row of await this.#database.selectFrom('site').selectAll().orderBy(AS_MADE).execute()) {
      const { latitude, longitude } = row
      const terrain = row.terrain as Terrain | null
      this.#holdSite({
        ...{ id: siteId(row.id), area: areaId(row.area), name: row.name },
        ...{ terrain, latitude, longitude },
      })
    }
    for (const row of await this.#database.selectFrom('uplink').selectAll().orderBy(AS_MADE).execute()) {
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
    for (const row of await this.#database.selectFrom('device').selectAll().orderBy(AS_MADE).execute()) {
      this.#holdDevice({
        id: deviceId(row.id),
        site: siteId(row.site),
        uplink: row.uplink === null ? null : uplinkId(row.uplink),
        sim: row.sim,
        battery: row.battery === 1,
        prober: row.prober === null ? null : deviceId(row.prober),
        bulletinClass: row.bulletin_class as BulletinClass | null,
        kind: row.kind as DeviceKind,
        name: row.name,
        key: Buffer.from(row.key, 'hex'),
        keepaliveSeconds: row.keepalive_seconds,
        reportSeconds: row.report_seconds,
        enrolledMs: row.enrolled_ms,
      })
    }
    const calendar = await this.#database.selectFrom('calendar').select('json').executeTakeFirst()
    if (calendar) this.#calendar = JSON.parse(calendar.json) as Calendar
  }

  areas(): Area[] {
    return [...this.#areas.values()]
  }

  sites(): Site[] {
    return [...this.#sites.values()]
  }

  /** In the order in which they were made. */
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

  /** The devices that spend on a line, by id: a probed one has a prober to do that. */
  devicesOn(uplink: Uplink): Device[] {
    const devices = this.#sites.get(uplink.site)?.devices ?? []
    return devices
      .map((id) => this.#devices.get(id)!)
      .filter((device) => device.uplink === uplink.id && device.prober === null)
      .sort((one, other) => (one.id < other.id ? -1 : 1))
  }

  device(id: DeviceId): Device | undefined {
    return this.#devices.get(id)
  }

  /** When offices work; unless somebody has said otherwise, as most of Vietnam's do. */
  calendar(): Calendar {
    return this.#calendar
  }

  /** The key of a device by the identity that it gives in TLS, which may be anything. */
  keyOf(identity: string): Uint8Array | null {
    return this.#devices.get(identity as DeviceId)?.key ?? null
  }

  /** @throws RegistryError when the id is taken or the parent unknown */
  async addArea(area: Area): Promise<void> {
    this.#free('area', area.id, this.#areas)
    if (area.parent !== null) this.#known('area', area.parent, this.#areas)
    const named = inForm(area)
    await this.#database.insertInto('area').values(named).execute()
    this.#hold(named)
  }

  /** @throws RegistryError when the id is taken or the area unknown */
  async addSite(site: Site): Promise<void> {
    this.#free('site', site.id, this.#sites)
    this.#known('area', site.area, this.#areas)
    const named = inForm(site)
    await this.#database.insertInto('site').values(named).execute()
    this.#holdSite(named)
  }

  /** Says anew what a site is; its area stays. @throws RegistryError when it is unknown */
  async changeSite(id: SiteId, words: Partial<Omit<Site, 'id' | 'area'>>): Promise<Site> {
    this.#known('site', id, this.#sites)
    const { devices, uplinks, ...known } = this.#sites.get(id)!
    const site = { ...known, ...words }
    site.name = site.name.normalize('NFC')
    await this.#database.updateTable('site').set(site).where('id', '=', id).execute()
    this.#sites.set(id, { ...site, devices, uplinks })
    this.#changes.emit('change', id)
    return site
  }

  /** @throws RegistryError when the id is taken or the site unknown */
  async addUplink(uplink: Uplink): Promise<void> {
    this.#free('uplink', uplink.id, this.#uplinks)
    this.#known('site', uplink.site, this.#sites)
    const named = inForm(uplink)
    await this.#database.insertInto('uplink').values(uplinkRow(named)).execute()
    this.#holdUplink(named)
    this.#changes.emit('change', named.site)
  }

  /** Puts other words and prices to a line; its site stays. @throws RegistryError when it is unknown */
  async changeUplink(id: UplinkId, words: Omit<Uplink, 'id' | 'site'>): Promise<Uplink> {
    this.#known('uplink', id, this.#uplinks)
    const named = inForm({ ...this.#uplinks.get(id)!, ...words })
    await this.#database.updateTable('uplink').set(uplinkRow(named)).where('id', '=', id).execute()
    this.#uplinks.set(id, named)
    this.#changes.emit('change', named.site)
    return named
  }

  /** Says anew what a device is; its site stays. @throws RegistryError when it is unknown or the line none of its site */
  async changeDevice(
    id: DeviceId,
    words: Partial<Pick<Device, 'name' | 'uplink' | 'sim' | 'battery' | 'bulletinClass'>>,
  ): Promise<Device> {
    this.#known('device', id, this.#devices)
    const device = inForm({ ...this.#devices.get(id)!, ...words })
    this.#ofItsSite(device)
    await this.#database.updateTable('device').set(deviceRow(device)).where('id', '=', id).execute()
    this.#devices.set(id, device)
    this.#changes.emit('change', device.site)
    return device
  }

  /** @throws RegistryError when the id is taken, the site unknown, or line or prober none of that site */
  async addDevice(device: Device): Promise<void> {
    this.#free('device', device.id, this.#devices)
    this.#known('site', device.site, this.#sites)
    this.#ofItsSite(device)
    this.#hasProber(device)
    const named = inForm(device)
    await this.#database.insertInto('device').values(deviceRow(named)).execute()
    this.#holdDevice(named)
    this.#changes.emit('change', named.site)
  }

  async setCalendar(calendar: Calendar): Promise<void> {
    const row = { id: 1, json: JSON.stringify(calendar) }
    await this.#database
      .insertInto('calendar')
      .values(row)
      .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
      .execute()
    this.#calendar = calendar
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

  /** A prober speaks for others on its LAN, and for itself. */
  #hasProber({ site, prober }: Device): void {
    if (prober === null) return
    const known = this.#devices.get(prober)
    if (known?.site === site && known.prober === null) return
    const got =
      known === undefined ? 'unknown' : known.site === site ? 'itself probed' : `of site ${known.site}`
    throw new RegistryError(
      'unknown',
      `prober: expected a device of site ${site} with an agent of its own, got ${prober}, ${got}`,
    )
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

/** The words of a thing in one form of Unicode. */
function inForm<Thing extends { name: string; isp?: string; sim?: string | null }>(thing: Thing): Thing {
  const inNfc = { ...thing, name: thing.name.normalize('NFC') }
  if (inNfc.isp !== undefined) inNfc.isp = inNfc.isp.normalize('NFC')
  if (inNfc.sim) inNfc.sim = inNfc.sim.normalize('NFC')
  return inNfc
}

function uplinkRow({ id, site, name, isp, medium, monthlyBytes, vndPerMb }: Uplink): Tables['uplink'] {
  return { id, site, name, isp, medium, monthly_bytes: monthlyBytes, vnd_per_mb: vndPerMb }
}

function deviceRow({
  id,
  site,
  uplink,
  sim,
  battery,
  prober,
  kind,
  name,
  ...rest
}: Device): Tables['device'] {
  return {
    ...{ id, site, uplink, sim, prober, kind, name },
    bulletin_class: rest.bulletinClass,
    battery: battery ? 1 : 0,
    key: Buffer.from(rest.key).toString('hex'),
    keepalive_seconds: rest.keepaliveSeconds,
    report_seconds: rest.reportSeconds,
    enrolled_ms: rest.enrolledMs,
  }
}
