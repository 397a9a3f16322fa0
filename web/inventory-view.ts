import type { AreaId, DeviceId, DeviceKind } from '#protocol/ids.ts'
import type { StateOf } from '#protocol/metrics.ts'
import type { MarkView, SupportView } from './view.ts'

export type AntivirusState = StateOf<'antivirus_state'>

/** The computers of an area: how they are protected, and how long their systems are mended. */
export interface InventoryCounts {
  computers: number
  antivirus: Readonly<Record<AntivirusState, number>>
  support: Readonly<Record<SupportView['state'] | 'unknown', number>>
}

export interface MachineView {
  id: DeviceId
  name: string
  kind: DeviceKind
  siteName: string
  os: string | null
  support: SupportView | null
  /** Of a computer; null: it is none. */
  antivirus: AntivirusState | null
  model: string | null
  ageYears: number | null
  marks: readonly MarkView[]
}

export interface InventoryView {
  area: { id: AreaId; name: string } | null
  /** To choose from, in tree order. */
  areas: { id: AreaId; name: string; depth: number }[]
  /** Whether only those with something to care for are listed. */
  onlyCare: boolean
  whole: InventoryCounts
  /** The areas right below, those that need most first. */
  below: { id: AreaId; name: string; counts: InventoryCounts }[]
  /** How many of them are not listed. */
  moreBelow: number
  /** A page of machines by area, site and name. */
  machines: MachineView[]
  /** How many there are on all pages. */
  all: number
  page: number
  pages: number
}
