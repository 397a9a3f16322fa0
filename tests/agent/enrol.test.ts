import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { deviceId, siteId, uplinkId } from '#protocol/ids.ts'
import { readAgentConfig } from '../../agent/config.ts'
import { probedKeepaliveSeconds } from '../../agent/probe/enrol-probed.ts'
import { PROBED_FOLDER, readProbePapers } from '../../agent/probe/papers.ts'
import { builtInProfile, openProfile } from '../../agent/probe/profiles.ts'
import { ADMIN_PASSWORD, startTestCentre } from '../support/centre.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const ROOT = join(import.meta.dirname, '../..')

/** The command in a process of its own, given `input` to read. */
async function enrol(args: string[], input = '') {
  const loader = ['--import', './deploy/from-source.mjs', 'haidang.ts']
  const child = spawn(process.execPath, [...loader, 'enrol', ...args], { cwd: ROOT, stdio: 'pipe' })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk))
  // It may have refused and gone before it read anything.
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  await once(child, 'close')
  return { status: child.exitCode, said }
}

test('the password comes by standard input; its end is told', async () => {
  const centre = await startTestCentre()
  const folder = join(temporaryFolder(), 'agent')
  const args = [centre.address, '--site', 'S1', '--data', folder]
  const ended = await enrol(args)
  expect(ended).toMatchObject({ status: 1 })
  expect(ended.said).toContain('haidang enrol: expected the password on standard input, got its end\n')

  const enrolled = await enrol(args, `${ADMIN_PASSWORD}\n`)
  expect(enrolled).toMatchObject({ status: 0, said: expect.stringContaining('Đã ghi danh · enrolled: ') })
  expect(enrolled.said).not.toContain(ADMIN_PASSWORD)
  expect(readAgentConfig(folder).server).toEqual({ host: '127.0.0.1', port: centre.mqttPort })
})

test('http to another machine is refused unless it is asked for', async () => {
  // The name leads nowhere, RFC 6761 section 6.4.
  const args = ['http://centre.invalid', '--site', 'S1', '--data', join(temporaryFolder(), 'agent')]
  const refused = await enrol(args, 'x\n')
  expect(refused).toMatchObject({ status: 2, said: expect.stringContaining('or --plain-http') })
  expect(refused.said).toContain('the password and the key would cross the line in clear')
  const forced = await enrol([...args, '--plain-http'], 'x\n')
  expect(forced).toMatchObject({ status: 1, said: expect.stringContaining('fetch failed') })
  const secure = await enrol(['https://centre.invalid', ...args.slice(1)], 'x\n')
  expect(secure).toMatchObject({ status: 1, said: expect.stringContaining('fetch failed') })
})

test('a relay is named by host or by host and port, or is this machine', async () => {
  const args = ['http://localhost:1', '--site', 'S1', '--data', join(temporaryFolder(), 'agent')]
  const both = await enrol([...args, '--relay', 'router.lan', '--relay-port', '8885'])
  expect(both).toMatchObject({ status: 2, said: expect.stringContaining('--relay: expected none beside') })
  const port = await enrol([...args, '--relay', 'router.lan:99999'])
  expect(port).toMatchObject({ status: 2, said: expect.stringContaining('expected a port from 1 to 65535') })

  const centre = await startTestCentre()
  const folder = join(temporaryFolder(), 'agent')
  const relaying = ['--relay', '[fe80::1]:9000']
  await enrol([centre.address, '--site', 'S1', '--data', folder, ...relaying], `${ADMIN_PASSWORD}\n`)
  expect(readAgentConfig(folder).relay).toEqual({ host: 'fe80::1', port: 9000 })
}, 60_000)

test('a device is put on the line that is named, of its own site only', async () => {
  const centre = await startTestCentre()
  const line = {
    name: 'SIM 4G',
    isp: 'Viettel',
    medium: 'cell',
    monthlyBytes: 20_000_000,
    vndPerMb: 200,
  } as const
  await centre.registry.addUplink({ id: uplinkId('L1'), site: siteId('S1'), ...line })
  const folder = join(temporaryFolder(), 'agent')
  const args = [centre.address, '--site', 'S1', '--data', folder]
  const unknown = await enrol([...args, '--uplink', 'L9'], `${ADMIN_PASSWORD}\n`)
  expect(unknown).toMatchObject({
    status: 1,
    said: expect.stringContaining('expected one of site S1, got L9'),
  })
  const enrolled = await enrol([...args, '--uplink', 'L1'], `${ADMIN_PASSWORD}\n`)
  expect(enrolled).toMatchObject({ status: 0 })
  expect(centre.registry.device(readAgentConfig(folder).device)?.uplink).toBe('L1')
}, 60_000)

