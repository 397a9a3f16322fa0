/** The registry's tables, as Kysely needs them. Times are ms since 1970; ids are the protocol's. */
export interface Tables {
  area: { id: string; parent: string | null; name: string }
  site: { id: string; area: string; name: string }
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
    kind: string
    name: string
    /** 32 bytes in hex */
    key: string
    keepalive_seconds: number
    report_seconds: number
    enrolled_ms: number
  }
  account: { name: string; role: string; password_hash: string }
  web_session: { token_hash: string; account: string; expires_ms: number }
}
