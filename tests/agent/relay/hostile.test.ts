import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { deviceId } from '#protocol/ids.ts'
import { MAX_SECONDS } from '#protocol/limits.ts'
import { decodeUpBatch, MAX_ALIAS, type UpPart } from '#protocol/neighbours.ts'
import { sealKeys } from '../../../agent/relay/cipher.ts'
import { Handshakes } from '../../../agent/relay/handshakes.ts'
import { encodeLan, LanCutter, MAX_STRANGER_BYTES } from '../../../agent/relay/lan.ts'
import { SealSession } from '../../../agent/relay/seal-session.ts'
import { seeded } from '../../samples/seeded.ts'
import { eventually } from '../../support/eventually.ts'
import { startNeighbour, startRelay, startRelayCentre } from '../../support/relay-site.ts'
import { sampleHello } from '../../support/sample-hello.ts'

async function stranger(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  socket.resume()
  onTestFinished(() => void socket.destroy())
  await once(socket, 'connect')
  return socket
}

test('noise on the port closes the connection that makes it, and the neighbours are served on', async () => {
  const centre = await startRelayCentre()
  const { relay, port } = await startRelay(centre, { limits: { maxStrangersPerAddress: 50 } })
  const device = await startNeighbour('D1', port)
  await eventually('welcome', () => device.told.includes('welcome'))
  const random = seeded(7)
  for (let attempt = 0; attempt < 40; attempt++) {
    const socket = await stranger(port)
    const length = Math.floor(random() * 60)
    const body = Uint8Array.from({ length }, () => Math.floor(random() * 256))
    socket.write(Uint8Array.of(0, 0, length, ...body))
    socket.end(body)
  }
  const greedy = await stranger(port)
  greedy.write(Uint8Array.of(0xff, 0xff, 0xff))
  await eventually('an announcement of 16 MB is not waited for', () => greedy.destroyed)
  await device.sample()
  await relay.report(() => {})
  await eventually('served', () => centre.rows('D1').length === 1)
})

test('a stranger may not send as much as a report, nor have more than an entry forwarded', async () => {
  const centre = await startRelayCentre()
  const sent: string[] = []
  const { port } = await startRelay(centre, {
    wire: {
      up: (payload) => sent.push(...decodeUpBatch(payload).parts.map(({ kind }) => kind)),
      down: () => {},
    },
  })
  const socket = await stranger(port)
  socket.write(encodeLan({ kind: 'frame', named: false, sealed: new Uint8Array(40) }))
  socket.write(encodeLan({ kind: 'enter', device: deviceId('X'), random: new Uint8Array(8) }))
  socket.write(encodeLan({ kind: 'frame', named: false, sealed: new Uint8Array(40) }))
  await eventually('the entry', () => sent.length > 0)
  socket.write(encodeLan({ kind: 'frame', named: false, sealed: new Uint8Array(400) }))
  await eventually('closed', () => socket.destroyed)
  expect(sent).toEqual(['enter'])
})

test('whom the centre answered may say a hello, and no more before the centre has opened it', async () => {
  const centre = await startRelayCentre()
  const sent: string[] = []
  let answered = false
  const { port } = await startRelay(centre, {
    wire: {
      up: (payload, pass) => {
        sent.push(...decodeUpBatch(payload).parts.map(({ kind }) => kind))
        pass(payload)
      },
      // The line is slow: the refusal of what does not open is still on its way.
      down: (payload, pass) => {
        if (answered) return
        answered = true
        pass(payload)
      },
    },
    limits: { graceMs: 10_000 },
  })
  const socket = await stranger(port)
  const heard: Buffer[] = []
  socket.on('data', (chunk) => heard.push(chunk))
  socket.write(encodeLan({ kind: 'enter', device: deviceId('X'), random: new Uint8Array(8) }))
  // The line's state is 4 bytes, the answer 20.
  await eventually('the answer', () => Buffer.concat(heard).length >= 24)
  const hello = encodeLan({ kind: 'frame', named: true, sealed: new Uint8Array(MAX_STRANGER_BYTES - 1) })
  socket.write(Buffer.concat([hello, hello, hello]))
  await eventually('the first hello', () => sent.includes('frame'))
  socket.write(encodeLan({ kind: 'frame', named: false, sealed: new Uint8Array(400) }))
  await eventually('closed', () => socket.destroyed)
  expect(sent).toEqual(['enter', 'frame'])
})

