/**
 * `npm run bench:ingest`: how many reports a second the centre takes durably, and what CPU that costs it. The whole
 * server as it is built runs on one core (TLS 1.3 PSK, broker, ledger with fdatasync, and the projections that
 * follow it); the load comes from this process on another.
 */
import { type ChildProcess, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { connect, type MqttClient } from 'mqtt'
import { encodeDelivery } from '#protocol/delivery.ts'
import { deviceId } from '#protocol/ids.ts'
import { encodeReport } from '#protocol/report.ts'
import { connectOptions } from '../../agent/link/connect.ts'
import { mergeRows, rowOf } from '../../agent/report.ts'
import { officeDay } from '../samples/office-pc.ts'
import { sampleHello } from '../support/sample-hello.ts'
import { printFigure } from './support/print-figure.ts'
import { startBenchServer } from './support/server.ts'

const DEVICES = 50
/** What an agent keeps in flight. */
const WINDOW = 20
const ROWS = 15
const WARM_UP_MS = 3000
const MEASURE_MS = 20_000
const TICKS_PER_SECOND = 100

/** Reports of 15 rows that differ in their number only, coded ahead so that the load is not the coding. */
function reportsOf(): (seq: number) => Buffer {
  const rows = officeDay(42, ROWS).map((sample, at) => rowOf(sample, at + 1))
  return (seq) => {
    const report = encodeReport(mergeRows(rows, { epoch: 1, seq }))
    return Buffer.from(encodeDelivery({ age: { seconds: 0, basis: 'monotonic' }, report }))
  }
}

function cpuMs(child: ChildProcess): number {
  const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_SECOND
}

async function main(): Promise<void> {
  const onOneCore = spawnSync('taskset', ['--version']).status === 0
  const server = await startBenchServer(onOneCore ? ['taskset', '-c', '0'] : [])
  const { child, httpPort, mqttPort } = server
  try {
    const devices = []
    for (let number = 1; number <= DEVICES; number++) devices.push(await server.enrol(`D${number}`))
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
    await server.stop()
  }
}

function open(device: string, key: string, port: number): Promise<MqttClient> {
  const config = {
    server: { host: '127.0.0.1', port },
    device: deviceId(device),
    key,
    keepaliveSeconds: 1200,
  }
  const client = connect(connectOptions(config, sampleHello()))
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
