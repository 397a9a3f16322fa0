import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import Libsql from 'libsql'
import { type Peer, SAMPLE_SECONDS } from './peer.ts'

/** The schema that Debian packs with the proxy. */
const SCHEMA = '/usr/share/zabbix-proxy-sqlite3/schema.sql.gz'

const HOST = 'pc'
const IDENTITY = 'pc-01'

/** zabbix.com/documentation/6.0: type 7 is "Zabbix agent (active)"; value type 0 is a float; 1 plain, 2 PSK. */
const ACTIVE = 7
const PLAIN = 1
const PSK = 2

/** Ten items as ours: six of the system, and four that it reads from files, as it knows no item for them. */
const SYSTEM_ITEMS = [
  'system.cpu.util',
  'vm.memory.size[pavailable]',
  'vfs.fs.size[/,pused]',
  'net.if.in[{device}]',
  'net.if.out[{device}]',
  'system.uptime',
]
const FILE_ITEMS = { rtt: '35.2', loss: '0', antivirus: '2', temperature: '44.5' }

interface Settings {
  encrypted: boolean
  /** Lines of the agent's configuration beyond what connects it. */
  agent: string[]
}

/** The proxy's database as a Zabbix server would have filled it: the host, its key and its items. */
function fillDatabase(file: string, keys: readonly string[], psk: string | null): void {
  const database = new Libsql(file)
  database.exec(gunzipSync(readFileSync(SCHEMA)).toString())
  database
    .prepare(
      'INSERT INTO hosts (hostid, host, name, tls_accept, tls_psk_identity, tls_psk) VALUES (1, ?, ?, ?, ?, ?)',
    )
    .run(HOST, HOST, psk ? PSK : PLAIN, psk ? IDENTITY : '', psk ?? '')
  const item = database.prepare(
    'INSERT INTO items (itemid, type, hostid, name, key_, delay, value_type) VALUES (?, ?, 1, ?, ?, ?, 0)',
  )
  for (const [at, key] of keys.entries()) {
    item.run(at + 1, ACTIVE, key, key, `${SAMPLE_SECONDS}s`)
    database.prepare('INSERT INTO item_rtdata (itemid) VALUES (?)').run(at + 1)
  }
  database.close()
}

/** A proxy that waits for its server (mode 1) keeps what agents bring: the real receiving end, without a front end. */
function proxyConfig(folder: string, address: string, database: string): string {
  return [
    'ProxyMode=1',
    'Server=127.0.0.1',
    'Hostname=bench',
    `ListenIP=${address}`,
    `DBName=${database}`,
    'LogType=console',
    `PidFile=${folder}/proxy.pid`,
    `SocketDir=${folder}`,
    'AllowRoot=1',
    ...['StartPollers=0', 'StartPollersUnreachable=0', 'StartDiscoverers=0', 'StartHTTPPollers=0'],
    ...['StartPreprocessors=1', 'StartDBSyncers=1'],
  ].join('\n')
}

function agentConfig(folder: string, server: string, psk: boolean, settings: Settings): string {
  const tls = ['TLSConnect=psk', `TLSPSKIdentity=${IDENTITY}`, `TLSPSKFile=${folder}/psk`]
  return [
    `Hostname=${HOST}`,
    'Server=127.0.0.1',
    `ServerActive=${server}`,
    'LogType=console',
    `PidFile=${folder}/agent.pid`,
    `ControlSocket=${folder}/agent.sock`,
    ...(psk ? tls : []),
    ...settings.agent,
  ].join('\n')
}

function start(settings: Settings): Peer['start'] {
  return async ({ line, folder, outside, inside }) => {
    const psk = settings.encrypted ? randomBytes(32).toString('hex') : null
    if (psk) writeFileSync(join(folder, 'psk'), psk, { mode: 0o600 })
    for (const [name, text] of Object.entries(FILE_ITEMS)) writeFileSync(join(folder, name), text)
    const keys = [
      ...SYSTEM_ITEMS.map((key) => key.replace('{device}', line.device)),
      ...Object.keys(FILE_ITEMS).map((name) => `vfs.file.contents[${join(folder, name)}]`),
    ]
    const database = join(folder, 'proxy.db')
    fillDatabase(database, keys, psk)
    writeFileSync(join(folder, 'proxy.conf'), proxyConfig(folder, line.serverAddress, database))
    writeFileSync(join(folder, 'agent.conf'), agentConfig(folder, line.serverAddress, psk !== null, settings))

    const proxy = outside('zabbix_proxy', '-f', '-c', join(folder, 'proxy.conf'))
    await proxy.says('[trapper #1]')
    const agent = inside('zabbix_agent2', '-f', '-c', join(folder, 'agent.conf'))
    await agent.says(`hostname: [${HOST}]`)
    return async () => {
      const reader = new Libsql(database, { timeout: 5000 })
      const [row] = reader.prepare('SELECT count(*) AS count FROM proxy_history').all() as { count: number }[]
      reader.close()
      return row!.count
    }
  }
}

const PROGRAMS = { zabbix_proxy: 'zabbix-proxy-sqlite3', zabbix_agent2: 'zabbix-agent2' }

/** The agent's own defaults: it sends what it has every 5 s. */
const DEFAULT_DELAY_SECONDS = 5

/** Held back as long as asked for, with room for that many values, and the list of items asked for once an hour. */
function buffered(delaySeconds: number): Peer {
  const agent = [`BufferSend=${delaySeconds}`, 'BufferSize=1000', 'RefreshActiveChecks=3600']
  return {
    name: `zabbix_psk_buffered_${delaySeconds}`,
    setting: 'thriftiest',
    encrypted: true,
    programs: PROGRAMS,
    delaySeconds,
    periodSeconds: delaySeconds,
    start: start({ encrypted: true, agent }),
  }
}

/** zabbix-agent2 with active checks, to a real Zabbix proxy. */
export const zabbix: Peer[] = [
  ...[true, false].map(
    (encrypted): Peer => ({
      name: encrypted ? 'zabbix_psk' : 'zabbix_plain',
      setting: 'default',
      encrypted,
      programs: PROGRAMS,
      delaySeconds: DEFAULT_DELAY_SECONDS,
      // The list of items is asked for every 120 s.
      periodSeconds: 120,
      start: start({ encrypted, agent: [] }),
    }),
  ),
  buffered(300),
  buffered(900),
]
