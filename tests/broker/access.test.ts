import { expect, test } from 'vitest'
import { MAX_HELLO_BYTES, mayConnect, mayPublish, refuseSubscription } from '../../broker/access.ts'
import { encodeHello } from '../../protocol/hello.ts'
import { deviceId } from '../../protocol/ids.ts'
import { MAX_KEEPALIVE_SECONDS, UNSAID_KEEPALIVE_SECONDS } from '../../protocol/limits.ts'
import { sampleHello } from '../support/sample-hello.ts'

const D1 = deviceId('D1')
const good = { protocolVersion: 4 as const, clientId: 'D1', keepalive: 60 }

test('a device connects under its own id or none, with a short hello', () => {
  const password = Buffer.alloc(MAX_HELLO_BYTES)
  const welcome = { kind: 'welcome', keepaliveSeconds: 60, pace: null }
  expect(mayConnect(D1, { ...good, password })).toEqual({ ...welcome, hello: password })
  expect(mayConnect(D1, { ...good, clientId: '' })).toEqual({ ...welcome, hello: new Uint8Array() })
})

const { pace } = sampleHello()
const helloWith = (keepaliveSeconds: number) =>
  Buffer.from(encodeHello(sampleHello({ pace: { ...pace, keepaliveSeconds } })))

test.each([
  ['of CONNECT, where it says one', 90, helloWith(1200), 90],
  ['of the hello, where CONNECT says 0', 0, helloWith(1200), 1200],
  ['of the hello, up to 18 hours', 0, helloWith(100_000), MAX_KEEPALIVE_SECONDS],
  ['for who says none', 0, helloWith(0), UNSAID_KEEPALIVE_SECONDS],
  ['for a newer agent whose hello cannot be read', 0, Buffer.from([99, 1]), UNSAID_KEEPALIVE_SECONDS],
  ['of CONNECT beside such a hello', 60, Buffer.from([99, 1]), 60],
])('the keepalive %s', (_case, keepalive, password, keepaliveSeconds) => {
  expect(mayConnect(D1, { ...good, keepalive, password })).toMatchObject({
    kind: 'welcome',
    keepaliveSeconds,
  })
})

test.each([
  ['protocol', 5, { protocolVersion: 5 as const }],
  ['protocol', 5, { protocolVersion: 3 as const }],
  ['client-id', 2, { clientId: 'D2' }],
  ['client-id', 2, { clientId: 'd1' }],
  ['client-id', 2, { clientId: '__proto__' }],
  ['will', 5, { will: { topic: 'r', payload: '' } }],
  ['hello', 5, { password: Buffer.alloc(MAX_HELLO_BYTES + 1) }],
])('CONNECT is refused for its %s with CONNACK %i: %o', (code, returnCode, difference) => {
  const decision = mayConnect(D1, { ...good, ...difference })
  expect(decision).toMatchObject({ kind: 'refused', returnCode, refusal: { code } })
})

test('a device publishes reports and goodbyes, and nothing else', () => {
  const plain = { qos: 1 as const, retain: false }
  expect(mayPublish({ ...plain, topic: 'r' })).toEqual({ kind: 'allowed', topic: 'r' })
  expect(mayPublish({ ...plain, topic: 'g', qos: 0 })).toEqual({ kind: 'allowed', topic: 'g' })
  const code = (difference: object) => mayPublish({ ...plain, topic: 'r', ...difference })
  for (const topic of ['', 'R', 'r/', '/r', 'r\u0000', 'ｒ', '$SYS/x', 'hd/1/D2/json', 'constructor']) {
    expect(code({ topic })).toMatchObject({ refusal: { code: 'topic' } })
  }
  expect(code({ qos: 2 })).toMatchObject({ refusal: { code: 'qos' } })
  expect(code({ retain: true })).toMatchObject({ refusal: { code: 'retain' } })
})

test('there is nothing to subscribe to', () => {
  for (const topic of ['#', '+', 'r', 'g', '$SYS/#', '$share/g/r', 'D1', '']) {
    expect(refuseSubscription({ topic })).toMatchObject({ code: 'subscribe' })
  }
})

test('a refusal says what was expected and what came, and hands no control character to a terminal', () => {
  const decision = mayConnect(D1, { ...good, clientId: `\u001b[2J\u009b${'x'.repeat(100)}` })
  const detail = decision.kind === 'refused' ? decision.refusal.detail : ''
  expect(detail).toMatch(
    /^CONNECT: expected the client id D1 of the key, or none, got "\\u001b\[2J\\u009bx+"$/,
  )
  expect(detail.length).toBeLessThan(160)
})
