import { expect, test } from 'vitest'
import { type Cause, causeOf } from '../../../agent/link/cause.ts'

const withCode = (code: unknown): Error => Object.assign(new Error('said so'), { code })

test.each<[string | number, Cause, string]>([
  ['ETIMEDOUT', 'line', 'no answer to SYN'],
  ['EHOSTUNREACH', 'line', 'a router knows no way'],
  ['ENETUNREACH', 'line', 'the modem is off'],
  ['EAI_AGAIN', 'line', 'nobody tells the address'],
  ['ECONNREFUSED', 'centre', 'the machine is there, the program is not'],
  ['ECONNRESET', 'centre', 'the program went away'],
  ['EPIPE', 'centre', 'the program closed'],
  [3, 'centre', 'CONNACK: server unavailable'],
  [130, 'centre', 'mqtt.js met what is no MQTT'],
  ['ERR_STREAM_DESTROYED', 'centre', 'a fault on this side must not race'],
  [2, 'key', 'CONNACK: identifier rejected'],
  [5, 'key', 'CONNACK: not authorized'],
  ['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', 'key', 'an unknown identity'],
  ['ERR_SSL_SSLV3_ALERT_ILLEGAL_PARAMETER', 'key', 'a wrong key'],
  ['EPROTO', 'key', 'a wrong key, told while CONNECT was being written'],
])('%s is the %s: %s', (code, cause) => {
  expect(causeOf(withCode(code))).toBe(cause)
})

test('what says nothing is the centre, which is met with patience', () => {
  expect(causeOf(null)).toBe('centre')
  expect(causeOf(new Error('connection lost'))).toBe('centre')
})
