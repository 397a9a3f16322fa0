import type { lookup as askSystem } from 'node:dns'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { rememberingLookup } from '../../agent/lookup.ts'

test('a name is asked for once an hour, and found again where nobody answers', async () => {
  const server = createServer((socket) => socket.destroy())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo

  let [nowMs, asked, answers] = [0, 0, true]
  const ask = ((_host: string, _options: object, done: (error: Error | null, found: object[]) => void) =>
    answers ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(new Error('EAI_AGAIN'), [])) as unknown
  const { lookup, family } = rememberingLookup({
    nowMs: () => nowMs,
    onAsked: () => asked++,
    ask: ask as typeof askSystem,
  })
  const reach = async () => {
    const socket = connect({ host: 'centre.example', port, lookup })
    try {
      await once(socket, 'connect')
    } finally {
      socket.destroy()
    }
  }
  expect(family()).toBe(null)
  await reach()
  nowMs = 3599_000
  await reach()
  expect([asked, family()]).toEqual([1, 4])
  nowMs = 3601_000
  answers = false
  await reach()
  expect(asked, 'asked again, and went by what was known').toBe(2)

  const unknown = rememberingLookup({
    nowMs: () => nowMs,
    onAsked: () => asked++,
    ask: ask as typeof askSystem,
  })
  const socket = connect({ host: 'centre.example', port, lookup: unknown.lookup })
  await expect(once(socket, 'connect')).rejects.toThrow('EAI_AGAIN')
})
