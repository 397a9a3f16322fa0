/** The registry's tables, as Kysely needs them. Times are ms since 1970; ids are the protocol's. */
export interface Tables {
  area: { id: string; parent: string | null; name: string; code: string | null }
  site: {
    id: string
    area: string
    name: string
    terrain: string | null
    latitude: number | null
    longitude: number | null
  }
  uplink: {
    id: string
    site: string
    name: string
    isp: string
    medium: string
    monthly_bytes: number | null
    vnd_per_mb: number | null
  }
  device: {
    id: string
    site: string
    uplink: string | null
    sim: string | null
    /** 0 or 1 */
    battery: number
    /** id of the device that asks it */
    prober: string | null
    bulletin_class: string | null
    kind: string
    name: string
    /** 32 bytes in hex */
    key: string
    keepalive_seconds: number
    report_seconds: number
    enrolled_ms: number
  }
  /** One row at most, of id 1; without it the default holds. */
  calendar: { id: number; json: string }
  /** What was published; never changed. `reason` and `report` are JSON. */
  availability_report: {
    area: string
    /** `2026-06` */
    month: string
    /** From 1 on. */
    version: number
    published_ms: number
    published_by: string
    as_of_ms: number
    /** null of the first. */
    reason: string | null
    report: string
  }
  account: { name: string; role: string; password_hash: string }
  web_session: { token_hash: string; account: string; expires_ms: number }
}
