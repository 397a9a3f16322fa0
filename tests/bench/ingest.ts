/**
 * `npm run bench:ingest`: how many reports a second the centre takes durably, and what CPU that costs it. The whole
 * server as it is built runs on one core (TLS 1.3 PSK, broker, ledger with fdatasync, and the projections that
 * follow it); the load comes from this process on another.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { connect, type MqttClient } from 'mqtt'
import { encodeDelivery } from '#protocol/delivery.ts'
import { deviceId } from '#protocol/ids.ts'
import { encodeReport } from '#protocol/report.ts'
import { connectOptions } from '../../agent/link/connect.ts'
import { mergeRows, rowOf } from '../../agent/report.ts'
import { officeDay } from './support/office-pc.ts'
import { printFigure } from './support/print-figure.ts'

const HAIDANG = fileURLToPath(new URL('../../dist/haidang.js', import.meta.url))

const DEVICES = 50
/** What an agent keeps in flight. */
const WINDOW = 20
const ROWS = 15
const WARM_UP_MS = 3000
const MEASURE_MS = 20_000
const TICKS_PER_SECOND = 100

const password = randomBytes(12).toString('hex')

async function startServer(folder: string) {
  const onOneCore = spawnSync('taskset', ['--version']).status === 0
  const command = [...(onOneCore ? ['taskset', '-c', '0'] : []), process.execPath, HAIDANG, 'server']
  const child = spawn(command[0]!, command.slice(1), {
    env: {
      PATH: process.env.PATH ?? '',
      HAIDANG_DATA: folder,
      HAIDANG_HTTP_PORT: '0',
      HAIDANG_MQTT_PORT: '0',
      HAIDANG_ADMIN_PASSWORD: password,
    },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const ports: Record<string, number> = {}
  for await (const line of createInterface(child.stdout)) {
    const [, name, port] = /^listening (\w+) (\d+)$/.exec(line) ?? []
    if (name) ports[name] = Number(port)
    if (ports.http && ports.mqtt) break
  }
  return { child, onOneCore, httpPort: ports.http!, mqttPort: ports.mqtt! }
}

async function enrol(httpPort: number): Promise<{ device: string; key: string }[]> {
  const post = async <Answer>(path: string, body: object, token = ''): Promise<Answer> => {
    const response = await fetch(`http://127.0.0.1:${httpPort}/api/v1${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify(body),
    })
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    return (await response.json()) as Answer
  }
  const { token } = await post<{ token: string }>('/sessions', { name: 'admin', password })
  await post('/areas', { id: 'A', name: 'Bench' }, token)
  await post('/sites', { id: 'S', area: 'A', name: 'Bench' }, token)
  const devices = []
  for (let number = 1; number <= DEVICES; number++) {
    const body = { device: `D${number}`, site: 'S', kind: 'router', name: `D${number}` }
    devices.push(await post<{ device: string; key: string }>('/enrolments', body, token))
  }
  return devices
}

/** Reports of 15 rows that differ in their number only, coded ahead so that the load is not the coding. */
function reportsOf(): (seq: number) => Buffer {
  const rows = officeDay(42, ROWS).map((sample, at) => rowOf(sample, at + 1))
  return (seq) => {
    const report = encodeReport(mergeRows(rows, { epoch: 1, seq }))
    return Buffer.from(encodeDelivery({ age: { seconds: 840, basis: 'monotonic' }, report }))
  }
}

function cpuMs(child: ChildProcess): number {
  const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_SECOND
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'haidang-bench-'))
  const { child, onOneCore, httpPort, mqttPort } = await startServer(folder)
  try {
    const devices = await enrol(httpPort)
    const report = reportsOf()
    // A few thousand are enough: the rate is found within the first ones, and they are coded before the clock runs.
    const payloads = Array.from({ length: 20_000 }, (_, at) => report(at + 1))
    let acknowledged = 0
    let running = true
    const clients = await Promise.all(devices.map(({ device, key }) => open(device, key, mqttPort)))
    const sender = (client: MqttClient): void => {
      let next = 0
      const send = (): void => {
        if (!running || next >= payloads.length) return
        client.publish('r', payloads[next++]!, { qos: 1 }, (error) => {
          if (error) return
          acknowledged++
          send()
        })
      }
      for (let slot = 0; slot < WINDOW; slot++) send()
    }
    for (const client of clients) sender(client)

    await new Promise((resolve) => setTimeout(resolve, WARM_UP_MS))
    const before = { acknowledged, cpu: cpuMs(child), at: performance.now() }
    await new Promise((resolve) => setTimeout(resolve, MEASURE_MS))
    const seconds = (performance.now() - before.at) / 1000
    const reports = acknowledged - before.acknowledged
    const cpu = cpuMs(child) - before.cpu
    running = false
    const lag = await projectionLag(httpPort)
    for (const client of clients) client.end(true)

    const conditions = {
      devices: DEVICES,
      rows_per_report: ROWS,
      report_bytes: payloads[0]!.length,
      one_core: onOneCore,
      cpu_cores_used: Number((cpu / 1000 / seconds).toFixed(2)),
      projection_lag_entries: lag,
    }
    printFigure({ name: 'ingest.reports_per_second', value: reports / seconds, unit: '1/s', ...conditions })
    printFigure({
      name: 'ingest.cpu_ms_per_1000_readings',
      value: cpu / ((reports * ROWS) / 1000),
      unit: 'ms',
      reading: 'one row of up to 8 metrics',
      ...conditions,
    })
  } finally {
    child.kill('SIGTERM')
    await once(child, 'exit')
    rmSync(folder, { recursive: true, force: true })
  }
}

function open(device: string, key: string, port: number): Promise<MqttClient> {
  const hello = { epoch: 1, boot: 1, uptimeSeconds: 1, previousEnd: null, reportSeconds: 900 }
  const config = {
    server: { host: '127.0.0.1', port },
    device: deviceId(device),
    key,
    keepaliveSeconds: 1200,
  }
  const client = connect(connectOptions(config, hello, 30_000))
  return new Promise((resolve, reject) => {
    client.once('connect', () => resolve(client))
    client.once('error', reject)
  })
}

/** How far the slowest projection is behind the ledger when the load ends: what was taken but is not shown yet. */
async function projectionLag(httpPort: number): Promise<number> {
  const answer = await (await fetch(`http://127.0.0.1:${httpPort}/readyz`)).json()
  return Math.max(...(answer as { projections: { lag: number }[] }).projections.map(({ lag }) => lag))
}

await main()
