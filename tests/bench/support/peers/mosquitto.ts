import { writeFileSync } from 'node:fs'
import { freemem, loadavg, totalmem, uptime } from 'node:os'
import { join } from 'node:path'
import { type Peer, SAMPLE_SECONDS } from './peer.ts'
import { runProgram } from './program.ts'
import type { Stage } from './stage.ts'

const PORT = 8883
const TOPIC = 'telemetry/tinh-a/xa-b/van-phong/pc-01'
const VALUES = 10

/** Ten values as ours, as one writes them first. */
function json(): string {
  return JSON.stringify({
    time: new Date().toISOString(),
    cpu_percent: Number(((loadavg()[0] ?? 0) * 10).toFixed(1)),
    memory_percent: Number((100 - (freemem() / totalmem()) * 100).toFixed(1)),
    disk_percent: 61.3,
    rx_bytes: 340_703_955 + Math.round(uptime() * 800),
    tx_bytes: 98_704_139 + Math.round(uptime() * 90),
    rtt_ms: 35.2,
    loss_percent: 0,
    antivirus: 2,
    temperature_celsius: 44.5,
    uptime_seconds: Math.round(uptime()),
  })
}

/** A certificate as small as they come: P-256, signed by an authority of one's own. */
async function makeCertificate(folder: string, address: string): Promise<void> {
  const at = (name: string) => join(folder, name)
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2']
  await runProgram(
    ...['openssl', 'req', '-x509', ...key, '-subj', '/CN=ca', '-keyout', at('ca.key'), '-out', at('ca.crt')],
  )
  await runProgram(
    ...['openssl', 'req', '-x509', ...key, '-subj', '/CN=mqtt', '-addext', `subjectAltName=IP:${address}`],
    ...['-addext', 'basicConstraints=critical,CA:FALSE', '-CA', at('ca.crt'), '-CAkey', at('ca.key')],
    ...['-keyout', at('server.key'), '-out', at('server.crt')],
  )
}

/** How a text is published on the stage; what it needs to be open for that is opened at once. */
type OpenPublisher = (stage: Stage) => (text: string) => Promise<void>

function publishing({ line, folder }: Stage, ...further: string[]): string[] {
  const to = ['-h', line.serverAddress, '-p', String(PORT), '--cafile', join(folder, 'ca.crt')]
  return ['mosquitto_pub', ...to, '-q', '1', '-t', TOPIC, ...further]
}

const connectEachTime: OpenPublisher = (stage) => async (text) => {
  await runProgram(...stage.line.inside(...publishing(stage, '-m', text)))
}

/** With a report a minute no ping is needed to stay. */
const stayConnected: OpenPublisher = (stage) => {
  const { input } = stage.inside(...publishing(stage, '-l', '-k', '600'))
  return async (text) => void input.write(`${text}\n`)
}

function start(open: OpenPublisher): Peer['start'] {
  return async (stage) => {
    const { line, folder, outside } = stage
    await makeCertificate(folder, line.serverAddress)
    const certificate = `certfile ${folder}/server.crt\nkeyfile ${folder}/server.key\n`
    const listener = `listener ${PORT} ${line.serverAddress}\nallow_anonymous true\nuser root\n`
    writeFileSync(join(folder, 'mosquitto.conf'), listener + certificate)
    await outside('mosquitto', '-c', join(folder, 'mosquitto.conf')).says('running')
    let arrived = 0
    const subscriber = outside(
      ...['mosquitto_sub', '-h', line.serverAddress, '-p', String(PORT), '--cafile', join(folder, 'ca.crt')],
      ...['-t', TOPIC, '-q', '1'],
    )
    subscriber.output.on('data', () => {
      arrived += VALUES
    })
    const publish = open(stage)
    stage.every(SAMPLE_SECONDS, () => publish(json()))
    return async () => arrived
  }
}

const COMMON = {
  encrypted: true,
  programs: {
    mosquitto: 'mosquitto',
    mosquitto_pub: 'mosquitto-clients',
    mosquitto_sub: 'mosquitto-clients',
    openssl: 'openssl',
  },
  delaySeconds: SAMPLE_SECONDS,
  periodSeconds: SAMPLE_SECONDS,
} as const

/** JSON a minute over MQTT and TLS: what a script does. */
export const mosquitto: Peer[] = [
  { ...COMMON, name: 'mosquitto_pub', setting: 'default', start: start(connectEachTime) },
  { ...COMMON, name: 'mosquitto_pub_persistent', setting: 'thriftiest', start: start(stayConnected) },
]
