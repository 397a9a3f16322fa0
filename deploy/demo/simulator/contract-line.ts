/** The lines that `haidang replay` reads, in the form that its contract fixes. `t` and every other time: ms since 1970 UTC. */
export type Terrain = 'island' | 'mountain' | 'coast' | 'plain'
export type Medium = 'fibre' | 'microwave' | 'cell' | 'satellite'
export type Kind = 'pc' | 'router' | 'speaker'
export type End = 'power-loss' | 'shutdown' | 'restart' | 'sleep' | 'service-stop' | 'unknown'
export type Goodbye = 'shutdown' | 'restart' | 'sleep' | 'service-stop'

export interface UplinkField {
  id: string
  isp: string
  medium: Medium
}

export type WorldLine =
  | { type: 'area'; id: string; parent: string | null; name: string }
  | { type: 'site'; id: string; area: string; terrain: Terrain; uplinks: UplinkField[] }
  | {
      type: 'device'
      id: string
      site: string
      kind: Kind
      uplink: string | null
      sim: string | null
      battery: boolean
      keepalive: number
      report: number
    }
  | {
      type: 'calendar'
      workdays: number[]
      open: string
      close: string
      holidays: string[]
      utcOffsetMinutes: number
    }

/** One boot that was alive in a gap; `from` and `to` in seconds on that boot's own clock. */
export interface HistoryEntry {
  boot: number
  from: number
  to: number
  /** What the wall clock of the device said at `from`; null where it has none. */
  clock: number | null
  /** Null while the boot still runs. */
  end: End | null
}

export type ContractLine =
  | { t: number; type: 'connected'; device: string; boot: number; previousEnd: End | null }
  | { t: number; type: 'goodbye'; device: string; reason: Goodbye }
  | { t: number; type: 'lost'; device: string; why: 'keepalive' | 'socket' }
  | {
      t: number
      type: 'report'
      device: string
      boot: number
      seq: number
      uptime: number
      at: number
      rttMs: number
      history: HistoryEntry[]
    }
  | { t: number; type: 'power'; device: string; source: 'battery' | 'mains' }
  | { t: number; type: 'cell'; device: string; cell: string }
  | { t: number; type: 'platform'; healthy: boolean }
  | {
      t: number
      type: 'warning'
      id: string
      action: 'alert' | 'update' | 'cancel'
      status: 'actual' | 'test'
      severity: 'extreme' | 'severe' | 'moderate' | 'minor'
      areas: string[]
      onset: number
      expires: number
    }
  | {
      t: number
      type: 'planned'
      id: string
      cause: 'power' | 'maintenance'
      sites: string[]
      from: number
      to: number
    }
