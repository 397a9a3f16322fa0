import { createSocket } from 'node:dgram'
import { lookup } from 'node:dns'
import { once } from 'node:events'
import type { LookupFunction } from 'node:net'
import { expect, test } from 'vitest'
import { lookByTrains } from '../../agent/capacity/look.ts'
import { startTestCentre } from '../support/centre.ts'

const ANY = { maxBytes: 100_000, known: { down: null, up: null } }

test('an enrolled device looks at its line through the port of its centre; another key finds nobody', async () => {
  const centre = await startTestCentre()
  const { device, key } = await centre.enrol('PC-01')
  const server = { host: 'localhost', port: centre.mqttPort }
  const papers = { server, device, key: Buffer.from(key).toString('hex') }
  const spent: number[] = []
  const look = lookByTrains(papers, lookup as LookupFunction)
  const found = await look(ANY, (bytes) => spent.push(bytes), AbortSignal.timeout(20_000))
  expect(spent).toEqual([found.spentBytes])
  expect(found.spentBytes).toBeLessThanOrEqual(100_000)
  for (const train of [...found.trains.down, ...found.trains.up]) expect(train.reading).not.toBeNull()

  const stranger = lookByTrains({ ...papers, key: 'ab'.repeat(32) }, lookup as LookupFunction)
  const ended = AbortSignal.timeout(2500)
  await expect(stranger(ANY, (bytes) => spent.push(bytes), ended)).rejects.toThrow('told to stop')
  expect(spent[1]).toBeLessThan(600)
  const metrics = await (await fetch(`${centre.address}/metrics`)).text()
  expect(metrics).toMatch(/haidang_capacity_refusals_total\{reason="bad-tag"\} [12]/)
})

test('a centre whose UDP port is taken serves all the same', async () => {
  const other = createSocket('udp4')
  other.bind(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address()
  try {
    const centre = await startTestCentre({ HAIDANG_BIND: '127.0.0.1', HAIDANG_MQTT_PORT: `${port}` })
    expect(centre.mqttPort).toBe(port)
    await centre.enrol('PC-01')
  } finally {
    other.close()
  }
})
