import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import type { DeviceId } from '#protocol/ids.ts'
import { createInfluxStore, type InfluxStore } from '../../../../server/projections/readings/influx.ts'
import { type Influxd, influxdMissing, startInfluxd } from '../../../support/influxd.ts'
import { placedReport } from '../../../support/placed-report.ts'
import {
  type CannedAnswer,
  type RecordingInflux,
  recordingInflux,
} from '../../../support/recording-influx.ts'

const T = Date.UTC(2026, 10, 22, 3, 0)
const query = { device: 'pc-1' as DeviceId, metric: 'cpu_percent', from: T, to: T + 60_000, stepMs: null }
const report = placedReport({
  firstAt: T,
  uptimeSeconds: 36,
  offsetsSeconds: [0, 60],
  columns: { 1: [123, null], 4: [5, 6], 900: [-1, null] },
})
const taken: CannedAnswer = { status: 204 }

describe('InfluxDB by its protocol, against a server that only records', () => {
  let server: RecordingInflux
  let store: InfluxStore
  let warnings: [fields: object, message: string][]

  const connect = async (answer: Parameters<typeof recordingInflux>[0], options = {}) => {
    server = await recordingInflux(answer)
    store = createInfluxStore({
      url: server.url,
      token: 's3cret',
      org: 'Sở KH&CN',
      bucket: 'hải đăng',
      log: { warn: (...line) => warnings.push(line) },
      ...options,
    })
    await store.start()
  }

  beforeEach(() => {
    warnings = []
  })
  afterEach(async () => {
    await store.stop()
    await server.close()
  })

  test('2.x: written to /api/v2/write with organisation, bucket and token, as float fields with four tags', async () => {
    await connect(() => taken)
    await store.write([report])

    expect(server.requests).toEqual([
      {
        method: 'POST',
        path: '/api/v2/write',
        search: { org: 'Sở KH&CN', bucket: 'hải đăng', precision: 'ms' },
        authorization: 'Token s3cret',
        body: [
          `reading,area=A1,device=pc-1,kind=pc,site=S1 cpu_percent=12.3,metric_900=-1,rx_bytes=5120,uptime_seconds=36 ${T}`,
          `reading,area=A1,device=pc-1,kind=pc,site=S1 rx_bytes=6144,uptime_seconds=96 ${T + 60_000}`,
        ].join('\n'),
      },
    ])
  })

  test('2.x: read by InfluxQL with the same token, page after page', async () => {
    const pages: [number, number][][] = [
      [
        [T, 1],
        [T + 1, 2],
      ],
      [[T + 2, 3]],
    ]
    await connect(({ search }) => {
      const values = pages[search.q!.includes(`time >= ${T}ms`) ? 0 : 1]!
      return {
        status: 200,
        json: { results: [{ series: [{ columns: ['time', 'x'], values, partial: values === pages[0] }] }] },
      }
    })

    expect(await store.read(query)).toEqual(pages.flat().map(([at, value]) => ({ at, value })))
    expect(
      server.requests.map(({ method, path, authorization, search }) => [
        method,
        path,
        authorization,
        search.db,
        search.epoch,
      ]),
    ).toEqual(Array(2).fill(['GET', '/query', 'Token s3cret', 'hải đăng', 'ms']))
    expect(server.requests[1]!.search.q).toContain(`time >= ${T + 2}ms`)
  })

  test('1.x: makes its database once and writes to /write, with user and password where it has them', async () => {
    await connect(({ path }) => (path === '/query' ? { status: 200, json: { results: [{}] } } : taken), {
      org: null,
      token: 'ha:p:w',
    })
    await store.write([report])
    await store.write([report])

    expect(server.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /query',
      'POST /write',
      'POST /write',
    ])
    expect(server.requests[0]!.search.q).toBe('CREATE DATABASE "hải đăng"')
    expect(server.requests[1]!.search).toEqual({ db: 'hải đăng', precision: 'ms' })
    expect(server.requests[1]!.authorization).toBe(`Basic ${Buffer.from('ha:p:w').toString('base64')}`)
  })

  test('1.x: a user who may not make databases writes to the one that is there', async () => {
    await connect(
      ({ path }) =>
        path === '/query' ? { status: 403, json: { error: 'requires admin privilege' } } : taken,
      {
        org: null,
      },
    )
    await store.write([report])
    expect(server.requests.at(-1)!.path).toBe('/write')
  })

  test.each<[string, CannedAnswer]>([
    ['a wrong token', { status: 401, json: { code: 'unauthorized', message: 'unauthorized access' } }],
    [
      'a bucket that is not there',
      { status: 404, json: { code: 'not found', message: 'bucket "x" not found' } },
    ],
    ['a body too large', { status: 413, text: 'Request Entity Too Large' }],
    ['too many requests', { status: 429, text: 'slow down' }],
    ['an overload', { status: 503, text: 'unavailable' }],
    ['a 400 that is not about the points', { status: 400, text: '<h1>nginx: Bad Request</h1>' }],
    ['a 200 that says nothing was stored', { status: 200, text: 'welcome' }],
  ])('%s rejects and prints nothing', async (_, answer) => {
    const printed = vi.spyOn(console, 'error').mockImplementation(() => {})
    await connect(() => answer)
    await expect(store.write([report])).rejects.toThrow(
      /^InfluxDB 127\.0\.0\.1:\d+: expected the points to be stored, got: .+/,
    )
    expect(store.refusedPoints).toBe(0)
    expect(printed).not.toHaveBeenCalled()
    printed.mockRestore()
  })

  test('points refused for what they are: named in the log, counted, and not in the way', async () => {
    const message =
      'failure writing points to database: partial write: points beyond retention policy dropped=2'
    await connect(() => ({ status: 422, json: { code: 'unprocessable entity', message } }))
    await store.write([report])

    expect(store.refusedPoints).toBe(2)
    expect(warnings).toHaveLength(1)
    expect(JSON.stringify(warnings)).toContain('beyond retention policy')
  })

  test('a line that cannot be read costs itself and not its request', async () => {
    const stored: string[] = []
    await connect(({ body }) => {
      const lines = body.split('\n')
      if (lines.some((line) => line.includes('=13 ')))
        return { status: 400, json: { code: 'invalid', message: `unable to parse '…'` } }
      stored.push(...lines)
      return taken
    })
    const offsetsSeconds = Array.from({ length: 20 }, (_, second) => second)
    await store.write([placedReport({ firstAt: T, offsetsSeconds })])

    expect(stored.map((line) => Number(/=(\d+) /.exec(line)![1]))).toEqual(
      offsetsSeconds.filter((second) => second !== 13),
    )
    expect(store.refusedPoints).toBe(1)
  })

  test('a large write resolves only when every request of it was answered', async () => {
    let answered = 0
    await connect(() => (++answered < 3 ? taken : { status: 503 }))
    const offsetsSeconds = Array.from({ length: 1440 }, (_, second) => second)
    const day = placedReport({ firstAt: T, offsetsSeconds })

    await expect(store.write(Array(8).fill(day))).rejects.toThrow('503')
    expect(server.requests.map(({ body }) => body.split('\n').length)).toEqual([5000, 5000, 1520])
  })

  test('a silent server is given up in time, with no socket left', async () => {
    await connect(() => null, { timeoutMs: 100 })
    await expect(store.write([report])).rejects.toThrow('nothing within 100 ms')
    await expect(store.read(query)).rejects.toThrow('nothing within 100 ms')
    await vi.waitFor(async () => expect(await server.connections()).toBe(0))
  })

  test('stop leaves no socket', async () => {
    await connect(() => taken)
    await store.write([report])
    expect(await server.connections()).toBe(1)
    await store.stop()
    await vi.waitFor(async () => expect(await server.connections()).toBe(0))
  })

  test('an answer that is none of InfluxDB rejects', async () => {
    await connect(() => ({ status: 200, json: { hello: 'world' } }))
    await expect(store.read(query)).rejects.toThrow('no result in {"hello":"world"}')
  })
})

