import { type AreaId, areaId, type SiteId, siteId } from '#protocol/ids.ts'
import { REMARKS, type Remark } from '../../web/notices.ts'
import type { PlannedCut, Warning } from '../incidents/observation.ts'

/**
 * What people and the weather service tell the centre, as the ledger keeps it: JSON, so that whoever reads the file in
 * ten years needs no program of ours. A field that is unknown here is for a newer centre, and is left where it is.
 */

/** What a warning says beside what the engine needs: for people, and for telling one message from the next. */
export interface WarningNote {
  /** Of the message itself; an update has another one than the alert that it changes. */
  identifier: string
  /** ms since 1970, as the sender says. */
  sent: number
  /** The sender of the message, or the account of the person who switched it on or off. */
  by: string
  /** The messages that it changes or takes back, as `sender,identifier`. */
  refers: readonly string[]
  isManual: boolean
  headline: string
  /** Their names are on disk for ever. */
  remarks: readonly Remark[]
}

/** Why there is a cut and who answers for it. */
export interface PlanNote {
  reason: string
  /** The account of the person who entered it. */
  owner: string
}

const ACTIONS: readonly Warning['action'][] = ['alert', 'update', 'cancel']
const STATUSES: readonly Warning['status'][] = ['actual', 'test']
const SEVERITIES: readonly Warning['severity'][] = ['extreme', 'severe', 'moderate', 'minor']
const CAUSES: readonly PlannedCut['cause'][] = ['power', 'maintenance']

/** Of a warning about which nobody said more. */
export const plainNote = ({ id, onset }: Warning): WarningNote => ({
  ...{ identifier: id, sent: onset, by: '', refers: [], isManual: false, headline: '', remarks: [] },
})

export const encodeNotice = (notice: object): Uint8Array => Buffer.from(JSON.stringify(notice))

/** @throws Error naming the field when the bytes are no warning */
export function decodeWarning(payload: Uint8Array): { warning: Warning; note: WarningNote } {
  const { warning, note } = fields('warning', parsed(payload))
  const is = fields('warning', warning)
  const said = fields('warning note', note)
  return {
    warning: {
      id: text('warning id', is.id),
      action: oneOf('warning action', is.action, ACTIONS),
      status: oneOf('warning status', is.status, STATUSES),
      severity: oneOf('warning severity', is.severity, SEVERITIES),
      areas: list('warning areas', is.areas, (each): AreaId => areaId(each)),
      onset: moment('warning onset', is.onset),
      expires: moment('warning expires', is.expires),
    },
    note: {
      identifier: text('warning identifier', said.identifier),
      sent: moment('warning sent', said.sent),
      by: text('warning by', said.by),
      refers: list('warning refers', said.refers, (each) => each),
      isManual: said.isManual === true,
      headline: text('warning headline', said.headline),
      // One of a newer version is nothing that this one could tell.
      remarks: list('warning remarks', said.remarks, (each) =>
        REMARKS.find((known) => known === each),
      ).filter((remark) => remark !== undefined),
    },
  }
}

/** @throws Error naming the field when the bytes are no planned cut */
export function decodePlanned(payload: Uint8Array): { plan: PlannedCut; note: PlanNote } {
  const { plan, note } = fields('planned', parsed(payload))
  const is = fields('planned', plan)
  const said = fields('planned note', note)
  return {
    plan: {
      id: text('planned id', is.id),
      cause: oneOf('planned cause', is.cause, CAUSES),
      sites: list('planned sites', is.sites, (each): SiteId => siteId(each)),
      from: moment('planned from', is.from),
      to: moment('planned to', is.to),
    },
    note: { reason: text('planned reason', said.reason), owner: text('planned owner', said.owner) },
  }
}

/** @throws Error naming the field when the bytes are no acknowledgement */
export function decodeAcknowledged(payload: Uint8Array): { incident: string; by: string } {
  const { incident, by } = fields('acknowledged', parsed(payload))
  return { incident: text('acknowledged incident', incident), by: text('acknowledged by', by) }
}

function parsed(payload: Uint8Array): unknown {
  return JSON.parse(Buffer.from(payload).toString())
}

function fields(where: string, value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null) return value as Record<string, unknown>
  throw new Error(`${where}: expected an object, got ${JSON.stringify(value)}`)
}

function text(where: string, value: unknown): string {
  if (typeof value === 'string') return value
  throw new Error(`${where}: expected a text, got ${JSON.stringify(value)}`)
}

function moment(where: string, value: unknown): number {
  if (Number.isSafeInteger(value)) return value as number
  throw new Error(`${where}: expected whole ms since 1970, got ${JSON.stringify(value)}`)
}

function oneOf<Value extends string>(where: string, value: unknown, values: readonly Value[]): Value {
  const found = values.find((each) => each === value)
  if (found !== undefined) return found
  throw new Error(`${where}: expected one of ${values.join(', ')}, got ${JSON.stringify(value)}`)
}

function list<Item>(where: string, value: unknown, item: (each: string) => Item): Item[] {
  if (Array.isArray(value)) return value.map((each) => item(text(where, each)))
  throw new Error(`${where}: expected a list, got ${JSON.stringify(value)}`)
}
