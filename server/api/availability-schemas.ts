import { type Static, Type } from 'typebox'
import { BULLETIN_CLASSES } from '#protocol/ids.ts'
import { VERDICT_STATES } from '../availability/verdict.ts'
import { CalendarSchema } from './calendar-schema.ts'
import { closed, Id, Kind, Ms, Name, Nullable } from './schemas.ts'

const Duration = (description: string) => Type.Number({ minimum: 0, description: `ms: ${description}` })

const Share = (description: string) =>
  Type.Object(
    {
      lower: Nullable(Type.Number({ description: 'all that is unknown counted as down' })),
      upper: Nullable(Type.Number({ description: 'all that is unknown counted as up' })),
    },
    { ...closed, description: `${description}, 0 to 1; null: nothing was required` },
  )

const Downtime = (description: string) =>
  Type.Object(
    {
      powerMs: Duration('without mains'),
      linkMs: Duration('up, but not to be reached'),
      faultMs: Duration('failed'),
      unknownMs: Duration('nobody knows (yet)'),
    },
    { ...closed, description },
  )

export const FiguresSchema = Type.Object(
  {
    devices: Type.Integer(),
    totalMs: Duration('of the period, once for each device'),
    requiredMs: Duration('without what was off as planned, and announced maintenance'),
    upMs: Duration('up, of required time'),
    connectedMs: Duration('up and to be reached, of required time'),
    device: Share('A_device = up / required'),
    service: Share('A_service = connected / required'),
    historyComplete: Type.Number({
      description: 'share of the period for which no more history is expected',
    }),
    downtime: Downtime('of required time, without what was momentary'),
    stormDowntime: Downtime('the part of it in incidents of a storm'),
    offPlannedMs: Duration('off because somebody wanted it so'),
    maintenanceMs: Duration('maintenance that was announced before it began'),
    momentary: Type.Object(
      { count: Type.Integer(), ms: Duration('') },
      {
        ...closed,
        description: 'interruptions shorter than five minutes: in no other figure of downtime',
      },
    ),
    failures: Type.Integer(),
    mttrMs: Nullable(Duration('mean time to restoration of failures; null: none was restored')),
    mtbfMs: Nullable(Duration('up time by failures; null: there was none')),
    working: Nullable(
      Type.Object(
        {
          requiredMs: Duration(''),
          upMs: Duration(''),
          connectedMs: Duration(''),
          device: Share('A_device'),
          service: Share('A_service'),
        },
        { ...closed, description: 'the same of PCs within working hours; null: no PC among them' },
      ),
    ),
    downMsByDay: Type.Record(Type.String(), Type.Number(), {
      description: 'downtime of each day on which there was some, by its date: "2026-06-21"',
    }),
  },
  closed,
)

const line = { id: Id, name: Name, figures: FiguresSchema }

const report = {
  from: Ms,
  to: Ms,
  asOf: Type.Integer({ description: 'ms since 1970: what was known then counts' }),
  scope: Type.Object(
    { area: Nullable(Id), site: Nullable(Id), uplink: Nullable(Id), device: Nullable(Id) },
    closed,
  ),
  calendar: CalendarSchema,
  rules: Type.Object(
    { vi: Type.Array(Type.String()), en: Type.Array(Type.String()) },
    { ...closed, description: 'what each figure means, in words' },
  ),
  whole: FiguresSchema,
  majorDays: Type.Object(
    {
      thresholdMs: Nullable(Type.Number({ description: 'null: fewer than 30 days with downtime' })),
      days: Type.Array(Type.String()),
    },
    {
      ...closed,
      description:
        'days with more downtime than 2.5 beta (IEEE 1366), judged by the days of the period itself',
    },
  ),
  areas: Type.Array(Type.Object({ ...line, parent: Nullable(Id) }, closed)),
  sites: Type.Array(Type.Object({ ...line, area: Id }, closed)),
  uplinks: Type.Array(Type.Object({ ...line, site: Id, isp: Name }, closed)),
  devices: Type.Array(Type.Object({ ...line, kind: Kind, site: Id, uplink: Nullable(Id) }, closed)),
  classes: Type.Array(
    Type.Object({ class: Type.Enum([...BULLETIN_CLASSES]), figures: FiguresSchema }, closed),
    {
      description:
        'loudspeakers by the most urgent bulletins of Circular 39/2020 that they are there for, as the registry says today',
    },
  ),
}

export const ReportSchema = Type.Object(report, closed)
export type ReportBody = Static<typeof ReportSchema>

const VerdictName = Type.Enum([...VERDICT_STATES])

const VerdictSchema = Type.Object(
  {
    state: VerdictName,
    from: Ms,
    to: Ms,
    whole: Type.Tuple([Ms, Ms], { description: 'where it lies before it was cut to what was asked for' }),
    provisional: Type.Boolean({ description: 'history that can still change it is to be expected' }),
    unanchored: Type.Boolean({ description: 'order and duration are known, the place is not' }),
    momentary: Type.Boolean(),
    incident: Nullable(Type.String()),
    storm: Nullable(Type.String()),
  },
  closed,
)

export const AvailabilitySchema = Type.Object(
  { ...report, intervals: Type.Optional(Type.Array(VerdictSchema)) },
  closed,
)

export const ReasonSchema = Type.Object(
  {
    devices: Type.Array(
      Type.Object(
        {
          device: Id,
          name: Name,
          changes: Type.Array(Type.Object({ from: Ms, to: Ms, was: VerdictName, is: VerdictName }, closed)),
          learnedAt: Nullable(
            Type.Integer({ description: 'ms since 1970: when the earliest word came that changed anything' }),
          ),
        },
        closed,
      ),
    ),
    added: Type.Array(Id),
    removed: Type.Array(Id),
    calendar: Type.Boolean({ description: 'other hours or holidays hold now' }),
  },
  closed,
)

const published = {
  version: Type.Integer({ minimum: 1 }),
  publishedAt: Ms,
  publishedBy: Type.String(),
  asOf: Ms,
  reason: Nullable(ReasonSchema),
}

/** A version with its figures as they were then. */
export const PublishedSchema = Type.Object(
  { area: Id, month: Type.String(), ...published, report: ReportSchema },
  closed,
)

export const MonthSchema = Type.Object(
  {
    area: Id,
    month: Type.String(),
    versions: Type.Array(Type.Object({ ...published, whole: FiguresSchema }, closed)),
    next: Nullable(
      Type.Object(
        { version: Type.Integer(), reason: Nullable(ReasonSchema) },
        { ...closed, description: 'what can be published now; null: the newest version still holds' },
      ),
    ),
  },
  closed,
)
