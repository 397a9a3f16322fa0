import { GOODBYE_REASONS } from '#protocol/goodbye.ts'
import { BOOT_ENDS } from '#protocol/hello.ts'
import type { AreaId, DeviceId, SiteId } from '#protocol/ids.ts'
import type { BootSpan, Observation } from '../incidents/observation.ts'
import {
  clockOrNullIn,
  countIn,
  type Fields,
  fault,
  flagIn,
  LineFault,
  listIn,
  objectAt,
  oneOfIn,
  oneOfOrNullIn,
  printable,
  secondsIn,
  shown,
  textIn,
  textsIn,
  timeIn,
} from './fields.ts'
import { parseWorldLine, WORLD_TYPES, type WorldLine } from './parse-world.ts'

const LOSS_REASONS = ['keepalive', 'socket'] as const
const POWER_SOURCES = ['battery', 'mains'] as const
const WARNING_ACTIONS = ['alert', 'update', 'cancel'] as const
const WARNING_STATUSES = ['actual', 'test'] as const
const SEVERITIES = ['extreme', 'severe', 'moderate', 'minor'] as const
const PLANNED_CAUSES = ['power', 'maintenance'] as const

const OBSERVATION_TYPES = [
  'connected',
  'goodbye',
  'lost',
  'report',
  'power',
  'cell',
  'platform',
  'warning',
  'planned',
] as const

/** One line of a file: a piece of the world, or something observed in it. */
export type Line = WorldLine | Observation

export type KeepaliveOf = (device: DeviceId) => number

/**
 * Reads a line in the form that is fixed for replay; fields that it does not name are ignored. Every device goes by
 * the keepalive that the world gives it, as the lines of its connections tell none.
 * @throws LineFault saying where in the line something else was expected
 */
export function parseLine(text: string, keepaliveOf: KeepaliveOf): Line {
  const fields = objectAt(parseJson(text), 'line')
  const { type } = fields
  switch (type) {
    case 'area':
    case 'site':
    case 'device':
    case 'calendar':
      return parseWorldLine(type, fields)
    case 'connected': {
      const device = deviceIn(fields)
      return {
        t: timeIn(fields, 't'),
        type,
        device,
        boot: fields.boot === undefined || fields.boot === null ? null : countIn(fields, 'boot'),
        previousEnd: oneOfOrNullIn(fields, 'previousEnd', BOOT_ENDS),
        keepaliveSeconds: keepaliveOf(device),
      }
    }
    case 'goodbye':
      return { ...common(fields, type), reason: oneOfIn(fields, 'reason', GOODBYE_REASONS) }
    case 'lost':
      return { ...common(fields, type), why: oneOfIn(fields, 'why', LOSS_REASONS) }
    case 'report':
      return {
        ...common(fields, type),
        now: { boot: countIn(fields, 'boot'), uptimeSeconds: secondsIn(fields, 'uptime') },
        clockMs: clockOrNullIn(fields, 'at'),
        history: listIn(fields, 'history').map(spanAt),
      }
    case 'power':
      return { ...common(fields, type), source: oneOfIn(fields, 'source', POWER_SOURCES) }
    case 'cell':
      return { ...common(fields, type), cell: textIn(fields, 'cell') }
    case 'platform':
      return { t: timeIn(fields, 't'), type, event: flagIn(fields, 'healthy') ? 'healthy' : 'unhealthy' }
    case 'warning':
      return {
        t: timeIn(fields, 't'),
        type,
        id: textIn(fields, 'id'),
        action: oneOfIn(fields, 'action', WARNING_ACTIONS),
        status: oneOfIn(fields, 'status', WARNING_STATUSES),
        severity: oneOfIn(fields, 'severity', SEVERITIES),
        areas: textsIn<AreaId>(fields, 'areas'),
        onset: timeIn(fields, 'onset'),
        expires: timeIn(fields, 'expires'),
      }
    case 'planned':
      return {
        t: timeIn(fields, 't'),
        type,
        id: textIn(fields, 'id'),
        cause: oneOfIn(fields, 'cause', PLANNED_CAUSES),
        sites: textsIn<SiteId>(fields, 'sites'),
        from: timeIn(fields, 'from'),
        to: timeIn(fields, 'to'),
      }
    default:
      throw fault('type', `one of ${[...WORLD_TYPES, ...OBSERVATION_TYPES].join(', ')}`, type)
  }
}

export function isWorldLine(line: Line): line is WorldLine {
  return (WORLD_TYPES as readonly string[]).includes(line.type)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const why = printable((error as Error).message)
    throw new LineFault(`expected a JSON object, got ${shown(text.trimEnd())}: ${why}`)
  }
}

const deviceIn = (fields: Fields): DeviceId => textIn(fields, 'device') as DeviceId

function common<Type extends string>(
  fields: Fields,
  type: Type,
): { t: number; type: Type; device: DeviceId } {
  return { t: timeIn(fields, 't'), type, device: deviceIn(fields) }
}

function spanAt(value: unknown, index: number): BootSpan {
  const place = `history[${index}]`
  const fields = objectAt(value, place)
  const fromSeconds = secondsIn(fields, 'from', `${place}.`)
  const toSeconds = secondsIn(fields, 'to', `${place}.`)
  if (toSeconds < fromSeconds) throw fault(`${place}.to`, `at or after from, ${fromSeconds}`, toSeconds)
  return {
    boot: countIn(fields, 'boot', `${place}.`),
    fromSeconds,
    toSeconds,
    clockMs: clockOrNullIn(fields, 'clock', `${place}.`),
    end: oneOfOrNullIn(fields, 'end', BOOT_ENDS, `${place}.`),
  }
}
