import type { AreaId, DeviceId, SiteId } from '#protocol/ids.ts'

/**
 * The rules that can fire, by the names that are stored with an incident for ever, and the facts that each fired on:
 * what a person reads as the reason is made of these. Counts are of devices unless the name says otherwise.
 */
export interface RuleFacts {
  // How it was noticed.
  'silent-past-hold-down': { seconds: number }
  'restart-took-too-long': { seconds: number }
  'battery-past-hold-down': { seconds: number }
  'not-back-as-learned': { expectedAt: number }
  'planned-overran': { plan: string; until: number }
  'missing-after-plan': { plan: string; until: number }
  'still-missing': { incident: string }
  // What it has in common: the largest first.
  'most-vanished': { devices: number; of: number }
  'centre-was-away': { from: number; to: number | null }
  'isp-shared': { isp: string; sites: number; areas: number }
  'island-link-shared': { area: AreaId; sites: number }
  'sites-lost-together': { area: AreaId; sites: number; of: number }
  'cell-shared': { cell: string; devices: number; of: number }
  'whole-site-silent': { site: SiteId; devices: number }
  'losses-can-meet': { devices: number }
  'joined-late': { devices: number }
  'site-still-down': { site: SiteId; devices: number }
  'battery-ran-down': { device: DeviceId; at: number }
  'cell-ran-down': { cell: string; at: number }
  'redundancy-lost': { isp: string; sites: number }
  // What the witnesses say of the cause.
  'on-battery': { devices: number; at: number }
  'battery-backed-gone-too': { devices: number }
  'speakers-alive': { devices: number }
  'speakers-gone-too': { devices: number }
  'other-isp-alive': { isp: string; sites: number }
  'several-isps-gone': { isps: number }
  'neighbours-alive': { devices: number }
  'line-drops-often': { times: number }
  'no-witness': Record<never, never>
  // How urgent it is.
  'only-pcs': { devices: number }
  'some-always-on-answer': { devices: number }
  'no-always-on-answers': Record<never, never>
  'storm-mode': { storm: string; by: 'warning' | 'incidents' }
  'speakers-unreachable': { area: AreaId; lost: number; of: number }
  reopened: { times: number }
  flapping: { times: number; days: number }
  // How it ended.
  'all-back': { devices: number }
  'most-back': { devices: number; of: number }
  'pcs-hold-nothing-open': { devices: number }
  // What history has shown since.
  'same-boot': { devices: number }
  'power-loss-together': { devices: number }
  'lone-new-boot': { device: DeviceId }
  'goodbye-came-late': { devices: number }
}

export type Rule = keyof RuleFacts

/** A rule that fired, with what it fired on. */
export type Fired = { [Name in Rule]: { rule: Name } & RuleFacts[Name] }[Rule]
