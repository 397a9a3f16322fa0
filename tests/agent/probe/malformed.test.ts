import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { stateNumber } from '#protocol/metrics.ts'
import { type Finding, NoAnswer } from '../../../agent/probe/probe.ts'
import { createProbe } from '../../../agent/probe/probe-of.ts'
import type { Profile, Step } from '../../../agent/probe/profile.ts'
import { builtInProfile } from '../../../agent/probe/profiles.ts'
import { tcpDevice } from '../../support/test-device.ts'

/** What a fault has to say: what was expected, and what came or is there in its place. */
const CLEAR = /expected .+, (got|but) .+/s

/** One look at a device that says `bytes` to whoever connects, over a real connection. */
async function lookAt(profile: Profile, bytes: Uint8Array | string, ending: 'end' | 'stay' = 'end') {
  const device = await tcpDevice((socket) => {
    socket.once('data', () => {
      if (ending === 'end') socket.end(bytes)
      else socket.write(bytes)
    })
  })
  const steps = profile.steps.map((step) => ({ ...step, port: device.port }) as Step)
  const papers = { address: '127.0.0.1', user: 'giamsat', password: 'x' }
  const probe = createProbe({ ...profile, steps }, papers)
  return probe.look(AbortSignal.timeout(ending === 'end' ? 5000 : 300))
}

/** Whatever came: nothing was thrown but a clear absence, each fault is clear, each value is a number. */
function expectSound(finding: Finding): void {
  for (const fault of finding.faults) expect(fault).toMatch(CLEAR)
  for (const value of Object.values(finding.values)) expect(value).toSatisfy(Number.isFinite)
  for (const text of Object.values(finding.traits)) expect(text).toBeTypeOf('string')
}

const SPEAKER = builtInProfile('cum-loa-http')
const GOOD = {
  device: { model: 'M1', serial: 'S1', firmware: '1.2', uptime: 86_400 },
  power: { source: 'ac', millivolts: 12_600, battery: 87 },
  modem: { sim: 'ready', network: 'LTE', rsrp: -97, rsrq: -11, sinr: 8.5, cell: 27_447_042 },
  amplifier: { state: 'ok', watts: 42 },
  player: { state: 'playing', volume: 70 },
  schedule: { due: 6, played: 4 },
}
const ok = (body: string, headers = '') =>
  `HTTP/1.1 200 OK\r\n${headers}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`

test('the device that all others of this file are bad copies of is read without a fault', async () => {
  const finding = await lookAt(SPEAKER, ok(JSON.stringify(GOOD)))
  expect(finding.faults).toEqual([])
  expect(Object.keys(finding.values)).toHaveLength(17)
})

