import type { Span } from './span.ts'

export const OUTAGE_CAUSES = ['power', 'link', 'device', 'platform', 'planned', 'user'] as const
export type OutageCause = (typeof OUTAGE_CAUSES)[number]

export const OUTAGE_SCOPES = ['device', 'site', 'cell', 'area', 'isp', 'platform'] as const
export type OutageScope = (typeof OUTAGE_SCOPES)[number]

/** What went wrong, as the one who made it knows. */
export const OUTAGE_KINDS = [
  'feeder-cut',
  'announced-cut',
  'overrun',
  'dip',
  'mains-trip',
  'night-cut',
  'late-return',
  'uplink-cut',
  'uplink-blip',
  'aggregation',
  'isp',
  'isp-maintenance',
  'microwave',
  'cell-fault',
  'cell-fade',
  'hang',
  'dead',
  'sim-blocked',
  'antenna',
  'reboot',
  'broker',
  'broker-line',
] as const
export type OutageKind = (typeof OUTAGE_KINDS)[number]

/** One root cause at one element of the world. */
export interface Outage extends Span {
  id: string
  kind: OutageKind
  cause: OutageCause
  scope: OutageScope
  /** The element that failed: a feeder, a site, an uplink, a cell, a device. */
  element: string
  /** The commune of the element; null where it has none. */
  commune: string | null
  /** The storm that made it. */
  storm: string | null
}

/** A stretch in which an outage works on one element or device. */
export interface Effect extends Span {
  outage: Outage
}

/** The effects without overlap: what was there first keeps the time, the next takes over where it ends. */
export function credited(effects: readonly Effect[]): Effect[] {
  const pieces: Effect[] = []
  let reached = Number.NEGATIVE_INFINITY
  for (const { from, to, outage } of [...effects].sort((a, b) => a.from - b.from)) {
    if (to <= reached) continue
    pieces.push({ from: Math.max(from, reached), to, outage })
    reached = to
  }
  return pieces
}
