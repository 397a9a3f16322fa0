import { areaId, deviceId, siteId, uplinkId } from '#protocol/ids.ts'
import { newKey } from '../../server/registry/new-device.ts'
import type { Registry } from '../../server/registry/registry.ts'
import { communeName, deviceName, siteName } from './names.ts'
import type { Actor } from './simulated-agent.ts'
import type { WorldLine } from './simulator/contract-line.ts'

type Of<Type extends WorldLine['type']> = WorldLine & { type: Type }

/** Names by id, as people call them. */
export type Names = ReadonlyMap<string, string>

export interface Cast {
  actors: Actor[]
  names: Names
}

/** What is an id in a file may hold a slash, which is none of ours. */
const plain = (id: string): string => id.replaceAll('/', '.')

const minutesOf = (time: string): number => {
  const [hours, minutes] = time.split(':').map(Number)
  return hours! * 60 + minutes!
}

/** Enrols the world of a story with the centre, and gives each device its key. */
export async function enrolCast(
  registry: Registry,
  world: readonly WorldLine[],
  nowMs: number,
): Promise<Cast> {
  const names = new Map<string, string>()
  const actors: Actor[] = []
  /** How many there are of what, to number them. */
  const counts = new Map<string, number>()
  const next = (key: string): number => {
    const count = counts.get(key) ?? 0
    counts.set(key, count + 1)
    return count
  }

  async function addArea({ id, parent, name }: Of<'area'>): Promise<void> {
    const isCommune = parent !== null || name === '' || name === id
    const called = isCommune ? `xã ${communeName(next('commune'))}` : name
    names.set(id, called)
    const under = parent === null ? null : areaId(parent)
    await registry.addArea({ id: areaId(id), parent: under, name: called, code: id })
  }

  async function addSite({ id, area, terrain, uplinks }: Of<'site'>): Promise<void> {
    const name = siteName(next(area), (names.get(area) ?? area).replace(/^xã /, ''))
    names.set(id, name)
    const place = { terrain, latitude: null, longitude: null }
    await registry.addSite({ id: siteId(id), area: areaId(area), name, ...place })
    for (const uplink of uplinks) {
      const words = { name: `Đường ${uplink.isp}`, isp: uplink.isp, medium: uplink.medium }
      const prices = { monthlyBytes: null, vndPerMb: null }
      await registry.addUplink({ id: uplinkId(plain(uplink.id)), site: siteId(id), ...words, ...prices })
    }
  }

  async function addDevice({
    id,
    site,
    kind,
    uplink,
    sim,
    battery,
    keepalive,
    report,
  }: Of<'device'>): Promise<void> {
    const key = newKey()
    const name = deviceName(kind, next(`${site}/${kind}`))
    const pace = { keepaliveSeconds: keepalive, reportSeconds: report }
    names.set(id, `${name}, ${names.get(site) ?? site}`)
    await registry.addDevice({
      ...{ id: deviceId(id), site: siteId(site), uplink: uplink === null ? null : uplinkId(plain(uplink)) },
      ...{ sim, battery, prober: null, bulletinClass: null, kind, name, key, ...pace, enrolledMs: nowMs },
    })
    const character = ((actors.length + 1) * 0.618_034) % 1
    actors.push({ id, key: Buffer.from(key).toString('hex'), kind, character, ...pace })
  }

  for (const line of world) {
    switch (line.type) {
      case 'area':
        await addArea(line)
        break
      case 'site':
        await addSite(line)
        break
      case 'device':
        await addDevice(line)
        break
      case 'calendar':
        await registry.setCalendar({
          ...{ workdays: line.workdays, holidays: line.holidays, utcOffsetMinutes: line.utcOffsetMinutes },
          ...{ openMinutes: minutesOf(line.open), closeMinutes: minutesOf(line.close) },
        })
    }
  }
  return { actors, names }
}
