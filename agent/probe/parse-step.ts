import { reasonOf } from '../reason.ts'
import { type Checked, within } from './checked.ts'
import { parsePath } from './json-path.ts'
import { parsePattern, parseReadings, parseTold, type ReadWhere } from './parse-rule.ts'
import type { HttpStep, InterfacesStep, PingStep, SnmpStep, Step, TcpStep } from './profile.ts'
import { parseQuestion } from './snmp/question.ts'

const KINDS = ['snmp', 'snmp-interfaces', 'http', 'tcp', 'ping'] as const
const SCHEMES = ['http', 'https'] as const
const METHODS = ['GET', 'POST'] as const
const AUTHS = ['none', 'basic', 'digest', 'bearer'] as const
const FORMATS = ['json', 'text'] as const

const MAX_PATH_LENGTH = 500
const MAX_BODY_LENGTH = 4096
const MAX_HEADERS = 16
const MAX_HEADER_LENGTH = 500
const MAX_AT_LENGTH = 200
const MAX_SEND_LENGTH = 1000
const MAX_UPLINK_LENGTH = 64
/** Four objects in a quotient, each of 40 characters, and twice that where models differ. */
const MAX_OID_LENGTH = 400
/** Ten seconds of pings are more than a look lasts. */
const MAX_PINGS = 5

