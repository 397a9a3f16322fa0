import { readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { deviceId } from '#protocol/ids.ts'
import { parseAgentConfig, readAgentConfig, writeAgentConfig } from '../../agent/config.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const KEY = 'a0'.repeat(32)

test('what is written is read again, by its owner only', async () => {
  const folder = temporaryFolder()
  const config = {
    server: { host: 'haidang.example.vn', port: 8883 },
    device: deviceId('PC-01'),
    key: KEY,
    sampleSeconds: 30,
    reportSeconds: 600,
    keepaliveSeconds: 900,
  }
  await writeAgentConfig(folder, { ...config, sampleSeconds: 60 })
  await writeAgentConfig(folder, config)
  const read = readAgentConfig(folder)
  expect(read).toEqual(config)
  expect(Object.isFrozen(read) && Object.isFrozen(read.server)).toBe(true)
  expect((await stat(join(folder, 'agent.json'))).mode & 0o777).toBe(0o600)
  expect(await readdir(folder)).toEqual(['agent.json'])
})

test('the paces have defaults', () => {
  const config = parseAgentConfig({ server: { host: '10.0.0.1', port: 1 }, device: 'x', key: KEY })
  expect(config).toMatchObject({ sampleSeconds: 60, reportSeconds: 900, keepaliveSeconds: 1200 })
})

test('every problem is named at once, with what was expected and what came', () => {
  const wrong = {
    server: { host: '', port: 70_000 },
    device: '../x',
    key: KEY.slice(1),
    sampleSeconds: 0.5,
    reportSeconds: null,
    keepaliveSeconds: 'x',
  }
  expect(() => parseAgentConfig(wrong)).toThrow(
    [
      'agent.json: server.host: expected a host name or address of 1 to 253 characters, got ""',
      'agent.json: server.port: expected a whole number from 1 to 65535, got 70000',
      'agent.json: device: device id: expected 1 to 32 letters, digits, ".", "_" or "-", starting with a letter or digit, got "../x"',
      'agent.json: key: expected 64 hexadecimal digits, got 63 characters',
      'agent.json: sampleSeconds: expected a whole number from 1 to 3600, got 0.5',
      'agent.json: reportSeconds: expected a whole number from 1 to 86400, got null',
      'agent.json: keepaliveSeconds: expected a whole number from 10 to 65535, got "x"',
    ].join('\n'),
  )
  expect(() => parseAgentConfig([])).toThrow('agent.json: expected an object, got []\n')
  expect(() => parseAgentConfig({ server: 'here' })).toThrow(
    'agent.json: server: expected an object, got "here"\n',
  )
})

test('the journal may be given a size, from what a small router has on', () => {
  const papers = { server: { host: '10.0.0.1', port: 1 }, device: 'x', key: KEY }
  expect(parseAgentConfig(papers).journalBytes).toBeUndefined()
  expect(parseAgentConfig({ ...papers, journalBytes: 2_000_000 }).journalBytes).toBe(2_000_000)
  expect(() => parseAgentConfig({ ...papers, journalBytes: 64_000 })).toThrow(
    'agent.json: journalBytes: expected a whole number from 1048576 to 1073741824, got 64000',
  )
})

test('a report interval shorter than a sample is refused', () => {
  const config = {
    server: { host: 'h', port: 1 },
    device: 'x',
    key: KEY,
    sampleSeconds: 60,
    reportSeconds: 59,
  }
  expect(() => parseAgentConfig(config)).toThrow(
    'agent.json: reportSeconds: expected a whole number from 60 to 86400, got 59',
  )
})

test('a file that is missing or no JSON is named with its path', async () => {
  const folder = temporaryFolder()
  expect(() => readAgentConfig(folder)).toThrow(
    `agent.json: expected a JSON object in ${join(folder, 'agent.json')}, got ENOENT`,
  )
  await writeFile(join(folder, 'agent.json'), '{')
  expect(() => readAgentConfig(folder)).toThrow(`${join(folder, 'agent.json')}, got Expected`)
})

test('a relay has a name and mostly the usual port, and is no relay itself', () => {
  const papers = { server: { host: '10.0.0.1', port: 1 }, device: 'x', key: KEY }
  expect(parseAgentConfig({ ...papers, relay: { host: 'router.lan' } }).relay).toEqual({
    host: 'router.lan',
    port: 8885,
  })
  expect(parseAgentConfig({ ...papers, relayPort: 9000 }).relayPort).toBe(9000)
  expect(parseAgentConfig(papers)).not.toHaveProperty('relay')
  expect(() => parseAgentConfig({ ...papers, relay: { host: '', port: 0 }, relayPort: 70_000 })).toThrow(
    [
      'agent.json: relay.host: expected a host name or address of 1 to 253 characters, got ""',
      'agent.json: relay.port: expected a whole number from 1 to 65535, got 0',
      'agent.json: relayPort: expected a whole number from 0 to 65535, got 70000',
      'agent.json: relay: expected none beside relayPort: a relay reports by itself, got {"host":"","port":0}',
    ].join('\n'),
  )
})

test('the two lines of a site, as their owner names them', () => {
  const uplinks = [
    { name: 'VNPT cáp quang', interface: 'pppoe-wan', check: '10.0.0.1' },
    { name: '4G Viettel', interface: 'wwan0' },
  ]
  const papers = { server: { host: 'h', port: 1 }, device: 'R1', key: 'a'.repeat(64) }
  expect(parseAgentConfig({ ...papers, uplinks }).uplinks).toEqual(uplinks)
  expect(parseAgentConfig({ ...papers, uplinks: null })).not.toHaveProperty('uplinks')
  expect(() => parseAgentConfig({ ...papers, uplinks: [{ name: '', interface: 'a b' }] })).toThrow(
    /agent\.json: uplinks\[0\]\.name: expected .*\nagent\.json: uplinks\[0\]\.interface: expected/,
  )
})
