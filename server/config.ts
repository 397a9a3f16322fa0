import { isIP } from 'node:net'

/** Where the centre's settings come from: the environment, read once, all problems told together. */
export interface Config {
  dataFolder: string
  /** Port 0 takes a free one. */
  httpPort: number
  mqttPort: number
  /** undefined is every address. */
  agentsHost: string | undefined
  pagesHost: string | undefined
  /** Where people reach the pages from outside; null while only this machine may. */
  publicUrl: URL | null
  /** null: one is made and shown once. */
  adminPassword: string | null
  /** null: readings are kept in the data folder. `org` null is InfluxDB 1.x. */
  influx: { url: string; token: string | null; org: string | null; bucket: string } | null
  /** null: notifications go to the log only. */
  webhook: { url: string; secret: string } | null
  /** Where storm warnings are asked for, as CAP 1.2, Atom or RSS. */
  capFeeds: readonly URL[]
}

/** Everything that is wrong with the environment, a line a problem. */
export class ConfigError extends Error {
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(
      `the environment has ${problems.length} problem(s):\n${problems.map((line) => `  ${line}`).join('\n')}`,
    )
    this.name = 'ConfigError'
    this.problems = problems
  }
}

type Environment = Readonly<Record<string, string | undefined>>

/** Short enough to remember, long enough that scrypt at 0.3 s a guess holds against a stolen file. */
const MIN_PASSWORD_LENGTH = 10
const MIN_SECRET_LENGTH = 16

/** A province has the national service and its own; each is asked every five minutes. */
const MAX_FEEDS = 10

const LOOPBACK = '127.0.0.1'

/** @throws ConfigError naming every variable that is not as expected */
export function readConfig(environment: Environment): Readonly<Config> {
  const problems: string[] = []
  const refuse = (name: string, expected: string, got: string): null => {
    problems.push(`${name}: expected ${expected}, got ${JSON.stringify(got)}`)
    return null
  }
  const text = (name: string): string | null => environment[name] || null

  const port = (name: string, fallback: number): number => {
    const given = text(name)
    if (given === null) return fallback
    if (/^\d{1,5}$/.test(given) && Number(given) <= 65_535) return Number(given)
    refuse(name, 'a port from 0 to 65535', given)
    return fallback
  }

  const address = (name: string, given: string): URL | null => {
    const parsed = URL.canParse(given) ? new URL(given) : null
    const plain = parsed?.username === '' && parsed.password === ''
    if (parsed && plain && ['http:', 'https:'].includes(parsed.protocol)) return parsed
    // Not the value itself: an address may hold a password or be a secret.
    problems.push(
      `${name}: expected an address that begins with http:// or https://, without user and password, got another`,
    )
    return null
  }

  const url = (name: string): URL | null => {
    const given = text(name)
    return given === null ? null : address(name, given)
  }

  const urls = (name: string): URL[] => {
    const given = (text(name) ?? '').split(',').filter((each) => each.trim() !== '')
    if (given.length > MAX_FEEDS) refuse(name, `at most ${MAX_FEEDS} addresses`, `${given.length}`)
    return given.flatMap((each, at) => address(`${name}, address ${at + 1}`, each.trim()) ?? [])
  }

  const secret = (name: string, minLength: number): string | null => {
    const given = text(name)
    if (given !== null && given.length < minLength) {
      problems.push(`${name}: expected at least ${minLength} characters, got ${given.length}`)
    }
    return given
  }

  const together = (what: string, names: readonly string[]): void => {
    const given = names.filter((name) => text(name) !== null)
    const missing = names.filter((name) => text(name) === null)
    if (given.length > 0 && missing.length > 0) {
      problems.push(`${missing.join(', ')}: expected beside ${given.join(', ')} for ${what}, got nothing`)
    }
  }

  for (const name of ['DATABASE_URL', 'NATS_URL']) {
    // Without its value: that holds a password.
    if (text(name) !== null)
      problems.push(`${name}: expected nothing, this version keeps its data in HAIDANG_DATA only`)
  }
  // Checked for whoever prepares the third-party door already; no listener stands behind it yet.
  port('HAIDANG_MQTT_CERT_PORT', 8884)

  const publicUrl = url('HAIDANG_PUBLIC_URL')
  const bind = text('HAIDANG_BIND')
  if (bind !== null && isIP(bind) === 0) refuse('HAIDANG_BIND', 'an IP address of this machine', bind)
  const influxUrl = url('INFLUX_URL')
  if (influxUrl === null) {
    for (const name of ['INFLUX_TOKEN', 'INFLUX_ORG', 'INFLUX_BUCKET']) {
      if (text(name) !== null && text('INFLUX_URL') === null) {
        problems.push(`INFLUX_URL: expected beside ${name}, got nothing`)
      }
    }
  } else {
    if (text('INFLUX_ORG') !== null && text('INFLUX_TOKEN') === null) {
      problems.push('INFLUX_TOKEN: expected beside INFLUX_ORG for InfluxDB 2.x, got nothing')
    }
  }
  const webhookUrl = url('HAIDANG_WEBHOOK_URL')
  const webhookSecret = secret('HAIDANG_WEBHOOK_SECRET', MIN_SECRET_LENGTH)
  together('the signed webhook', ['HAIDANG_WEBHOOK_URL', 'HAIDANG_WEBHOOK_SECRET'])

  const config: Config = {
    dataFolder: text('HAIDANG_DATA') ?? 'data',
    httpPort: port('HAIDANG_HTTP_PORT', 8080),
    mqttPort: port('HAIDANG_MQTT_PORT', 8883),
    agentsHost: bind ?? undefined,
    pagesHost: bind ?? (publicUrl ? undefined : LOOPBACK),
    publicUrl,
    adminPassword: secret('HAIDANG_ADMIN_PASSWORD', MIN_PASSWORD_LENGTH),
    influx: influxUrl && {
      url: influxUrl.href.replace(/\/$/, ''),
      token: text('INFLUX_TOKEN'),
      org: text('INFLUX_ORG'),
      bucket: text('INFLUX_BUCKET') ?? 'haidang',
    },
    webhook: webhookUrl && webhookSecret ? { url: webhookUrl.href, secret: webhookSecret } : null,
    capFeeds: urls('HAIDANG_CAP_FEEDS'),
  }
  if (problems.length > 0) throw new ConfigError(problems)
  return Object.freeze(config)
}
