import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { reasonOf } from '../reason.ts'
import type { SnmpUser, Target } from './target.ts'

/** Beside the prober's own papers: a folder for each device that it speaks for, named as the device. */
export const PROBED_FOLDER = 'probed'

/** How a probed device is asked: the part `probe` of its agent.json. It never leaves the prober's disk. */
export interface ProbePapers {
  /** Of a built-in profile, or the path of a file beside agent.json. */
  profile: string
  target: Target
}

const FILE = 'agent.json'
const LEVELS = ['noAuthNoPriv', 'authNoPriv', 'authPriv'] as const
const AUTHS = ['md5', 'sha', 'sha224', 'sha256', 'sha384', 'sha512'] as const
const PRIVS = ['des', 'aes', 'aes256b', 'aes256r'] as const
/** RFC 3414, 11.2: a key is made of at least as many characters. */
const MIN_KEY_CHARACTERS = 8
const MAX_TEXT_CHARACTERS = 256

/** @throws Error that lists every problem of `probe` in `<folder>/agent.json`, one a line */
export function readProbePapers(folder: string): ProbePapers {
  return parseProbePapers(probeIn(folder))
}

/** As `readProbePapers`, of an agent that may have none: then null. */
export function readOwnProbe(folder: string): ProbePapers | null {
  const probe = probeIn(folder)
  return probe === undefined ? null : parseProbePapers(probe)
}

function probeIn(folder: string): unknown {
  const path = join(folder, FILE)
  let json: unknown
  try {
    json = JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    throw new Error(`${FILE}: expected a JSON object in ${path}, got ${reasonOf(error)}`)
  }
  return (json as { probe?: unknown } | null)?.probe
}

/** @throws Error that lists every problem, one a line; no secret is ever in it */
export function parseProbePapers(json: unknown): ProbePapers {
  const problems: string[] = []
  const refuse = (where: string, expected: string, got: string): void => {
    problems.push(`${FILE}: ${where}: expected ${expected}, got ${got}`)
  }
  const record = (value: unknown, where: string): Record<string, unknown> => {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
    refuse(where, 'an object', value === undefined ? 'nothing' : typeof value)
    return {}
  }
  const text = (value: unknown, where: string, min = 1): string => {
    if (typeof value === 'string' && value.length >= min && value.length <= MAX_TEXT_CHARACTERS) return value
    const got = typeof value === 'string' ? `${value.length} characters` : typeof value
    refuse(where, `${min} to ${MAX_TEXT_CHARACTERS} characters`, value === undefined ? 'nothing' : got)
    return ''
  }
  const optionalText = (value: unknown, where: string): string | undefined =>
    value === undefined || value === null ? undefined : text(value, where)
  const oneOf = <Choice extends string>(
    value: unknown,
    where: string,
    choices: readonly Choice[],
  ): Choice => {
    const found = choices.find((choice) => choice === value)
    if (found === undefined) refuse(where, `one of ${choices.join(', ')}`, JSON.stringify(value) ?? 'nothing')
    return found ?? choices[0]!
  }

  const readUser = (value: unknown): SnmpUser => {
    const fields = record(value, 'probe.snmpUser')
    const level = oneOf(fields.level, 'probe.snmpUser.level', LEVELS)
    const user: SnmpUser = { user: text(fields.user, 'probe.snmpUser.user'), level }
    if (level !== 'noAuthNoPriv') {
      const auth = record(fields.auth, 'probe.snmpUser.auth')
      user.auth = {
        protocol: oneOf(auth.protocol, 'probe.snmpUser.auth.protocol', AUTHS),
        key: text(auth.key, 'probe.snmpUser.auth.key', MIN_KEY_CHARACTERS),
      }
    }
    if (level === 'authPriv') {
      const priv = record(fields.priv, 'probe.snmpUser.priv')
      user.priv = {
        protocol: oneOf(priv.protocol, 'probe.snmpUser.priv.protocol', PRIVS),
        key: text(priv.key, 'probe.snmpUser.priv.key', MIN_KEY_CHARACTERS),
      }
    }
    return user
  }

  const root = record(json, 'probe')
  const target: Target = { address: text(root.address, 'probe.address') }
  if (root.snmpPort !== undefined) {
    const port = Number(root.snmpPort)
    if (!Number.isInteger(port) || port < 1 || port > 65_535) {
      refuse('probe.snmpPort', 'a whole number from 1 to 65535', JSON.stringify(root.snmpPort))
    }
    target.snmpPort = port
  }
  for (const name of ['community', 'user', 'password'] as const) {
    const value = optionalText(root[name], `probe.${name}`)
    if (value !== undefined) target[name] = value
  }
  if (root.snmpUser !== undefined) target.snmpUser = readUser(root.snmpUser)
  if (target.snmpUser && target.community !== undefined) {
    refuse('probe.community', 'none beside snmpUser', 'one')
  }
  const profile = text(root.profile, 'probe.profile')
  if (problems.length > 0) throw new Error(problems.join('\n'))
  return { profile, target }
}
