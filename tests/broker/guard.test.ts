import { Duplex } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { WireGuard } from '../../broker/guard.ts'
import type { Refusal } from '../../broker/refusals.ts'
import { connect, PINGREQ, publish } from '../support/mqtt-bytes.ts'

/** A socket whose other end is the test: it says when bytes come, and when a write is through. */
class SlowSocket extends Duplex {
  readonly written: { bytes: Buffer; through: () => void }[] = []

  override _read(): void {}

  override _write(bytes: Buffer, _encoding: BufferEncoding, through: () => void): void {
    this.written.push({ bytes, through })
  }
}

function guarded() {
  const socket = new SlowSocket()
  const refusals: Refusal[] = []
  const guard = new WireGuard(socket, {
    maxKeptPackets: 42,
    onHeard: () => {},
    onRefused: (refusal) => refusals.push(refusal),
  })
  return { socket, guard, refusals }
}

test('inward: what nobody reads stops the socket, and reading sets it going again', async () => {
  const { socket, guard } = guarded()
  socket.push(connect())
  await turn()
  guard.admit()
  guard.open()
  const report = publish('r', Buffer.alloc(20_000))
  for (let at = 0; at < 10; at++) {
    socket.push(report)
    await turn()
  }
  expect(socket.isPaused()).toBe(true)
  expect(guard.readableLength).toBeLessThanOrEqual(connect().length + 2 * report.length)

  let readBytes = 0
  guard.on('data', (chunk: Buffer) => {
    readBytes += chunk.length
  })
  for (let at = 0; at < 20; at++) await turn()
  expect(readBytes).toBe(connect().length + 10 * report.length)
})

test('outward: the pieces of a packet go as one write, and the next waits until it is through', async () => {
  const { socket, guard } = guarded()
  await turn()
  guard.cork()
  for (const piece of ['40', '02', '0001']) guard.write(Buffer.from(piece, 'hex'))
  guard.uncork()
  expect(guard.write(Buffer.alloc(20_000))).toBe(false)
  await turn()
  expect(guard.writableLength).toBe(4 + 20_000)
  expect(socket.written.map(({ bytes }) => bytes.toString('hex'))).toEqual(['40020001'])
  socket.written[0]!.through()
  await turn()
  expect(socket.written.length).toBe(2)
  expect(guard.writableLength).toBe(20_000)
})

test('both ends go together, whichever goes first', async () => {
  const inner = guarded()
  await turn()
  inner.guard.destroy()
  await turn()
  expect(inner.socket.destroyed).toBe(true)

  const outer = guarded()
  await turn()
  outer.socket.destroy()
  await turn()
  expect(outer.guard.destroyed).toBe(true)
})

test('a refusal is told once and ends both, and nothing of it is handed on', async () => {
  const { socket, guard, refusals } = guarded()
  socket.push(Buffer.concat([PINGREQ, connect()]))
  socket.push(PINGREQ)
  await turn()
  expect(refusals.map(({ code }) => code)).toEqual(['first-packet'])
  expect(guard.readableLength).toBe(0)
  expect([guard.destroyed, socket.destroyed]).toEqual([true, true])
})
