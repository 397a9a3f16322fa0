import { type Static, type TSchema, Type } from 'typebox'
import { BULLETIN_CLASSES, DEVICE_KINDS, ID_PATTERN } from '#protocol/ids.ts'
import { SESSION_STATES } from '../../web/view.ts'
import { CAUSES, INCIDENT_STATES, PRIORITIES, SCOPES, SEVERITIES } from '../incidents/incident.ts'
import { MEDIA, TERRAINS } from '../incidents/world.ts'

/** What the API's nouns look like; the documentation and the types come from here. */
export const Id = Type.String({
  pattern: ID_PATTERN,
  description: '1 to 32 letters, digits, ".", "_" or "-"',
})
/** No control or invisible characters, which could turn a line of text round, and not only blanks. */
export const Name = Type.String({ minLength: 1, maxLength: 120, pattern: '^(?!\\s*$)\\P{C}+$' })
export const Ms = Type.Integer({ description: 'milliseconds since 1970-01-01T00:00:00Z' })
/** One type of two names where it can be: in a union Ajv would take null for the 0 of a number before it looks further. */
export const Nullable = <Schema extends TSchema>(schema: Schema) =>
  'type' in schema && (schema.type === 'integer' || schema.type === 'number')
    ? Type.Unsafe<Static<Schema> | null>({ ...schema, type: [schema.type, 'null'] })
    : Type.Union([schema, Type.Null()])

export const closed = { additionalProperties: false } as const

export const Kind = Type.Enum([...DEVICE_KINDS])
export const SessionState = Type.Enum([...SESSION_STATES])

export const Problem = Type.Object({
  statusCode: Type.Integer(),
  error: Type.String(),
  message: Type.String({ description: 'what was expected, where, and what came' }),
})

/** What the state calls it: "01" a province, "00004" a commune. */
export const AreaCode = Nullable(
  Type.String({ pattern: '^[A-Za-z0-9.-]{1,16}$', description: 'its official code; null: not known' }),
)
export const AreaSchema = Type.Object({ id: Id, parent: Nullable(Id), name: Name, code: AreaCode }, closed)

export const Medium = Type.Enum([...MEDIA])
/** What can be said of a line, and said anew. A terabyte a month and a billion đồng a megabyte are no line's. */
export const UplinkWords = {
  name: Name,
  isp: Name,
  medium: Medium,
  monthlyBytes: Nullable(
    Type.Integer({
      minimum: 0,
      maximum: 1e12,
      description:
        'what all devices on it together may spend in a calendar month, all of IP, both ways; null: no cap',
    }),
  ),
  vndPerMb: Nullable(Type.Number({ minimum: 0, maximum: 1e9, description: 'đồng a megabyte, 10^6 bytes' })),
}
export const UplinkSchema = Type.Object({ id: Id, site: Id, ...UplinkWords }, closed)
/** What can be said of a site, and said anew. */
export const SiteWords = {
  name: Name,
  terrain: Nullable(Type.Enum([...TERRAINS])),
  latitude: Nullable(Type.Number({ minimum: -90, maximum: 90, description: 'degrees north, WGS 84' })),
  longitude: Nullable(Type.Number({ minimum: -180, maximum: 180, description: 'degrees east, WGS 84' })),
}
export const SiteSchema = Type.Object(
  { id: Id, area: Id, ...SiteWords, uplinks: Type.Array(UplinkSchema) },
  closed,
)

export const PaceSchema = Type.Object(
  {
    sampleSeconds: Type.Integer(),
    reportSeconds: Type.Integer(),
    keepaliveSeconds: Type.Integer({ description: 'something of it arrives at least this often' }),
    step: Type.Integer({ description: 'how far its data budget has stretched it; 0 not at all' }),
  },
  closed,
)

const Rows = (description: string) => Type.Integer({ minimum: 0, description })
/** What can be said of a device besides its line, and said anew. */
export const DeviceWords = {
  name: Name,
  sim: Nullable({ ...Name, description: 'the operator of its own SIM; null: it has none' }),
  battery: Type.Boolean({ description: 'it lives on for a while without mains, and says so' }),
  bulletinClass: Nullable(
    Type.Enum([...BULLETIN_CLASSES], {
      description: 'the most urgent bulletins of Circular 39/2020 that a loudspeaker is there for',
    }),
  ),
}

export const RowsSchema = Type.Object(
  {
    produced: Rows('rows measured: stored + declared lost + waiting + vanished'),
    stored: Rows('those that are in the ledger'),
    declaredLost: Type.Object(
      {
        thinned: Rows('left out to halve the resolution of what is old, in a full journal'),
        dropped: Rows('the oldest of a full journal'),
        damaged: Rows('unreadable on its disk'),
        refused: Rows('not taken by its disk'),
      },
      closed,
    ),
    waiting: Rows('still on the device, as far as it has told'),
    vanished: Rows('gone undeclared with a journal that was made anew'),
  },
  closed,
)