/** RFC 9110, 5.6.2. */
const HEADER_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
/** Printable ASCII without blank and without `#`: what stands elsewhere is written with `%`. */
const PATH = /^\/[!"$-~]*$/
/** Made of the step and of the device's papers: a secret stands in no profile. */
const OWN_HEADERS = ['authorization', 'connection', 'content-length', 'host', 'transfer-encoding']

export function parseStep(checked: Checked, value: unknown, where: string): Step {
  const asked = checked.record(value, where).kind
  // What else stands in a step of no known kind cannot be judged.
  const kind = KINDS.find((known) => known === asked) ?? null
  switch (kind) {
    case null:
      checked.refuse(within(where, 'kind'), `one of ${KINDS.join(', ')}`, asked)
      return { kind: 'ping' }
    case 'snmp':
      return parseSnmp(checked, value, where)
    case 'snmp-interfaces':
      return parseInterfaces(checked, value, where)
    case 'http':
      return parseHttp(checked, value, where)
    case 'tcp':
      return parseTcp(checked, value, where)
    case 'ping':
      return parsePing(checked, value, where)
  }
}

function parseSnmp(checked: Checked, value: unknown, where: string): SnmpStep {
  const fields = checked.fields(value, where, ['kind', 'optional', 'readings', 'traits'])
  const readOid: ReadWhere<{ oid: string }> = ({ oid }, at) => ({ oid: parseOid(checked, oid, `${at}.oid`) })
  const rules = parseBoth(checked, fields, where, ['oid'], readOid)
  if (Object.keys(rules.readings).length + Object.keys(rules.traits).length === 0) {
    checked.refuse(where, 'at least one reading or trait', value)
  }
  return { kind: 'snmp', ...optionalOf(checked, fields, where), ...rules }
}

function parseInterfaces(checked: Checked, value: unknown, where: string): InterfacesStep {
  const fields = checked.fields(value, where, ['kind', 'optional', 'uplinks'])
  const step: InterfacesStep = { kind: 'snmp-interfaces', ...optionalOf(checked, fields, where) }
  if (fields.uplinks !== undefined) {
    const uplinks = checked.list(fields.uplinks, `${where}.uplinks`, 1, 2)
    step.uplinks = uplinks.map((name, at) => checked.text(name, `${where}.uplinks[${at}]`, MAX_UPLINK_LENGTH))
  }
  return step
}

function parseHttp(checked: Checked, value: unknown, where: string): HttpStep {
  const fields = checked.fields(value, where, [
    ...['kind', 'optional', 'scheme', 'port', 'path', 'method', 'body', 'headers', 'auth', 'format'],
    ...['readings', 'traits'],
  ])
  const format = checked.oneOf(fields.format, `${where}.format`, FORMATS)
  const readAt: ReadWhere<{ at?: string }> = ({ at }, place) => {
    if (format === 'json') return { at: parseAt(checked, at, `${place}.at`) }
    if (at !== undefined) checked.refuse(`${place}.at`, 'nothing beside format text: use match', at)
    return {}
  }
  const path = checked.text(fields.path, `${where}.path`, MAX_PATH_LENGTH)
  if (path !== '' && !PATH.test(path)) {
    checked.refuse(`${where}.path`, 'a path such as /status?all=1 in ASCII without blanks', path)
  }
  const step: HttpStep = {
    kind: 'http',
    ...optionalOf(checked, fields, where),
    path,
    format,
    ...parseBoth(checked, fields, where, ['at'], readAt),
  }
  if (fields.scheme !== undefined) step.scheme = checked.oneOf(fields.scheme, `${where}.scheme`, SCHEMES)
  if (fields.port !== undefined) step.port = checked.whole(fields.port, `${where}.port`, 1, 65_535)
  if (fields.method !== undefined) step.method = checked.oneOf(fields.method, `${where}.method`, METHODS)
  if (fields.auth !== undefined) step.auth = checked.oneOf(fields.auth, `${where}.auth`, AUTHS)
  if (fields.body !== undefined) {
    step.body = checked.text(fields.body, `${where}.body`, MAX_BODY_LENGTH, 0)
    if (step.method !== 'POST')
      checked.refuse(`${where}.body`, 'nothing beside a method other than POST', step.body)
  }
  if (fields.headers !== undefined) step.headers = parseHeaders(checked, fields.headers, `${where}.headers`)
  return step
}

function parseTcp(checked: Checked, value: unknown, where: string): TcpStep {
  const fields = checked.fields(value, where, [
    'kind',
    'optional',
    'port',
    'send',
    'until',
    'readings',
    'traits',
  ])
  const step: TcpStep = {
    kind: 'tcp',
    ...optionalOf(checked, fields, where),
    port: checked.whole(fields.port, `${where}.port`, 1, 65_535),
    ...parseBoth(checked, fields, where, [], () => ({})),
  }
  if (fields.send !== undefined) step.send = checked.text(fields.send, `${where}.send`, MAX_SEND_LENGTH)
  if (fields.until !== undefined) step.until = parsePattern(checked, fields.until, `${where}.until`)
  return step
}

function parsePing(checked: Checked, value: unknown, where: string): PingStep {
  const fields = checked.fields(value, where, ['kind', 'optional', 'count'])
  const step: PingStep = { kind: 'ping', ...optionalOf(checked, fields, where) }
  if (fields.count !== undefined) step.count = checked.whole(fields.count, `${where}.count`, 1, MAX_PINGS)
  return step
}

function parseBoth<Where>(
  checked: Checked,
  fields: Record<string, unknown>,
  where: string,
  keys: readonly string[],
  readWhere: ReadWhere<Where>,
) {
  return {
    readings: parseReadings(checked, fields.readings, `${where}.readings`, keys, readWhere),
    traits: parseTold(checked, fields.traits, `${where}.traits`, keys, readWhere),
  }
}

function optionalOf(
  checked: Checked,
  fields: Record<string, unknown>,
  where: string,
): { optional?: boolean } {
  if (fields.optional === undefined) return {}
  return { optional: checked.flag(fields.optional, `${where}.optional`) }
}

function parseOid(checked: Checked, value: unknown, where: string): string {
  const oid = checked.text(value, where, MAX_OID_LENGTH)
  if (oid === '') return oid
  try {
    parseQuestion(oid)
  } catch (error) {
    checked.problem(where, reasonOf(error))
  }
  return oid
}

function parseAt(checked: Checked, value: unknown, where: string): string {
  const at = checked.text(value, where, MAX_AT_LENGTH)
  if (at !== '' && parsePath(at) === null) checked.refuse(where, 'a path such as player.queue[0].state', at)
  return at
}

function parseHeaders(checked: Checked, value: unknown, where: string): Record<string, string> {
  const headers = Object.entries(checked.record(value, where))
  if (headers.length > MAX_HEADERS)
    checked.refuse(where, `at most ${MAX_HEADERS} headers`, String(headers.length))
  return Object.fromEntries(
    headers.map(([name, text]) => {
      const at = within(where, name)
      if (!HEADER_NAME.test(name)) checked.refuse(at, 'a name of a header', name)
      if (OWN_HEADERS.includes(name.toLowerCase())) {
        checked.refuse(at, 'none of those that are made of the step and of the papers', name)
      }
      const content = checked.text(text, at, MAX_HEADER_LENGTH, 0)
      if (/[^\t -~]/.test(content)) checked.refuse(at, 'printable ASCII', content)
      return [name, content]
    }),
  )
}
