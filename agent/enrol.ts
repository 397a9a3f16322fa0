import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { DEVICE_KINDS } from '#protocol/ids.ts'
import { parseAgentConfig, RELAY_PORT, writeAgentConfig } from './config.ts'
import { askPassword } from './password.ts'
import { portOf } from './port.ts'
import {
  type ProbedEnrolment,
  probedEnrolmentOf,
  probedKeepaliveSeconds,
  writeProbedPapers,
} from './probe/enrol-probed.ts'
import { reasonOf } from './reason.ts'

const HELP = `haidang enrol URL --site SITE [--name NAME] [--kind ${DEVICE_KINDS.join('|')}] [--data FOLDER]
              [--uplink LINE] [--relay HOST[:PORT] | --relay-port PORT] [--plain-http]
       haidang enrol URL --site SITE --kind router --name NAME
              --prober FOLDER --profile PROFILE --address ADDRESS [--probe-file FILE]

Ghi danh máy này với trung tâm ở URL và ghi cấu hình cho tác tử. Hỏi mật khẩu của admin, hoặc đọc từ đầu vào.
Enrols this machine with the centre at URL and writes the agent's papers. Asks for admin's password, or reads it from
standard input, so that it stands in no list of processes.

  --site   mã điểm · id of the site, as GET /api/v1/sites lists them
  --name   tên máy · name of the machine (${hostname()})
  --kind   loại · what it is (pc)
  --data   thư mục của tác tử · the agent's folder (agent-data)
  --uplink       mã đường truyền của điểm · id of the line of the site
  --relay        báo cáo qua máy này trong mạng nội bộ; khi máy đó tắt thì tự kết nối
                 reports through this machine of the LAN, and by itself when that is off (port ${RELAY_PORT})
  --relay-port   nhận báo cáo của các máy lân cận ở cổng này
                 takes its neighbours' reports at this port, such as ${RELAY_PORT}
  --prober       thiết bị không chạy được tác tử: tác tử ở thư mục này hỏi thay
                 a device that runs no agent: the agent of this folder asks it
  --profile      cách hỏi · how it is asked: haidang probe --list
  --address      địa chỉ trong mạng nội bộ · its address on the LAN
  --probe-file   tệp JSON có các mục trên cùng community, user, password, snmpUser: không gõ mật khẩu lên dòng lệnh
                 a JSON file with the above and community, user, password, snmpUser: no secret on the command line
  --plain-http   cho phép http tới máy khác: mật khẩu và khóa của máy đi không mã hóa
                 allows http to another machine: the password and the machine's key cross the line in clear
`

/** Names of this very machine: what is said to them crosses no line. */
const HERE = ['localhost', '127.0.0.1', '[::1]']

const PROMPT = 'Mật khẩu của admin · password of admin: '

/** A line of 64 kbit/s with losses answers within this. */
const ANSWER_MS = 30_000

/** A sample a minute, or as often as reports go where those go more often. */
const SAMPLE_SECONDS = 60

interface Papers {
  device: string
  key: string
  port: number
  reportSeconds: number
  keepaliveSeconds: number
}

/** `haidang enrol`. @returns the exit status */
export async function runEnrol(args: string[]): Promise<number> {
  const asked = await readArguments(args)
  if (typeof asked === 'number') return asked
  try {
    const token = await signIn(asked.url, await askPassword(PROMPT, process.stdin, process.stderr))
    const papers = await post<Papers>(asked.url, '/api/v1/enrolments', asked.device, token)
    const { device, key, port, reportSeconds, keepaliveSeconds } = papers
    const sampleSeconds = Math.min(SAMPLE_SECONDS, reportSeconds)
    const server = { host: asked.url.hostname.replace(/^\[|\]$/g, ''), port }
    const config = parseAgentConfig({
      ...{ server, device, key, sampleSeconds, reportSeconds, keepaliveSeconds },
      ...asked.relaying,
    })
    const enrolled = `Đã ghi danh · enrolled: ${device}\n`
    if (asked.probed) {
      const folder = await writeProbedPapers(asked.probed, { ...config, server: asked.probed.prober.server })
      process.stdout.write(
        `${enrolled}Tác tử hỏi trong 30 giây · its prober asks it within 30 s: ${folder}\n`,
      )
      return 0
    }
    await mkdir(asked.folder, { recursive: true, mode: 0o700 })
    await writeAgentConfig(asked.folder, config)
    process.stdout.write(`${enrolled}Chạy · run: npx haidang agent --data ${asked.folder}\n`)
    return 0
  } catch (error) {
    process.stderr.write(`haidang enrol: ${reasonOf(error)}\n`)
    return 1
  }
}

