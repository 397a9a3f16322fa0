import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type DeviceId, deviceId } from '#protocol/ids.ts'
import { MAX_KEEPALIVE_SECONDS } from '#protocol/limits.ts'
import { replaceFile } from './durable.ts'
import { MAX_JOURNAL_BYTES, MIN_JOURNAL_BYTES } from './journal/size.ts'
import { reasonOf } from './reason.ts'
import { parseUplinks, type UplinkPapers } from './uplinks/papers.ts'

/** What an agent must know to serve: written once at enrolment, read at every start. */
export interface AgentConfig {
  readonly server: { readonly host: string; readonly port: number }
  readonly device: DeviceId
  /** The device's TLS pre-shared key: 32 bytes as 64 hexadecimal digits. */
  readonly key: string
  readonly sampleSeconds: number
  readonly reportSeconds: number
  readonly keepaliveSeconds: number
  /** Through whom this device reports, on its LAN; without one by itself. */
  readonly relay?: { readonly host: string; readonly port: number }
  /** Where this device takes its neighbours' reports; without one nowhere. */
  readonly relayPort?: number
  /** The lines of its site, first and second, where this device sees both. */
  readonly uplinks?: readonly UplinkPapers[]
  /** The most that the journal's files may take, where its owner has said so. */
  readonly journalBytes?: number
}

const FILE = 'agent.json'
/** A keepalive longer than the report interval costs nothing: reports go in its place. */
const DEFAULTS = { sampleSeconds: 60, reportSeconds: 900, keepaliveSeconds: 1200 }
export const MAX_SAMPLE_SECONDS = 3600
export const MAX_REPORT_SECONDS = 86_400
/** Under this a ping on a slow line (16 s measured at 30 % loss) is still on its way when the next is due. */
export const MIN_KEEPALIVE_SECONDS = 10
/** Where a relay listens unless it is told otherwise: behind the two ports of the centre. */
export const RELAY_PORT = 8885
/** RFC 1035 section 2.3.4 */
const MAX_HOST_LENGTH = 253

/** @throws Error that lists every problem of `<folder>/agent.json`, one a line */
export function readAgentConfig(folder: string): AgentConfig {
  const path = join(folder, FILE)
  let json: unknown
  try {
    json = JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    throw new Error(`${FILE}: expected a JSON object in ${path}, got ${reasonOf(error)}`)
  }
  return parseAgentConfig(json)
}

/** @throws Error that lists every problem, one a line */
export function parseAgentConfig(json: unknown): AgentConfig {
  const problems: string[] = []
  const refuse = (where: string, expected: string, got: string) => {
    problems.push(`${FILE}: ${where}expected ${expected}, got ${got}`)
  }
  const shown = (value: unknown) => (value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 80))
  const object = (value: unknown, where: string): Record<string, unknown> => {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
    refuse(where, 'an object', shown(value))
    return {}
  }
  const whole = (value: unknown, where: string, min: number, max: number): number => {
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value
    refuse(`${where}: `, `a whole number from ${min} to ${max}`, shown(value))
    return min
  }

  const readRelay = ({ host, port = RELAY_PORT }: Record<string, unknown>) => {
    if (typeof host !== 'string' || host.length < 1 || host.length > MAX_HOST_LENGTH) {
      refuse('relay.host: ', `a host name or address of 1 to ${MAX_HOST_LENGTH} characters`, shown(host))
    }
    return Object.freeze({ host: String(host), port: whole(port, 'relay.port', 1, 65_535) })
  }

  const root = object(json, '')
  const server = object(root.server, 'server: ')
  const given = { ...DEFAULTS, ...root }

  const host = server.host
  if (typeof host !== 'string' || host.length < 1 || host.length > MAX_HOST_LENGTH) {
    refuse('server.host: ', `a host name or address of 1 to ${MAX_HOST_LENGTH} characters`, shown(host))
  }
  const port = whole(server.port, 'server.port', 1, 65_535)
  const relay =
    root.relay === undefined || root.relay === null ? null : readRelay(object(root.relay, 'relay: '))
  const relayPort =
    root.relayPort === undefined || root.relayPort === null
      ? null
      : whole(root.relayPort, 'relayPort', 0, 65_535)
  if (relay !== null && relayPort !== null) {
    refuse('relay: ', 'none beside relayPort: a relay reports by itself', shown(root.relay))
  }
  let device: DeviceId | null = null
  try {
    device = deviceId(String(root.device ?? ''))
  } catch (error) {
    problems.push(`${FILE}: device: ${reasonOf(error)}`)
  }
  const key = root.key
  if (typeof key !== 'string' || !/^[0-9a-f]{64}$/i.test(key)) {
    // A key never goes into a message, not even a wrong one.
    refuse(
      'key: ',
      '64 hexadecimal digits',
      typeof key === 'string' ? `${key.length} characters` : typeof key,
    )
  }
  const sampleSeconds = whole(given.sampleSeconds, 'sampleSeconds', 1, MAX_SAMPLE_SECONDS)
  const reportSeconds = whole(given.reportSeconds, 'reportSeconds', sampleSeconds, MAX_REPORT_SECONDS)
  const keepaliveSeconds = whole(
    given.keepaliveSeconds,
    'keepaliveSeconds',
    MIN_KEEPALIVE_SECONDS,
    MAX_KEEPALIVE_SECONDS,
  )
  const journalBytes =
    root.journalBytes === undefined || root.journalBytes === null
      ? null
      : whole(root.journalBytes, 'journalBytes', MIN_JOURNAL_BYTES, MAX_JOURNAL_BYTES)

  const uplinks = parseUplinks(root.uplinks, refuse)

  if (problems.length > 0 || typeof host !== 'string' || typeof key !== 'string' || device === null) {
    throw new Error(problems.join('\n'))
  }
  return Object.freeze({
    server: Object.freeze({ host, port }),
    device,
    key,
    sampleSeconds,
    reportSeconds,
    keepaliveSeconds,
    ...(relay && { relay }),
    ...(relayPort !== null && { relayPort }),
    ...(uplinks.length > 0 && { uplinks }),
    ...(journalBytes !== null && { journalBytes }),
  })
}

/** Whole or not at all, readable by its owner only. */
export async function writeAgentConfig(folder: string, config: AgentConfig): Promise<void> {
  await replaceFile(join(folder, FILE), `${JSON.stringify(config, null, 2)}\n`)
}
