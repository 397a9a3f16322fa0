import { expect, test } from 'vitest'
import { NoAnswer } from '../../../agent/probe/probe.ts'
import type { TcpStep } from '../../../agent/probe/profile.ts'
import { createTcpStep } from '../../../agent/probe/tcp.ts'
import { eventually } from '../../support/eventually.ts'
import { closedPort, deafPort, tcpDevice } from '../../support/test-device.ts'

const STEP: TcpStep = {
  ...{ kind: 'tcp', port: 0, traits: {} },
  readings: { volume_percent: { match: '^VOL=(\\d+)' } },
}

function ask(step: Partial<TcpStep>, ms = 3000) {
  return createTcpStep({ ...STEP, ...step }, { address: '127.0.0.1' }).look(AbortSignal.timeout(ms))
}

test('says its line and reads until the answer matches, in whatever pieces it comes', async () => {
  const device = await tcpDevice((socket) => {
    socket.setNoDelay()
    socket.on('data', (asked) => {
      if (asked.toString() !== 'STATUS\r\n') socket.end('ERR\r\n')
      const pieces = ['HELLO\r\nVO', 'L=7', '5\r\nO', 'K\r\n']
      const next = (): void => {
        const piece = pieces.shift()
        if (piece !== undefined) socket.write(piece, () => setImmediate(next))
      }
      next()
    })
  })
  const { values, faults } = await ask({ port: device.port, send: 'STATUS\r\n', until: '^OK' })
  expect(values).toEqual({ volume_percent: 75, probe_rtt_ms: expect.any(Number) })
  expect(faults).toEqual([])
  await eventually('the connection is gone', () => device.sockets() === 0)
})

test('without until the answer is what comes before the end, or before a second of silence', async () => {
  const ending = await tcpDevice((socket) => socket.end('VOL=40\r\n'))
  expect((await ask({ port: ending.port })).values.volume_percent).toBe(40)
  const staying = await tcpDevice((socket) => socket.write('VOL=41\r\n'))
  expect((await ask({ port: staying.port })).values.volume_percent).toBe(41)
  await eventually('the connection is gone', () => staying.sockets() === 0)
})

test('a connection alone is enough where nothing is asked', async () => {
  const device = await tcpDevice(() => {})
  const { values } = await ask({ port: device.port, readings: {} }, 500)
  expect(Object.keys(values)).toEqual(['probe_rtt_ms'])
})

test.each<[string, string, Partial<TcpStep>, string]>([
  ['another answer', 'NO\r\n', { until: '^OK' }, 'expected an answer that matches "^OK", got "NO\\r\\n"'],
  ['nothing', '', { until: '^OK' }, 'expected an answer that matches "^OK", got ""'],
  ['an empty answer', '', {}, 'expected an answer, got the end of the connection'],
  ['a pattern without end', `${'a'.repeat(40)}b`, { until: '(a+)+$' }, 'match: expected an end within'],
])('%s is a fault and not absence', async (_name, answer, step, said) => {
  const device = await tcpDevice((socket) => socket.end(answer))
  const failed = await ask({ port: device.port, ...step }).catch((error: unknown) => error)
  expect(failed).not.toBeInstanceOf(NoAnswer)
  expect((failed as Error).message).toContain(said)
})

test('a flood is cut off at 64 KB and read as far as it came', async () => {
  const device = await tcpDevice((socket) => {
    const more = (): void => {
      while (socket.write('VOL=42\n'.repeat(1000)));
    }
    socket.on('drain', more)
    more()
  })
  expect((await ask({ port: device.port })).values.volume_percent).toBe(42)
  await expect(ask({ port: device.port, until: 'never' })).rejects.toThrow('expected an answer that matches')
})

test('taken and silent is a fault, refused is one too, without a connection there is no answer', async () => {
  const silent = await tcpDevice((socket) => void socket.resume())
  await expect(ask({ port: silent.port, until: 'OK' }, 200)).rejects.toThrow(
    'got a connection and nothing in time',
  )
  await expect(ask({ port: await closedPort() })).rejects.toThrow('got it refused: the device is there')
  await expect(ask({ port: await deafPort() }, 300)).rejects.toBeInstanceOf(NoAnswer)
})

test('a connection that is torn is a fault', async () => {
  const device = await tcpDevice((socket) => {
    socket.write('VOL', () => socket.resetAndDestroy())
  })
  const failed = await ask({ port: device.port, until: 'OK' }).catch((error: unknown) => error)
  expect(failed).toBeInstanceOf(Error)
  expect(failed).not.toBeInstanceOf(NoAnswer)
})