describe('answers that are no HTTP or no page', () => {
  test.each<[string, Uint8Array | string, string]>([
    ['the end', '', 'socket hang up'],
    ['a greeting', 'SSH-2.0-OpenSSH_9.2\r\n', 'expected an answer, got'],
    ['a name only', 'HTTP/1.1', 'expected an answer, got'],
    ['half a status line', 'HTTP/1.1 200', 'expected an answer, got'],
    ['no end of the headers', 'HTTP/1.1 200 OK\r\nServer: x\r\n', 'expected an answer, got'],
    ['a status of two digits', 'HTTP/1.1 99 X\r\n\r\n', 'expected'],
    ['a status of four digits', 'HTTP/1.1 2000 OK\r\n\r\n', 'expected an answer, got'],
    ['a status in words', 'HTTP/1.1 OK 200\r\n\r\n', 'expected an answer, got'],
    ['HTTP of the future', 'HTTP/9.9 200 OK\r\n\r\n{}', 'expected'],
    ['a radio', 'ICY 200 OK\r\n\r\n', 'expected an answer, got'],
    ['a page without any header', '<html>0.9</html>', 'expected an answer, got'],
    ['zero bytes', Buffer.alloc(2000), 'expected an answer, got'],
    [
      'bytes of no meaning',
      Buffer.from(Array.from({ length: 500 }, (_, at) => (at * 73) % 256)),
      'expected an answer, got',
    ],
    ['TLS', Buffer.from('16030100050100000100', 'hex'), 'expected an answer, got'],
    [
      'a length that is never reached',
      'HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"a":',
      'expected an answer, got',
    ],
    ['a length below zero', 'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n{}', 'expected an answer, got'],
    ['a length in words', 'HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n{}', 'expected an answer, got'],
    [
      'an endless length',
      'HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\n{}',
      'expected an answer, got',
    ],
    [
      'chunks without a length',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}',
      'expected an answer, got',
    ],
    [
      'a chunk that is cut off',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n50\r\n{}',
      'expected an answer, got',
    ],
    [
      'a megabyte of headers',
      `HTTP/1.1 200 OK\r\n${'X-A: b\r\n'.repeat(130_000)}\r\n`,
      'expected an answer, got',
    ],
    ['a packed page', ok('{}', 'Content-Encoding: gzip\r\n'), 'content-encoding: expected none, got "gzip"'],
    ['more than 64 KB', ok(`"${'x'.repeat(70_000)}"`), 'more than 65536 bytes'],
    ['nothing', 'HTTP/1.1 204 No Content\r\n\r\n', 'expected JSON, got ""'],
    ['not modified', 'HTTP/1.1 304 Not Modified\r\n\r\n', 'expected status 200, got 304'],
    [
      'a redirect without a place',
      'HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n',
      'expected status 200, got 302',
    ],
    [
      'a redirect to elsewhere',
      'HTTP/1.1 302 Found\r\nLocation: http://example.com/\r\nContent-Length: 0\r\n\r\n',
      'got a redirect to http://example.com/',
    ],
    [
      'a redirect to no address',
      'HTTP/1.1 302 Found\r\nLocation: http://[\r\nContent-Length: 0\r\n\r\n',
      'expected an address behind status 302',
    ],
    [
      'a redirect to a file',
      'HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n',
      'which is not followed',
    ],
    [
      'another user',
      'HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n',
      'got 401: the user or the password of the papers is not accepted',
    ],
    [
      'no right to see it',
      'HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n',
      'got 403: the user of the papers may not see it',
    ],
    ['another page', 'HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n', 'got 404: the device has no such page'],
    ['its own fault', 'HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n', 'expected status 200, got 500'],
    ['too busy', 'HTTP/1.1 503 Busy\r\n\r\n<html>', 'expected status 200, got 503'],
    ['a page for people', ok('<!DOCTYPE html><html>'), 'expected JSON, got "<!DOCTYPE html><html>"'],
    ['half a page', ok('{"device":{"model":"M1"'), 'expected JSON, got "{'],
    ['a comma too many', ok('{"a":1,}'), 'expected JSON, got'],
    ['Python’s words', ok("{'a': True}"), 'expected JSON, got'],
    ['NaN as a word', ok('{"power":{"millivolts":NaN}}'), 'expected JSON, got'],
    ['two documents', ok('{}{}'), 'expected JSON, got "{}{}"'],
    ['UTF-16 that is not told', ok(Buffer.from('{}', 'utf16le').toString('latin1')), 'expected JSON, got'],
    ['ten thousand lists', ok(`${'['.repeat(10_000)}${']'.repeat(10_000)}`), 'the answer has a list of 1'],
    [
      'an empty document',
      ok('{}'),
      'volume_percent: expected a value at player.volume, but the answer has no fields',
    ],
    ['a list', ok('[]'), 'but the answer has a list of 0'],
    ['null', ok('null'), 'but the answer has null'],
    ['a text', ok('"device"'), 'but the answer has "device"'],
    ['a number', ok('42'), 'but the answer has 42'],
    ['other fields', ok('{"status":"ok"}'), 'but the answer has status'],
    ['fields that are none', ok('{"player":null,"device":7,"power":"ac"}'), 'but player has null'],
    [
      'names that every object has',
      ok('{"constructor":{},"__proto__":{"player":{"volume":1}}}'),
      'but the answer has constructor, __proto__',
    ],
  ])('%s', async (_name, bytes, said) => {
    const finding = await lookAt(SPEAKER, bytes)
    expectSound(finding)
    expect(finding.faults.join('\n')).toContain(said)
    expect(Object.keys(finding.values).filter((name) => name !== 'probe_rtt_ms')).toEqual([])
  })
})

describe('answers that are odd and can be read', () => {
  const body = JSON.stringify(GOOD)
  test.each<[string, Uint8Array | string]>([
    ['bare line feeds', `HTTP/1.1 200 OK\nContent-Length: ${body.length}\n\n${body}`],
    ['HTTP 1.0 until the end', `HTTP/1.0 200 OK\r\n\r\n${body}`],
    ['no word behind the status', `HTTP/1.1 200\r\nContent-Length: ${body.length}\r\n\r\n${body}`],
    ['a first answer that only says go on', `HTTP/1.1 100 Continue\r\n\r\n${ok(body)}`],
    [
      'chunks',
      `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
    ],
    ['a mark of the byte order', ok(`\uFEFF${body}`)],
    ['a charset that nobody knows', ok(body, 'Content-Type: application/json; charset=klingon\r\n')],
    ['bytes outside of ASCII in a header', ok(body, 'Server: Loa x\xe3\r\n')],
    ['blanks around', ok(`\r\n  ${body}\r\n`)],
    [
      'a status of success that is none of the usual',
      `HTTP/1.1 206 Part\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    ],
  ])('%s', async (_name, bytes) => {
    const finding = await lookAt(SPEAKER, bytes)
    expect(finding.faults).toEqual([])
    expect(finding.values.volume_percent).toBe(70)
  })
})