interface Asked {
  url: URL
  folder: string
  device: object
  relaying: object
  /** null: the device runs an agent of its own. */
  probed: ProbedEnrolment | null
}

/** Or the exit status, where there is nothing to be done. */
async function readArguments(args: string[]): Promise<number | Asked> {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        site: { type: 'string' },
        name: { type: 'string', default: hostname() },
        kind: { type: 'string', default: 'pc' },
        data: { type: 'string', default: 'agent-data' },
        uplink: { type: 'string' },
        relay: { type: 'string' },
        'relay-port': { type: 'string' },
        prober: { type: 'string' },
        profile: { type: 'string' },
        address: { type: 'string' },
        'probe-file': { type: 'string' },
        'plain-http': { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h' },
      },
    })
    if (values.help) {
      process.stdout.write(HELP)
      return 0
    }
    const [address, ...rest] = positionals
    if (address === undefined || rest.length > 0 || !URL.canParse(address)) {
      throw new Error(
        `expected one address such as https://gs.example.vn, got ${JSON.stringify(positionals)}`,
      )
    }
    const url = new URL(address)
    if (!values['plain-http'] && url.protocol !== 'https:' && !HERE.includes(url.hostname)) {
      throw new Error(
        `expected https to another machine, or --plain-http beside it, got ${address}: ` +
          'the password and the key would cross the line in clear',
      )
    }
    if (!DEVICE_KINDS.some((kind) => kind === values.kind)) {
      throw new Error(`--kind: expected one of ${DEVICE_KINDS.join(', ')}, got ${values.kind}`)
    }
    const { prober, profile, 'probe-file': file } = values
    const probed = await probedEnrolmentOf({ prober, profile, address: values.address, 'probe-file': file })
    // Its journal would go out under another device's name.
    if (!probed && existsSync(join(values.data, 'agent.json'))) {
      throw new Error(`--data: expected a folder that no device is enrolled in, got ${values.data}`)
    }
    if (values.site === undefined) throw new Error('--site: expected the id of a site, got nothing')
    const { site, name, kind, uplink } = values
    const asking = probed && {
      prober: probed.prober.device,
      keepaliveSeconds: probedKeepaliveSeconds(probed.profile),
    }
    const device = { site, name, kind, ...(uplink !== undefined && { uplink }), ...asking }
    const relaying = relayingOf(values.relay, values['relay-port'])
    if (probed && Object.keys(relaying).length > 0) {
      throw new Error('--prober: expected no --relay and no --relay-port beside it, got one')
    }
    return { url, folder: values.data, device, relaying, probed }
  } catch (error) {
    process.stderr.write(`haidang enrol: ${reasonOf(error)}\n`)
    return 2
  }
}

/** The two ways to have to do with a relay, as agent.json says them. @throws Error */
function relayingOf(relay: string | undefined, relayPort: string | undefined): object {
  if (relay !== undefined && relayPort !== undefined) {
    throw new Error('--relay: expected none beside --relay-port, since a relay reports by itself, got both')
  }
  if (relayPort !== undefined) return { relayPort: portOf('--relay-port', relayPort) }
  if (relay === undefined) return {}
  // An IPv6 address stands in brackets where a port follows it.
  const [, bracketed, plain, port] = /^(?:\[(.+)\]|([^:]+|[^:]*:[^:]*:.*?))(?::(\d+))?$/.exec(relay) ?? []
  const host = bracketed ?? plain
  if (host === undefined) throw new Error(`--relay: expected HOST or HOST:PORT, got ${JSON.stringify(relay)}`)
  return { relay: { host, port: port === undefined ? RELAY_PORT : portOf('--relay', port) } }
}

async function signIn(url: URL, password: string): Promise<string> {
  const { token } = await post<{ token: string }>(url, '/api/v1/sessions', { name: 'admin', password })
  return token
}

async function post<Answer>(url: URL, path: string, body: object, token?: string): Promise<Answer> {
  const response = await fetch(new URL(path, url), {
    method: 'POST',
    // Elsewhere might be in clear.
    redirect: 'error',
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(ANSWER_MS),
  })
  const answer = (await response.json()) as Answer & { message?: string }
  if (!response.ok)
    throw new Error(`${path}: expected success, got ${response.status}: ${answer.message ?? ''}`)
  return answer
}
