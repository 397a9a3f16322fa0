import { expect, test } from 'vitest'
import { ConfigError, readConfig } from '../../server/config.ts'

function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    readConfig(environment)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
}

test('an empty environment is a centre for this machine alone', () => {
  const config = readConfig({})
  expect(config).toMatchObject({
    dataFolder: 'data',
    httpPort: 8080,
    mqttPort: 8883,
    pagesHost: '127.0.0.1',
    influx: null,
  })
  expect(config.agentsHost).toBeUndefined()
  expect(Object.isFrozen(config)).toBe(true)
})

test('the pages are opened to others by their public address, and by nothing else', () => {
  expect(readConfig({ HAIDANG_PUBLIC_URL: 'https://gs.laichau.gov.vn' }).pagesHost).toBeUndefined()
  expect(readConfig({ HAIDANG_BIND: '192.0.2.7' })).toMatchObject({
    pagesHost: '192.0.2.7',
    agentsHost: '192.0.2.7',
  })
})

test('InfluxDB 1.x needs an address, 2.x also organisation and token', () => {
  expect(readConfig({ INFLUX_URL: 'http://localhost:8086/' }).influx).toEqual({
    url: 'http://localhost:8086',
    token: null,
    org: null,
    bucket: 'haidang',
  })
  expect(problemsOf({ INFLUX_URL: 'http://localhost:8086', INFLUX_TOKEN: 'user:password' })).toEqual([])
  expect(problemsOf({ INFLUX_URL: 'http://localhost:8086', INFLUX_ORG: 'lc' })).toEqual([
    'INFLUX_TOKEN: expected beside INFLUX_ORG for InfluxDB 2.x, got nothing',
  ])
})

test('all problems are told together, each with what was expected and what came', () => {
  expect(
    problemsOf({
      HAIDANG_HTTP_PORT: 'eighty',
      HAIDANG_MQTT_PORT: '70000',
      HAIDANG_PUBLIC_URL: 'gs.laichau.gov.vn',
      HAIDANG_ADMIN_PASSWORD: 'short',
      HAIDANG_BIND: 'localhost:80',
      HAIDANG_WEBHOOK_URL: 'http://127.0.0.1:9',
      HAIDANG_CAP_FEEDS: 'https://kttv.example/feed, ftp://kttv.example, http://a:b@kttv.example',
      INFLUX_BUCKET: 'x',
      DATABASE_URL: 'postgres://db',
    }),
  ).toEqual([
    'DATABASE_URL: expected nothing, this version keeps its data in HAIDANG_DATA only',
    'HAIDANG_PUBLIC_URL: expected an address that begins with http:// or https://, without user and password, got another',
    'HAIDANG_BIND: expected an IP address of this machine, got "localhost:80"',
    'INFLUX_URL: expected beside INFLUX_BUCKET, got nothing',
    'HAIDANG_WEBHOOK_SECRET: expected beside HAIDANG_WEBHOOK_URL for the signed webhook, got nothing',
    'HAIDANG_HTTP_PORT: expected a port from 0 to 65535, got "eighty"',
    'HAIDANG_MQTT_PORT: expected a port from 0 to 65535, got "70000"',
    'HAIDANG_ADMIN_PASSWORD: expected at least 10 characters, got 5',
    'HAIDANG_CAP_FEEDS, address 2: expected an address that begins with http:// or https://, without user and password, got another',
    'HAIDANG_CAP_FEEDS, address 3: expected an address that begins with http:// or https://, without user and password, got another',
  ])
})

test('warnings are asked for at every address that is named, and at ten of them at most', () => {
  expect(readConfig({}).capFeeds).toEqual([])
  const feeds = readConfig({
    HAIDANG_CAP_FEEDS: ' https://a.example/cap?k=1 ,http://b.example/atom, ',
  }).capFeeds
  expect(feeds.map(({ href }) => href)).toEqual(['https://a.example/cap?k=1', 'http://b.example/atom'])
  const eleven = Array.from({ length: 11 }, (_, at) => `https://${at}.example/`).join()
  expect(problemsOf({ HAIDANG_CAP_FEEDS: eleven })).toEqual([
    'HAIDANG_CAP_FEEDS: expected at most 10 addresses, got "11"',
  ])
})
