/**
 * Makes `recorded-pc.json`: `node --import ./deploy/from-source.mjs tests/samples/record-pc.ts SECONDS > FILE`.
 *
 * The agent's own collectors read a Linux machine once a second; each second stands in for a minute. Three things are
 * stand-ins: the line is a UDP echo over loopback, a twentieth of a millisecond for a millisecond; traffic counts
 * loopback in, since a developer's machine talks mostly to itself; and where there is no sensor the temperature follows
 * the processor's load.
 */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { uptime } from 'node:os'
import { Worker } from 'node:worker_threads'
import { type MetricName, toWire } from '#protocol/metrics.ts'
import type { Collector, Values } from '../../agent/collect/collector.ts'
import { createCpuCollector } from '../../agent/collect/cpu.ts'
import { createDiskCollector } from '../../agent/collect/disk.ts'
import { createMemoryCollector } from '../../agent/collect/memory.ts'
import { parseNetDev } from '../../agent/collect/network.ts'
import { createTemperatureCollector } from '../../agent/collect/temperature.ts'
import { differencesOf, type Recording } from './recorded-pc.ts'

const SECOND_MS = 1000
const ECHO_MS = 900
const ECHO_BYTES = 64
const MICROSECONDS_PER_MS_OF_LINE = 50
const PROTECTED = 4

/** Sends back what it hears, from another thread as from another machine. */
const ECHO = `
const { createSocket } = require('node:dgram')
const { parentPort } = require('node:worker_threads')
const socket = createSocket('udp4')
socket.on('message', (message, from) => socket.send(message, from.port, from.address))
socket.bind(0, '127.0.0.1', () => parentPort.postMessage(socket.address().port))
`

/** A round trip in microseconds; an echo that is late counts as that late. */
async function openEcho(): Promise<() => Promise<number>> {
  const [port] = (await once(new Worker(ECHO, { eval: true }), 'message')) as [number]
  const socket = createSocket('udp4')
  return async () => {
    const from = performance.now()
    socket.send(Buffer.alloc(ECHO_BYTES), port, '127.0.0.1')
    await once(socket, 'message', { signal: AbortSignal.timeout(ECHO_MS) }).catch(() => null)
    return (performance.now() - from) * 1000
  }
}

async function everyInterface(): Promise<Values> {
  const all = parseNetDev(await readFile('/proc/net/dev', 'utf8'))
  const sum = (of: 'rx' | 'tx') => all.reduce((bytes, one) => bytes + one[of], 0)
  return { rx_bytes: sum('rx'), tx_bytes: sum('tx') }
}

const collectors: readonly Collector[] = [
  createCpuCollector(),
  createMemoryCollector(),
  createDiskCollector('.'),
  createTemperatureCollector(),
  { name: 'traffic', read: everyInterface },
]

async function record(seconds: number): Promise<Recording> {
  const read = async (): Promise<Values> =>
    Object.assign({}, ...(await Promise.all(collectors.map((collector) => collector.read()))))
  const echo = await openEcho()
  const columns = new Map<string, number[]>()
  const put = (name: string, integer: number) => columns.set(name, [...(columns.get(name) ?? []), integer])
  let modelledCelsius = 44
  await read()
  const startMs = performance.now()
  for (let second = 1; second <= seconds; second++) {
    await new Promise((resolve) => setTimeout(resolve, startMs + second * SECOND_MS - performance.now()))
    const [values, microseconds] = await Promise.all([read(), echo()])
    modelledCelsius += (38 + 0.4 * (values.cpu_percent ?? 0) - modelledCelsius) * 0.1
    const all: Values = {
      temperature_celsius: modelledCelsius,
      ...values,
      rtt_ms: microseconds / MICROSECONDS_PER_MS_OF_LINE,
      loss_percent: 0,
      antivirus_state: PROTECTED,
    }
    put('uptime_seconds', Math.floor(uptime() + second * 59))
    for (const [name, value] of Object.entries(all) as [MetricName, number][]) put(name, toWire(name, value))
  }
  return Object.fromEntries([...columns].map(([name, integers]) => [name, differencesOf(integers)]))
}

process.stdout.write(`${JSON.stringify(await record(Number(process.argv[2])), null, 2)}\n`)
process.exit()
