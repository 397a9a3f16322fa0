import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Peer, SAMPLE_SECONDS } from './peer.ts'

const PORT = 25826
const USER = 'pc'
const PASSWORD = 'c3c3c3c3c3c3c3c3'

/** Four that collectd does not measure, read from a file: round trip, loss, antivirus, temperature. */
const FILE_VALUES = { rtt: '35.2', loss: '0', antivirus: '2', temperature: '44.5' }

interface Settings {
  encrypted: boolean
  intervalSeconds: number
}

function common(folder: string, name: string): string {
  return `
Hostname "${name}"
FQDNLookup false
BaseDir "${folder}"
PIDFile "${folder}/${name}.pid"
TypesDB "/usr/share/collectd/types.db"
LoadPlugin logfile
<Plugin logfile>
  File STDOUT
</Plugin>
LoadPlugin network
`
}

/** The ten values as ours and no others: the chain drops what the plugins measure beside them. */
function deviceConfig(folder: string, device: string, server: string, settings: Settings): string {
  const security = `
    SecurityLevel Encrypt
    Username "${USER}"
    Password "${PASSWORD}"`
  const columns = Object.keys(FILE_VALUES).map(
    (name, at) => `
    <Result>
      Type gauge
      InstancePrefix "${name}"
      ValuesFrom ${at}
    </Result>`,
  )
  return `${common(folder, 'pc')}
Interval ${settings.intervalSeconds}
${['cpu', 'memory', 'df', 'interface', 'uptime', 'table', 'match_regex'].map((name) => `LoadPlugin ${name}`).join('\n')}
<Plugin cpu>
  ReportByCpu false
  ReportByState false
  ValuesPercentage true
</Plugin>
<Plugin memory>
  ValuesAbsolute false
  ValuesPercentage true
</Plugin>
<Plugin df>
  MountPoint "/"
  ValuesAbsolute false
  ValuesPercentage true
</Plugin>
<Plugin interface>
  Interface "${device}"
</Plugin>
<Plugin table>
  <Table "${folder}/values">
    Instance "pc"
    Separator " "${columns.join('')}
  </Table>
</Plugin>
PreCacheChain "wanted"
<Chain "wanted">
  <Rule "of several one">
    <Match "regex">
      Plugin "^(memory|df)$"
      TypeInstance "^used$"
    </Match>
    Target "return"
  </Rule>
  <Rule "octets">
    <Match "regex">
      Type "^(if_octets|uptime|gauge)$"
    </Match>
    Target "return"
  </Rule>
  <Rule "processor">
    <Match "regex">
      Plugin "^cpu$"
    </Match>
    Target "return"
  </Rule>
  Target "stop"
</Chain>
<Plugin network>
  <Server "${server}" "${PORT}">${settings.encrypted ? security : ''}
  </Server>
</Plugin>
`
}

function serverConfig(folder: string, address: string, encrypted: boolean): string {
  const security = `
    SecurityLevel Encrypt
    AuthFile "${folder}/users"`
  return `${common(folder, 'centre')}
LoadPlugin csv
<Plugin csv>
  DataDir "${folder}/arrived"
</Plugin>
<Plugin network>
  <Listen "${address}" "${PORT}">${encrypted ? security : ''}
  </Listen>
</Plugin>
`
}

/** Values are the lines of the files, a heading each left out. */
function countValues(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  )
  return files.reduce((sum, { parentPath, name }) => {
    const lines = readFileSync(join(parentPath, name), 'utf8').trim().split('\n').slice(1)
    return sum + lines.reduce((values, line) => values + line.split(',').length - 1, 0)
  }, 0)
}

function start(settings: Settings): Peer['start'] {
  return async ({ line, folder, outside, inside }) => {
    writeFileSync(join(folder, 'values'), Object.values(FILE_VALUES).join(' '))
    writeFileSync(join(folder, 'users'), `${USER}: ${PASSWORD}\n`, { mode: 0o600 })
    writeFileSync(join(folder, 'server.conf'), serverConfig(folder, line.serverAddress, settings.encrypted))
    writeFileSync(
      join(folder, 'device.conf'),
      deviceConfig(folder, line.device, line.serverAddress, settings),
    )
    const server = outside('collectd', '-f', '-C', join(folder, 'server.conf'))
    await server.says('Initialization complete')
    const device = inside('collectd', '-f', '-C', join(folder, 'device.conf'))
    await device.says('Initialization complete')
    return async () => countValues(join(folder, 'arrived'))
  }
}

const PROGRAMS = { collectd: 'collectd-core' }

/** Its own default. */
const DEFAULT_INTERVAL_SECONDS = 10

/** A packet of at most 1,452 bytes leaves when it is full, with some 28 values: ten at a time fill it in three times. */
const INTERVALS_A_PACKET = 3

/** collectd's network plugin: datagrams, sent when full, never acknowledged. */
export const collectd: Peer[] = [
  {
    name: 'collectd',
    setting: 'default',
    encrypted: false,
    programs: PROGRAMS,
    delaySeconds: DEFAULT_INTERVAL_SECONDS * INTERVALS_A_PACKET,
    periodSeconds: SAMPLE_SECONDS,
    start: start({ encrypted: false, intervalSeconds: DEFAULT_INTERVAL_SECONDS }),
  },
  {
    name: 'collectd_encrypted_60',
    setting: 'thriftiest',
    encrypted: true,
    programs: PROGRAMS,
    delaySeconds: SAMPLE_SECONDS * INTERVALS_A_PACKET,
    periodSeconds: SAMPLE_SECONDS,
    start: start({ encrypted: true, intervalSeconds: SAMPLE_SECONDS }),
  },
]
