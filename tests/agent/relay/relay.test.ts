import { expect, test } from 'vitest'
import { encodeGoodbye } from '#protocol/goodbye.ts'
import { eventually } from '../../support/eventually.ts'
import { RELAY, startNeighbour, startRelay, startRelayCentre, type Wire } from '../../support/relay-site.ts'

const upTo = (count: number): number[] => Array.from({ length: count }, (_, at) => at + 1)

test('neighbours report when the relay does, and hear that it is stored after eight reports', async () => {
  const centre = await startRelayCentre()
  const { relay, port } = await startRelay(centre)
  const devices = await Promise.all(['D1', 'D2', 'D3'].map((name) => startNeighbour(name, port)))
  await eventually('all are welcome', () => devices.every(({ told }) => told.includes('welcome')))
  for (const round of upTo(8)) {
    for (const device of devices) await device.sample()
    await relay.report(() => {})
    await eventually('the round is stored', () =>
      devices.every((device) => centre.rows(device.device).length === round),
    )
  }
  await eventually('all is acknowledged', () =>
    devices.every(({ journal }) => journal.pending().length === 0),
  )
  for (const { device } of devices) expect(centre.rows(device)).toEqual(upTo(8))
  const kinds = centre.entries().map((entry) => entry.kind)
  expect(kinds.filter((kind) => kind === 'connected')).toHaveLength(3)
  expect(kinds).not.toContain('lost')
})

test('a goodbye is acknowledged at once and is no loss; silence on the LAN is one', async () => {
  const centre = await startRelayCentre()
  const { port } = await startRelay(centre)
  const [leaving, dying] = await Promise.all([startNeighbour('D1', port), startNeighbour('D2', port)])
  await eventually('both are welcome', () => [leaving, dying].every(({ told }) => told.includes('welcome')))
  const goodbye = encodeGoodbye({ reason: 'shutdown', boot: 1, uptimeSeconds: 9 })
  expect(await leaving.neighbour.sayGoodbye(goodbye)).toBe(true)
  leaving.neighbour.stop()
  dying.neighbour.stop()
  const ends = await eventually('both ends', () => {
    const found = centre.entries().filter(({ kind }) => kind === 'lost' || kind === 'goodbye')
    return found.length === 2 && found
  })
  expect(ends).toMatchObject([
    { kind: 'goodbye', device: 'D1', goodbye: { reason: 'shutdown' } },
    { kind: 'lost', device: 'D2', why: 'keepalive' },
  ])
})

test('with the line of the relay its neighbours are lost, and they come anew when it is back', async () => {
  const centre = await startRelayCentre()
  const site = await startRelay(centre)
  const device = await startNeighbour('D1', site.port)
  await eventually('welcome', () => device.told.includes('welcome'))
  site.line(false)
  await eventually('the line is down', () => device.told.includes('line down'))
  await device.sample()
  site.line(true)
  await eventually('the reading', () => centre.rows('D1').length === 1)
  expect(
    centre
      .entries()
      .map(({ kind }) => kind)
      .filter((kind) => kind !== 'report'),
  ).toEqual(['connected', 'lost', 'connected'])
})

test('a device that comes another way replaces its session, which then is no loss', async () => {
  const centre = await startRelayCentre()
  const { port } = await startRelay(centre)
  const device = await startNeighbour('D1', port)
  await eventually('welcome', () => device.told.includes('welcome'))
  const direct = {
    closed: false,
    close() {
      this.closed = true
    },
  }
  await centre.facts(device.device).connected(direct, { hello: new Uint8Array(), keepaliveSeconds: 60 })
  await eventually('the session is over', () => device.told.includes('refused: replaced'))
  device.neighbour.start()
  await eventually('and back', () => device.told.filter((word) => word === 'welcome').length === 2)
  expect(direct.closed).toBe(true)
  expect(centre.entries().map(({ kind }) => kind)).not.toContain('lost')
})

test('a device of another site, an unknown key and a full disk are refused, each by its name', async () => {
  const centre = await startRelayCentre({ D1: 'S2' })
  const { port } = await startRelay(centre)
  const [stranger, liar] = await Promise.all([
    startNeighbour('D1', port),
    startNeighbour('D2', port, { key: new Uint8Array(32) }),
  ])
  await eventually('other site', () => stranger.told.includes('refused: other-site'))
  await eventually('no proof', () => liar.told.includes('answer: expected the proof of the key, got another'))
  const device = await startNeighbour('D3', port)
  await eventually('welcome', () => device.told.includes('welcome'))
  centre.full = true
  await device.sample()
  device.neighbour.send()
  await device.journal.sealNewest(10)
  device.neighbour.send()
  await eventually('not stored', () => device.told.includes('refused: not-stored'))
  expect(device.journal.pending()).toHaveLength(1)
  centre.full = false
  expect(centre.relays.carries(device.device)).toBe(false)
  expect(RELAY).toBe('R0')
})

test('a backlog goes piece by piece behind the present, and none of it waits two hours for its answer', async () => {
  const centre = await startRelayCentre()
  const site = await startRelay(centre)
  site.line(false)
  const device = await startNeighbour('D1', site.port)
  for (let count = 0; count < 150; count++) {
    await device.sample()
    await device.journal.sealNewest(10)
  }
  site.line(true)
  await eventually('all is acknowledged', () => device.journal.pending().length < 8)
  expect(centre.rows('D1')[0]).toBe(150)
  expect(centre.rows('D1').sort((a, b) => a - b)).toEqual(upTo(150))
})

test.each([
  [2, 'is offered again', 1],
  [3, 'is given up, and the line is down', 0],
])('a batch that the budget refuses %i times %s', async (times, _what, stored) => {
  const centre = await startRelayCentre()
  let refusals = 0
  const maySend = () => refusals-- <= 0
  const wire: Wire = { maySend, up: (payload, pass) => pass(payload), down: (payload, pass) => pass(payload) }
  const { relay, port } = await startRelay(centre, { wire })
  const device = await startNeighbour('D1', port)
  await eventually('welcome', () => device.told.includes('welcome'))
  await device.sample()
  refusals = times
  await relay.report(() => {})
  await eventually('the end of it', () => centre.rows('D1').length > 0 || device.told.includes('line down'))
  expect(centre.rows('D1')).toHaveLength(stored)
  expect(device.told.includes('line down')).toBe(stored === 0)
})
