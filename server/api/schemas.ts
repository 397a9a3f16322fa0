import { type Static, type TSchema, Type } from 'typebox'
import { DEVICE_KINDS, ID_PATTERN } from '#protocol/ids.ts'
import { SESSION_STATES } from '../../web/view.ts'

/** What the API's nouns look like; the documentation and the types come from here. */
export const Id = Type.String({
  pattern: ID_PATTERN,
  description: '1 to 32 letters, digits, ".", "_" or "-"',
})
/** No control or invisible characters, which could turn a line of text round, and not only blanks. */
export const Name = Type.String({ minLength: 1, maxLength: 120, pattern: '^(?!\\s*$)\\P{C}+$' })
export const Ms = Type.Integer({ description: 'milliseconds since 1970-01-01T00:00:00Z' })
export const Nullable = <Schema extends TSchema>(schema: Schema) => Type.Union([schema, Type.Null()])

export const closed = { additionalProperties: false } as const

export const Kind = Type.Enum([...DEVICE_KINDS])
export const SessionState = Type.Enum([...SESSION_STATES])

export const Problem = Type.Object({
  statusCode: Type.Integer(),
  error: Type.String(),
  message: Type.String({ description: 'what was expected, where, and what came' }),
})

export const AreaSchema = Type.Object({ id: Id, parent: Nullable(Id), name: Name }, closed)
export const SiteSchema = Type.Object({ id: Id, area: Id, name: Name }, closed)

export const DeviceSchema = Type.Object({
  id: Id,
  site: Id,
  area: Id,
  kind: Kind,
  name: Name,
  session: SessionState,
  since: Nullable(Ms),
  readAt: Nullable(Ms),
  keepaliveSeconds: Type.Integer(),
  reportSeconds: Type.Integer(),
  values: Type.Record(Type.String(), Type.Number(), { description: 'newest value of each metric' }),
})

export const ReadingsSchema = Type.Object({
  device: Id,
  metric: Type.String(),
  from: Ms,
  to: Ms,
  step: Nullable(Type.Integer({ description: 'width of a bucket in ms; null for every reading' })),
  points: Type.Array(Type.Object({ at: Ms, value: Type.Number() })),
})

export const IncidentSchema = Type.Object({
  id: Type.String(),
  scope: Type.String(),
  cause: Type.String(),
  state: Type.String(),
  areas: Type.Array(Type.String()),
  site: Type.String(),
  devices: Type.Array(Type.String()),
  start: Type.Tuple([Ms, Ms], { description: 'earliest and latest moment at which it can have begun' }),
  openedAt: Ms,
  end: Nullable(Ms),
  acknowledgedBy: Nullable(Type.String()),
  acknowledgedAt: Nullable(Ms),
})

export type DeviceBody = Static<typeof DeviceSchema>