export const DeviceSchema = Type.Object({
  id: Id,
  site: Id,
  area: Id,
  kind: Kind,
  name: Name,
  session: SessionState,
  since: Nullable(Ms),
  readAt: Nullable(Ms),
  keepaliveSeconds: Type.Integer({ description: 'as enrolled' }),
  reportSeconds: Type.Integer({ description: 'as enrolled' }),
  uplink: Nullable(Id),
  sim: DeviceWords.sim,
  battery: DeviceWords.battery,
  bulletinClass: DeviceWords.bulletinClass,
  prober: Nullable(Id),
  unwatched: Type.Boolean({
    description: 'its prober is away, so nobody sees it: the goodbye of its session is not its own word',
  }),
  sentinel: Type.Boolean({ description: 'it shows for all devices on its line that the line lives' }),
  pace: Nullable(PaceSchema),
  values: Type.Record(Type.String(), Type.Number(), { description: 'newest value of each metric' }),
  rows: RowsSchema,
})

const Day = (description: string) => Type.String({ description: `${description}, as 2025-10-14` })

const SupportSchema = Type.Object(
  {
    endsAt: Day('the last day of free security updates'),
    state: Type.Enum(['supported', 'ends-soon', 'ended']),
    boughtUntil: Nullable(Day('the last day of updates that can be bought; null: none, or not known')),
  },
  closed,
)

/** What one device is told with that a list of thousands is spared. */
export const WholeDeviceSchema = Type.Object({
  ...DeviceSchema.properties,
  traits: Type.Record(Type.String(), Type.String(), {
    description: 'what it has told of itself in words, by the names of protocol/METRICS.md',
  }),
  traitsAt: Nullable({ ...Ms, description: 'when the last of them came, ms since 1970; null: none has' }),
  faults: Type.Array(Type.Object({ collector: Type.String(), reason: Type.String() }, closed), {
    description: 'what cannot be measured, and why',
  }),
  support: Nullable(SupportSchema),
})

export const ReadingsSchema = Type.Object({
  device: Id,
  metric: Type.String(),
  from: Ms,
  to: Ms,
  step: Nullable(Type.Integer({ description: 'width of a bucket in ms; null for every reading' })),
  points: Type.Array(Type.Object({ at: Ms, value: Type.Number() })),
})

/** In both languages. */
const InWords = Type.Object({ vi: Type.String(), en: Type.String() }, closed)
const Span = Type.Tuple([Ms, Ms], { description: 'earliest and latest moment at which it can have begun' })
const Scope = Type.Enum([...SCOPES])
const Cause = Type.Enum([...CAUSES])

const RevisionSchema = Type.Object(
  {
    t: Ms,
    scope: Scope,
    cause: Cause,
    start: Span,
    why: Type.Array(
      Type.Object(
        {
          rule: Type.String(),
          facts: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Null()]), {
            description: 'what the rule fired on',
          }),
          words: InWords,
        },
        closed,
      ),
      { description: 'the rules that fired then' },
    ),
    words: InWords,
  },
  closed,
)

export const IncidentSchema = Type.Object(
  {
    id: Type.String(),
    root: Nullable(Type.String({ description: 'the incident under which it is listed' })),
    scope: Scope,
    element: Type.String({
      description: 'what all members share: the id of a device, site, cell or area, or the name of an ISP',
    }),
    cause: Cause,
    state: Type.Enum([...INCIDENT_STATES]),
    severity: Type.Enum([...SEVERITIES]),
    priority: Type.Enum([...PRIORITIES]),
    areas: Type.Array(Type.String()),
    sites: Type.Array(Type.String()),
    devices: Type.Array(Type.String(), { description: 'everybody it took, in the order of joining' }),
    onBattery: Type.Array(Type.String(), {
      description: 'those of devices that were never lost: they live on a battery',
    }),
    returned: Type.Array(
      Type.Object(
        { device: Type.String(), at: Ms, by: Type.Enum(['connected', 'goodbye', 'removed']) },
        closed,
      ),
    ),
    start: Span,
    openedAt: Ms,
    end: Nullable(Ms),
    resolveAt: Nullable(Ms),
    storm: Nullable(Type.String()),
    flapping: Type.Boolean(),
    acknowledgedBy: Nullable(Type.String()),
    acknowledgedAt: Nullable(Ms),
    revisions: Type.Array(RevisionSchema, {
      description: 'what was held to be true; the first is the opening',
    }),
    place: InWords,
    why: Type.Object(
      { vi: Type.String(), en: Type.String() },
      { ...closed, description: 'the reasons that a person needs first; empty when there is none' },
    ),
  },
  closed,
)

export type IncidentBody = Static<typeof IncidentSchema>
export type DeviceBody = Static<typeof DeviceSchema>
export type WholeDeviceBody = Static<typeof WholeDeviceSchema>
