import { type AreaId, DEVICE_KINDS, type DeviceId, type SiteId, type UplinkId } from '#protocol/ids.ts'
import type { Terrain } from '../incidents/world.ts'
import { type Calendar, MEDIA, TERRAINS, type WatchedDevice, type WatchedUplink } from '../incidents/world.ts'
import {
  type Fields,
  fault,
  flagIn,
  listIn,
  objectAt,
  oneOfIn,
  oneOfOrNullIn,
  secondsIn,
  textIn,
  textOrNullIn,
  textsIn,
} from './fields.ts'

export const WORLD_TYPES = ['area', 'site', 'device', 'calendar'] as const

/** What a file says of the world that its observations were made in. */
export type WorldLine =
  | { type: 'area'; id: AreaId; parent: AreaId | null; name: string }
  | {
      type: 'site'
      id: SiteId
      area: AreaId
      name: string
      terrain: Terrain | null
      uplinks: WatchedUplink[]
    }
  | { type: 'device'; device: WatchedDevice; keepaliveSeconds: number }
  | { type: 'calendar'; calendar: Calendar }

/** What an agent on a wired line has when nobody says otherwise. */
export const DEFAULT_KEEPALIVE_SECONDS = 60

/** @throws LineFault */
export function parseWorldLine(type: WorldLine['type'], fields: Fields): WorldLine {
  switch (type) {
    case 'area': {
      const id = textIn(fields, 'id') as AreaId
      const parent = textOrNullIn(fields, 'parent') as AreaId | null
      return { type, id, parent, name: textOrNullIn(fields, 'name') ?? id }
    }
    case 'site': {
      const id = textIn(fields, 'id') as SiteId
      return {
        type,
        id,
        area: textIn(fields, 'area') as AreaId,
        name: textOrNullIn(fields, 'name') ?? id,
        terrain: oneOfOrNullIn(fields, 'terrain', TERRAINS),
        uplinks: listIn(fields, 'uplinks').map((value, index) => uplinkAt(value, index, id)),
      }
    }
    case 'device': {
      const id = textIn(fields, 'id') as DeviceId
      const keepaliveSeconds =
        fields.keepalive === undefined ? DEFAULT_KEEPALIVE_SECONDS : secondsIn(fields, 'keepalive')
      return {
        type,
        device: {
          id,
          site: textIn(fields, 'site') as SiteId,
          kind: oneOfIn(fields, 'kind', DEVICE_KINDS),
          name: textOrNullIn(fields, 'name') ?? id,
          uplink: textOrNullIn(fields, 'uplink') as UplinkId | null,
          sim: textOrNullIn(fields, 'sim'),
          battery: fields.battery === undefined ? false : flagIn(fields, 'battery'),
          prober: textOrNullIn(fields, 'prober') as DeviceId | null,
        },
        keepaliveSeconds,
      }
    }
    case 'calendar':
      return { type, calendar: calendarOf(fields) }
  }
}

function uplinkAt(value: unknown, index: number, site: SiteId): WatchedUplink {
  const place = `uplinks[${index}]`
  const fields = objectAt(value, place)
  return {
    id: textIn(fields, 'id', `${place}.`) as UplinkId,
    site,
    isp: textIn(fields, 'isp', `${place}.`),
    medium: oneOfIn(fields, 'medium', MEDIA, `${place}.`),
  }
}

/** East of Greenwich is positive; no country is further than this from it. */
const MAX_OFFSET_MINUTES = 14 * 60

function calendarOf(fields: Fields): Calendar {
  const workdays = listIn(fields, 'workdays').map((day, index) => {
    if (Number.isInteger(day) && (day as number) >= 1 && (day as number) <= 7) return day as number
    throw fault(`workdays[${index}]`, 'a day from 1, Monday, to 7', day)
  })
  const holidays = fields.holidays === undefined ? [] : textsIn<string>(fields, 'holidays')
  const wrong = holidays.findIndex((day) => !isDay(day))
  if (wrong !== -1) throw fault(`holidays[${wrong}]`, 'a day such as "2026-01-01"', holidays[wrong])
  const openMinutes = minutesIn(fields, 'open')
  const closeMinutes = minutesIn(fields, 'close')
  if (closeMinutes <= openMinutes) throw fault('close', `after open, ${String(fields.open)}`, fields.close)
  const { utcOffsetMinutes } = fields
  if (!Number.isInteger(utcOffsetMinutes) || Math.abs(utcOffsetMinutes as number) > MAX_OFFSET_MINUTES) {
    throw fault(
      'utcOffsetMinutes',
      `whole minutes from -${MAX_OFFSET_MINUTES} to ${MAX_OFFSET_MINUTES}`,
      utcOffsetMinutes,
    )
  }
  return { workdays, openMinutes, closeMinutes, holidays, utcOffsetMinutes: utcOffsetMinutes as number }
}

/** `24:00` is the end of the day. */
function minutesIn(fields: Fields, name: string): number {
  const [, hours, minutes] = /^(\d\d):(\d\d)$/.exec(textIn(fields, name)) ?? []
  const total = Number(hours) * 60 + Number(minutes)
  if (Number(minutes) < 60 && total <= 1440) return total
  throw fault(name, 'a time of day such as "07:30"', fields[name])
}

function isDay(text: string): boolean {
  const time = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(text) : Number.NaN
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text)
}
