import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { portOf } from '../port.ts'
import { reasonOf } from '../reason.ts'
import { askSecrets } from './ask-secrets.ts'
import { type ProbePapers, parseProbePapers } from './papers.ts'
import { NoAnswer } from './probe.ts'
import { createProbe } from './probe-of.ts'
import type { Profile } from './profile.ts'
import { builtInNames, builtInProfile, openProfile } from './profiles.ts'
import { hasRead, reportOf } from './try-report.ts'

const HELP = `haidang probe PROFILE ADDRESS [--user NAME] [--probe-file FILE]
              [--snmp-user NAME [--snmp-auth md5|sha|sha224|sha256|sha384|sha512] [--snmp-priv des|aes|aes256b|aes256r]]
              [--snmp-port PORT]
haidang probe --list

Hỏi thử một thiết bị một lần, như tác tử sẽ hỏi, và in những gì nó trả lời. Không cần ghi danh.
Asks a device once, as an agent will ask it, and prints what it answers. Nothing has to be enrolled.

  PROFILE        tên có sẵn, hoặc tệp .json của bạn · a built-in one, or a .json file of yours
  ADDRESS        địa chỉ của thiết bị · the device's address
  --user         tên đăng nhập HTTP của thiết bị · the user that the device knows by HTTP
  --snmp-user    tên SNMPv3; không có thì hỏi community · SNMPv3; without it the community is asked for
  --snmp-auth    thuật toán xác thực (sha) · how SNMPv3 authenticates
  --snmp-priv    thuật toán mã hóa; không có thì không mã hóa · how it encrypts; without it nothing is encrypted
  --snmp-port    cổng SNMP (161) · UDP port of SNMP
  --probe-file   phần "probe" của agent.json, có cả mật khẩu · the part "probe" of agent.json, with its secrets
  --list         in các hồ sơ có sẵn · prints the built-in profiles

Mật khẩu, community và khóa không đứng trên dòng lệnh: chúng được hỏi, hoặc đọc từ đầu vào, mỗi dòng một cái.
Passwords, communities and keys stand on no command line: they are asked for, or read from standard input, one a line.

Mã thoát · exit status: 0 đọc được · something was read, 1 không trả lời hoặc không đọc được · no answer, or none that
can be read, 2 gọi sai · bad usage
`

const PROMPTS = {
  password: 'Mật khẩu của thiết bị · password of the device: ',
  community: 'Community (trống: public · empty: public): ',
  auth: 'Khóa xác thực SNMPv3 · SNMPv3 authentication key: ',
  priv: 'Khóa mã hóa SNMPv3 · SNMPv3 privacy key: ',
} as const

type Secret = keyof typeof PROMPTS

/** `haidang probe`. @returns the exit status */
export async function runProbe(args: string[]): Promise<number> {
  let asked: Asked | null
  try {
    asked = await readArguments(args)
  } catch (error) {
    process.stderr.write(`haidang probe: ${reasonOf(error)}\n`)
    return 2
  }
  return asked ? await look(asked) : 0
}

interface Asked {
  profile: Profile
  papers: ProbePapers
}

/** @returns null when what was asked for is printed already */
async function readArguments(args: string[]): Promise<Asked | null> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      user: { type: 'string' },
      'snmp-user': { type: 'string' },
      'snmp-auth': { type: 'string', default: 'sha' },
      'snmp-priv': { type: 'string' },
      'snmp-port': { type: 'string' },
      'probe-file': { type: 'string' },
      list: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  if (values.help || values.list) {
    process.stdout.write(values.help ? HELP : listed())
    return null
  }
  const file = values['probe-file'] === undefined ? {} : objectIn(values['probe-file'])
  const [name = file.profile, address = file.address, ...rest] = positionals
  if (typeof name !== 'string' || address === undefined || rest.length > 0) {
    throw new Error(`expected PROFILE ADDRESS, got ${JSON.stringify(positionals)}; haidang probe --help`)
  }
  const profile = await openProfile(name, process.cwd())
  const probe: Record<string, unknown> = { ...file, profile: name, address }
  if (values.user !== undefined) probe.user = values.user
  if (values['snmp-port'] !== undefined) probe.snmpPort = portOf('--snmp-port', values['snmp-port'])
  const { 'snmp-user': user, 'snmp-auth': auth, 'snmp-priv': priv } = values
  const secrets = await askFor(secretsOf(profile, probe, { user, priv }))
  if (secrets.password !== undefined) probe.password = secrets.password
  if (secrets.community !== undefined) probe.community = secrets.community || 'public'
  if (user !== undefined) {
    const level = priv === undefined ? 'authNoPriv' : 'authPriv'
    probe.snmpUser = { user, level, auth: { protocol: auth, key: secrets.auth } }
    if (priv !== undefined)
      Object.assign(probe.snmpUser as object, { priv: { protocol: priv, key: secrets.priv } })
  }
  return { profile, papers: parseProbePapers(probe) }
}

/** Which secrets the profile needs beside what is given, in the order in which they are asked for. */
function secretsOf(
  profile: Profile,
  given: Record<string, unknown>,
  snmp: { user: string | undefined; priv: string | undefined },
): Secret[] {
  const auths = profile.steps.map((step) => (step.kind === 'http' ? (step.auth ?? 'none') : 'none'))
  if (auths.some((auth) => auth === 'basic' || auth === 'digest') && given.user === undefined) {
    throw new Error('--user: expected the user that the device knows, got nothing')
  }
  const bySnmp = profile.steps.some(({ kind }) => kind === 'snmp' || kind === 'snmp-interfaces')
  const needs: Secret[] = []
  if (auths.some((auth) => auth !== 'none') && given.password === undefined) needs.push('password')
  if (snmp.user !== undefined) needs.push('auth')
  if (snmp.user !== undefined && snmp.priv !== undefined) needs.push('priv')
  const opened = snmp.user ?? given.community ?? given.snmpUser
  if (bySnmp && opened === undefined) needs.push('community')
  return needs
}

async function askFor(needs: readonly Secret[]): Promise<Partial<Record<Secret, string>>> {
  const prompts = needs.map((need) => PROMPTS[need])
  const answers = await askSecrets(prompts, process.stdin, process.stderr)
  return Object.fromEntries(needs.map((need, at) => [need, answers[at]!]))
}

async function look({ profile, papers }: Asked): Promise<number> {
  const { address } = papers.target
  try {
    const probe = createProbe(profile, papers.target)
    const startedMs = performance.now()
    const finding = await probe.look(new AbortController().signal).finally(() => probe.stop())
    process.stdout.write(reportOf(profile, address, finding, performance.now() - startedMs))
    return hasRead(finding) ? 0 : 1
  } catch (error) {
    const silent = error instanceof NoAnswer
    const what = silent ? `${address}: không trả lời · no answer: ` : `${address}: `
    process.stderr.write(`haidang probe: ${what}${reasonOf(error)}\n`)
    return 1
  }
}

function listed(): string {
  const profiles = builtInNames().map((name) => builtInProfile(name))
  const width = Math.max(...profiles.map(({ name }) => name.length))
  return profiles.map(({ name, title }) => `${name.padEnd(width)}  ${title.vi} · ${title.en}\n`).join('')
}

/** @throws Error when there is no JSON object */
function objectIn(file: string): Record<string, unknown> {
  try {
    const json: unknown = JSON.parse(readFileSync(file, 'utf8'))
    if (typeof json === 'object' && json !== null && !Array.isArray(json)) return { ...json }
    throw new Error('another value')
  } catch (error) {
    throw new Error(`--probe-file: expected a JSON object in ${file}, got ${reasonOf(error)}`)
  }
}