test('a device that runs no agent gets its papers where its prober looks, and its secrets stay there', async () => {
  const centre = await startTestCentre()
  const prober = join(temporaryFolder(), 'agent')
  await enrol(
    [centre.address, '--site', 'S1', '--name', 'May mot cua', '--data', prober],
    `${ADMIN_PASSWORD}\n`,
  )
  const file = join(temporaryFolder(), 'loa.json')
  await writeFile(file, JSON.stringify({ community: 'rieng-tu' }))
  const asked = ['--site', 'S1', '--kind', 'router', '--name', 'Router', '--prober', prober]
  const how = ['--profile', 'mikrotik-routeros', '--address', '192.168.88.1', '--probe-file', file]
  const enrolled = await enrol([centre.address, ...asked, ...how], `${ADMIN_PASSWORD}\n`)
  expect(enrolled).toMatchObject({ status: 0 })
  const [device] = await readdir(join(prober, PROBED_FOLDER))
  const own = join(prober, PROBED_FOLDER, device!)
  expect(readAgentConfig(own)).toMatchObject({ device, server: { port: centre.mqttPort } })
  expect(readProbePapers(own)).toEqual({
    profile: 'mikrotik-routeros',
    target: { address: '192.168.88.1', community: 'rieng-tu' },
  })
  const known = centre.registry.device(deviceId(device!))
  expect(known).toMatchObject({
    prober: readAgentConfig(prober).device,
    kind: 'router',
    keepaliveSeconds: probedKeepaliveSeconds(builtInProfile('mikrotik-routeros')),
  })
})

test('what is wrong with a probed device is said before anybody signs in', async () => {
  const folder = temporaryFolder()
  const args = ['http://localhost:1', '--site', 'S1']
  const stray = await enrol([...args, '--profile', 'x'])
  expect(stray).toMatchObject({ status: 2, said: expect.stringContaining('expected --prober FOLDER beside') })
  const bare = await enrol([...args, '--prober', folder])
  expect(bare).toMatchObject({ status: 2, said: expect.stringContaining('probe.address: expected') })
  const how = ['--profile', 'x', '--address', '10.0.0.1']
  const known = ['--profile', 'mikrotik-routeros', '--address', '10.0.0.1']
  const none = await enrol([...args, '--prober', folder, ...known])
  expect(none).toMatchObject({
    status: 2,
    said: expect.stringContaining('agent.json: expected a JSON object'),
  })
  const file = await enrol([...args, '--prober', folder, ...how, '--probe-file', join(folder, 'none.json')])
  expect(file).toMatchObject({
    status: 2,
    said: expect.stringContaining('--probe-file: expected a JSON object'),
  })
})

test('how soon a loss is told follows from how often the device is asked', () => {
  const every = (everySeconds: number) => probedKeepaliveSeconds({ ...builtInProfile('ping'), everySeconds })
  expect([every(60), every(300)]).toEqual([107, 534])
})

test('a profile of the technician’s own is checked, and laid beside the papers', async () => {
  const centre = await startTestCentre()
  const prober = join(temporaryFolder(), 'agent')
  await enrol([centre.address, '--site', 'S1', '--data', prober], `${ADMIN_PASSWORD}\n`)
  const file = join(temporaryFolder(), 'loa-xa.json')
  const args = [
    centre.address,
    '--site',
    'S1',
    '--prober',
    prober,
    '--profile',
    file,
    '--address',
    '10.0.0.9',
  ]
  await writeFile(file, JSON.stringify({ name: 'loa-xa' }))
  const refused = await enrol(args, `${ADMIN_PASSWORD}\n`)
  expect(refused).toMatchObject({ status: 2, said: expect.stringContaining('loa-xa.json: ') })
  await writeFile(file, JSON.stringify({ ...builtInProfile('ping'), name: 'loa-xa' }))
  expect(await enrol(args, `${ADMIN_PASSWORD}\n`)).toMatchObject({ status: 0 })
  const [device] = await readdir(join(prober, PROBED_FOLDER))
  const own = join(prober, PROBED_FOLDER, device!)
  expect(readProbePapers(own).profile).toBe('loa-xa.json')
  expect(await openProfile('loa-xa.json', own)).toMatchObject({ name: 'loa-xa' })
})