describe.skipIf(influxdMissing())('a real InfluxDB 1.x', () => {
  let influxd: Influxd | undefined
  const open = (bucket: string, warnings: unknown[] = []) =>
    createInfluxStore({
      url: influxd!.url,
      token: null,
      org: null,
      bucket,
      log: { warn: (...line) => warnings.push(line) },
    })

  beforeAll(async () => {
    influxd = await startInfluxd()
  })
  afterAll(() => influxd?.remove())

  test('a field that somebody made an integer costs the points that carry it, no others', async () => {
    const warnings: unknown[] = []
    const store = open('conflict', warnings)
    await store.start()
    const rogue = `reading,device=rogue cpu_percent=1i ${T}`
    const written = await fetch(`${influxd!.url}/write?db=conflict&precision=ms`, {
      method: 'POST',
      body: rogue,
    })
    expect(written.status).toBe(204)

    await store.write([
      placedReport({ firstAt: T, seq: 1, offsetsSeconds: [0, 1], columns: { 1: [10, 20], 2: [30, 40] } }),
      placedReport({ firstAt: T + 2000, seq: 2, columns: { 2: [50] } }),
    ])
    expect(await store.read({ ...query, metric: 'memory_percent' })).toEqual([{ at: T + 2000, value: 5 }])
    expect(store.refusedPoints).toBe(2)
    expect(JSON.stringify(warnings)).toContain('field type conflict')
    await store.stop()
  })

  test('a centre that starts before InfluxDB writes as soon as it answers', async () => {
    await influxd!.stop()
    const warnings: unknown[] = []
    const store = open('late', warnings)
    await store.start()
    expect(warnings).toHaveLength(1)
    await expect(store.write([report])).rejects.toThrow('ECONNREFUSED')
    await influxd!.start()

    await store.write([report])
    expect(await store.read(query)).toEqual([{ at: T, value: 12.3 }])
    await store.stop()
  })

  test('a database that was lost is made anew by the next try', async () => {
    const store = open('lost')
    await store.start()
    await fetch(`${influxd!.url}/query?q=DROP+DATABASE+lost`, { method: 'POST' })

    await expect(store.write([report])).rejects.toThrow('database not found')
    await store.write([report])
    expect(await store.read(query)).toEqual([{ at: T, value: 12.3 }])
    await store.stop()
  })
})