test('the largest hello is taken from who was not accepted yet', () => {
  const most = Number.MAX_SAFE_INTEGER
  const [sampleSeconds, reportSeconds, keepaliveSeconds] = [MAX_SECONDS, MAX_SECONDS, MAX_SECONDS]
  const pace = { settings: most, sampleSeconds, reportSeconds, keepaliveSeconds, step: 15 }
  const hello = sampleHello({ epoch: most, boot: most, uptimeSeconds: most, rows: most, pace })
  const frame = new SealSession(sealKeys(new Uint8Array(32), new Uint8Array(8), new Uint8Array(8))).hello(
    hello,
    0,
  )
  const cutter = new LanCutter(MAX_STRANGER_BYTES)
  expect([...cutter.push(encodeLan(frame))]).toHaveLength(1)
})

test('the alias of an entry that was given up is not given to the next before the centre has heard of it', async () => {
  const centre = await startRelayCentre()
  const sent: UpPart[] = []
  const { port } = await startRelay(centre, {
    wire: { up: (payload) => sent.push(...decodeUpBatch(payload).parts), down: () => {} },
  })
  const enter = async (device: string): Promise<Socket> => {
    const before = sent.length
    const socket = await stranger(port)
    socket.write(encodeLan({ kind: 'enter', device: deviceId(device), random: new Uint8Array(8) }))
    await eventually('the entry', () => sent.length > before)
    return socket
  }
  const first = await enter('X')
  first.destroy()
  await once(first, 'close')
  await eventually('the centre heard of its end', () => sent.some(({ kind }) => kind === 'silent'))
  await enter('Y')
  expect(sent.map(({ kind, alias }) => [kind, alias])).toEqual([
    ['enter', 1],
    ['silent', 1],
    ['enter', 1],
  ])
})

test('one address has four silent connections at most; a device at another finds room', async () => {
  const centre = await startRelayCentre()
  const { port } = await startRelay(centre)
  const sockets = await Promise.all([1, 2, 3, 4, 5, 6].map(() => stranger(port)))
  await eventually('two are closed', () => sockets.filter(({ destroyed }) => destroyed).length === 2)
  const other = connect({ port, host: '127.0.0.1', localAddress: '127.0.0.2' })
  onTestFinished(() => void other.destroy())
  const [word] = await once(other, 'data')
  expect(word).toHaveLength(4)
})

test('devices that this very machine speaks for all find room while the line is down', async () => {
  const centre = await startRelayCentre()
  const { relay, port } = await startRelay(centre)
  relay.serveOwn()
  const sockets = await Promise.all([1, 2, 3, 4, 5, 6].map(() => stranger(port)))
  await Promise.all(sockets.map((socket) => once(socket, 'data')))
  expect(sockets.some(({ destroyed }) => destroyed)).toBe(false)
})

test('no more connections than the limit are held', async () => {
  const centre = await startRelayCentre()
  const { port } = await startRelay(centre, { limits: { maxConnections: 3 } })
  const sockets = await Promise.all([1, 2, 3, 4].map(() => stranger(port)))
  await eventually('one is closed', () => sockets.filter(({ destroyed }) => destroyed).length === 1)
})

test('handshakes that come to nothing run out; those that do cost nothing', () => {
  const handshakes = new Handshakes(0)
  const beginAll = (nowMs: number): number => {
    let begun = 0
    while (handshakes.begin(nowMs)) begun++
    return begun
  }
  expect(beginAll(0)).toBe(MAX_ALIAS)
  expect(beginAll(299_999)).toBe(0)
  expect(beginAll(86_400_000)).toBeLessThanOrEqual(MAX_ALIAS)
  handshakes.succeeded()
  expect(beginAll(86_400_000)).toBe(1)
})

test('a relay that lets nothing through is left when the centre, asked, does not answer', async () => {
  const centre = await startRelayCentre()
  let deaf = false
  const { relay, port } = await startRelay(centre, {
    wire: { up: (payload, pass) => pass(payload), down: (payload, pass) => !deaf && pass(payload) },
  })
  const limits = { aliveMs: 20, askAfterMs: 60, askedMs: 60 }
  const device = await startNeighbour('D1', port, { limits })
  await eventually('welcome', () => device.told.includes('welcome'))
  deaf = true
  await device.sample()
  await relay.report(() => {})
  await eventually('left', () => device.told.includes('acknowledgement: expected one when asked, got none'))
  expect(device.journal.pending()).toHaveLength(1)
})