describe('one field that is wrong costs only its own metric', () => {
  const WRONG: [string, unknown][] = [
    ['a word', 'abc'],
    ['an object', { value: 1 }],
    ['a list', [1]],
    ['an infinite number', '1e999'],
    ['a time', '12:30:05'],
  ]
  const FIELDS: [metric: keyof Finding['values'], section: keyof typeof GOOD, field: string][] = [
    ['uptime_seconds', 'device', 'uptime'],
    ['supply_volts', 'power', 'millivolts'],
    ['battery_percent', 'power', 'battery'],
    ['sim_state', 'modem', 'sim'],
    ['rsrp_dbm', 'modem', 'rsrp'],
    ['rsrq_db', 'modem', 'rsrq'],
    ['sinr_db', 'modem', 'sinr'],
    ['cell_id', 'modem', 'cell'],
    ['amplifier_state', 'amplifier', 'state'],
    ['amplifier_watts', 'amplifier', 'watts'],
    ['playback_state', 'player', 'state'],
    ['volume_percent', 'player', 'volume'],
    ['scheduled_today', 'schedule', 'due'],
    ['played_today', 'schedule', 'played'],
  ]
  const cases = FIELDS.flatMap((field) => WRONG.map((wrong) => [...field, ...wrong] as const))
  test.each(cases)('%s: %s.%s is %s', async (metric, section, field, _name, value) => {
    const bad = { ...GOOD, [section]: { ...GOOD[section], [field]: value } }
    const finding = await lookAt(SPEAKER, ok(JSON.stringify(bad)))
    expectSound(finding)
    // A word that is not among a SIM's stands for one that nobody knows.
    if (metric === 'sim_state' && typeof value === 'string') {
      expect(finding.values.sim_state).toBe(stateNumber('sim_state', 'unknown'))
      return
    }
    expect(finding.faults).toHaveLength(1)
    expect(finding.faults[0]).toContain(`/api/status: ${metric}: expected`)
    expect(finding.values[metric]).toBeUndefined()
    expect(Object.keys(finding.values)).toHaveLength(16)
  })

  test.each(FIELDS)('%s: %s.%s is null, which is no fault', async (metric, section, field) => {
    const bad = { ...GOOD, [section]: { ...GOOD[section], [field]: null } }
    const finding = await lookAt(SPEAKER, ok(JSON.stringify(bad)))
    expect(finding.faults).toEqual([])
    expect(finding.values[metric]).toBeUndefined()
  })
})

test('whatever bytes come by HTTP: a clear fault or a sound finding', async () => {
  const prefixes = [
    '',
    'HTTP/1.1 200 OK\r\n',
    'HTTP/1.1 200 OK\r\n\r\n',
    'HTTP/1.1 401 No\r\nWWW-Authenticate: ',
  ]
  const profile = { ...SPEAKER, steps: SPEAKER.steps.map((step) => ({ ...step, auth: 'digest' }) as Step) }
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...prefixes),
      fc.uint8Array({ maxLength: 300 }),
      async (prefix, bytes) => {
        expectSound(await lookAt(profile, Buffer.concat([Buffer.from(prefix), bytes])))
      },
    ),
    { numRuns: 150 },
  )
})

test('whatever JSON comes: a clear fault or a sound finding', async () => {
  const section = fc.dictionary(
    fc.constantFrom('model', 'source', 'battery', 'sim', 'rsrp', 'state', 'volume', 'due'),
    fc.jsonValue(),
  )
  const document = fc.dictionary(
    fc.constantFrom('device', 'power', 'modem', 'amplifier', 'player', 'schedule'),
    section,
  )
  await fc.assert(
    fc.asyncProperty(fc.oneof(document, fc.jsonValue()), async (json) => {
      expectSound(await lookAt(SPEAKER, ok(JSON.stringify(json))))
    }),
    { numRuns: 150 },
  )
})

test('whatever bytes come by TCP: a clear fault or a sound finding', async () => {
  const step: Step = {
    ...{ kind: 'tcp', port: 0, send: '?\n', until: 'END|(x+x+)+y' },
    readings: {
      volume_percent: { match: 'VOL=(.*)' },
      playback_state: { match: 'P=(\\w*)', states: { on: 'playing' } },
    },
    traits: { model: { match: 'M=(.*)' } },
  }
  const profile = { ...SPEAKER, steps: [step] }
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc
      .constantFrom('VOL=', 'P=', 'M=', 'END', '\r\n', '%', '42', 'x'.repeat(40))
      .map((text) => Buffer.from(text)),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 12 }), async (pieces) => {
      expectSound(await lookAt(profile, Buffer.concat(pieces)))
    }),
    { numRuns: 150 },
  )
})

test.each(['HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{', 'HTTP/1.1 200 OK\r\nX', ''])(
  'an answer that stops in the middle and stays is a fault, not absence: %j',
  async (bytes) => {
    const found = await lookAt(SPEAKER, bytes, 'stay').catch((error: unknown) => error)
    expect(found).not.toBeInstanceOf(NoAnswer)
    expect((found as Finding).faults).toEqual([
      expect.stringContaining('got a connection and nothing in time'),
    ])
  },
)
