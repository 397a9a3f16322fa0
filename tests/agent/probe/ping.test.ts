import { execFileSync } from 'node:child_process'
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createPingStep } from '../../../agent/probe/ping.ts'
import { pingArguments, roundTripsIn } from '../../../agent/probe/ping-answer.ts'
import { NoAnswer } from '../../../agent/probe/probe.ts'
import { programMissing } from '../../support/program.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

// The shapes of iputils and busybox come from these programs in Debian 12, those of Windows from its documentation and
// the public output of localised versions (ping in Windows Commands, Microsoft Learn).
const WINDOWS_EN = `
Pinging 192.168.1.1 with 32 bytes of data:
Reply from 192.168.1.1: bytes=32 time=3ms TTL=64
Reply from 192.168.1.1: bytes=32 time<1ms TTL=64
Request timed out.

Ping statistics for 192.168.1.1:
    Packets: Sent = 3, Received = 2, Lost = 1 (33% loss),
Approximate round trip times in milli-seconds:
    Minimum = 0ms, Maximum = 3ms, Average = 1ms
`
const cyrillic = (text: string) =>
  // As code page 866 is read by one who takes it for Latin-1.
  [...text]
    .map((letter) => (letter > '\u007f' ? String.fromCharCode(0x80 + (letter.charCodeAt(0) % 0x60)) : letter))
    .join('')

test.each<[string, string, number[]]>([
  [
    'iputils',
    'PING 127.0.0.1 (127.0.0.1) 56(84) bytes of data.\n64 bytes from 127.0.0.1: icmp_seq=1 ttl=64 time=0.035 ms\n64 bytes from 127.0.0.1: icmp_seq=2 ttl=64 time=12.4 ms\n\n--- 127.0.0.1 ping statistics ---\n2 packets transmitted, 2 received, 0% packet loss, time 1001ms\nrtt min/avg/max/mdev = 0.035/6.217/12.400/6.182 ms\n',
    [0.035, 12.4],
  ],
  [
    'busybox',
    'PING 127.0.0.1 (127.0.0.1): 56 data bytes\n64 bytes from 127.0.0.1: seq=0 ttl=64 time=0.061 ms\n\n--- 127.0.0.1 ping statistics ---\n1 packets transmitted, 1 packets received, 0% packet loss\nround-trip min/avg/max = 0.061/0.061/0.061 ms\n',
    [0.061],
  ],
  ['Windows, English', WINDOWS_EN, [3, 0.5]],
  [
    'Windows, German',
    'Antwort von 10.0.0.1: Bytes=32 Zeit=7ms TTL=64\r\nAntwort von 10.0.0.1: Bytes=32 Zeit<1ms TTL=64\r\nAntwort von 10.0.0.5: Zielhost nicht erreichbar.\r\n    Minimum = 0ms, Maximum = 7ms, Mittelwert = 3ms\r\n',
    [7, 0.5],
  ],
  [
    'Windows, French',
    'R\x82ponse de 10.0.0.1\xff: octets=32 temps=12 ms TTL=63\r\n    Minimum = 12ms, Maximum = 12ms, Moyenne = 12ms\r\n',
    [12],
  ],
  ['Windows, Vietnamese', 'Tr? l?i t? 10.0.0.1: byte=32 th?i gian=4ms TTL=64\r\n', [4]],
  [
    'Windows, Russian in its own code page',
    `${cyrillic('Ответ от 10.0.0.1: число байт=32 время=12мс TTL=57')}\r\n${cyrillic('Минимальное = 12мсек, Максимальное = 12 мсек, Среднее = 12 мсек')}\r\n`,
    [12],
  ],
  [
    'Windows, Chinese',
    '\xc0\xb4\xd7\xd4 10.0.0.1 \xb5\xc4\xbb\xd8\xb8\xb4: \xd7\xd6\xbd\xda=32 \xca\xb1\xbc\xe4<1ms TTL=64\r\n',
    [0.5],
  ],
  ['Windows, IPv6', 'Reply from fe80::1%7: time=2ms\r\nReply from ::1: time<1ms\r\n', [2, 0.5]],
  ['iputils with a decimal comma', '64 bytes from 10.0.0.1: icmp_seq=1 ttl=64 time=0,35 ms\n', [0.35]],
  [
    'a duplicate',
    '64 bytes from 10.0.0.1: icmp_seq=1 ttl=64 time=0.3 ms\n64 bytes from 10.0.0.1: icmp_seq=1 ttl=64 time=0.9 ms (DUP!)\n',
    [0.3],
  ],
  [
    'nobody',
    'PING 10.0.0.9 (10.0.0.9) 56(84) bytes of data.\nFrom 10.0.0.2 icmp_seq=1 Destination Host Unreachable\n3 packets transmitted, 0 received, +3 errors, 100% packet loss, time 2038ms\npipe 3\n',
    [],
  ],
  ['nothing', '', []],
  ['nonsense', 'time= ms TTL=\n=ms\n<ms time=abc ms\ntime=1e9 ms\n'.repeat(50), []],
])('round trips as %s tells them', (_name, output, trips) => {
  expect(roundTripsIn(output)).toEqual(trips)
})

test('each system is asked in its own words', () => {
  expect(pingArguments('linux', '10.0.0.1', 3)).toEqual(['-c', '3', '-W', '1', '-w', '4', '10.0.0.1'])
  expect(pingArguments('win32', '10.0.0.1', 3)).toEqual(['-n', '3', '-w', '1000', '10.0.0.1'])
})

test.each(['-f', '--help', '', 'a b', '$(id)', '10.0.0.1;id', `${'a'.repeat(254)}`])(
  'what is no address reaches no command line: %j',
  (address) => {
    expect(() => createPingStep({ kind: 'ping' }, { address })).toThrow('ping: expected an address or a name')
  },
)

describe.skipIf(programMissing("the system's own ping", ['/usr/bin/ping'], 'iputils-ping'))(
  "the system's own ping",
  () => {
    test('the loopback address answers', async () => {
      const step = createPingStep({ kind: 'ping', count: 1 }, { address: '127.0.0.1' })
      const { values, faults } = await step.look(AbortSignal.timeout(5000))
      expect(values).toEqual({ probe_rtt_ms: expect.any(Number), probe_loss_percent: 0 })
      expect(values.probe_rtt_ms).toBeLessThan(100)
      expect(faults).toEqual([])
    })

    test('a name that leads nowhere has no answer', async () => {
      const step = createPingStep({ kind: 'ping', count: 1 }, { address: 'loa.invalid' })
      await expect(step.look(AbortSignal.timeout(10_000))).rejects.toBeInstanceOf(NoAnswer)
    })
  },
)

test.skipIf(programMissing("busybox's ping", ['/usr/bin/busybox'], 'busybox'))(
  "busybox's ping, as on OpenWrt",
  () => {
    const output = execFileSync('busybox', ['ping', ...pingArguments('linux', '127.0.0.1', 2)], {
      encoding: 'latin1',
    })
    expect(roundTripsIn(output)).toHaveLength(2)
  },
)

/** A program that stands in the place of ping, to say what no system here says. */
function sayer(script: string): string {
  const path = join(temporaryFolder(), 'ping')
  writeFileSync(path, `#!/bin/sh\n${script}\n`)
  chmodSync(path, 0o755)
  return path
}

test.each([
  ['is missing', null],
  ['may not send', 'echo "ping: socket: Operation not permitted" >&2; exit 2'],
  ['may not send, as busybox says it', 'echo "ping: permission denied (are you root?)" >&2; exit 1'],
  ['does not know its switches', 'echo "usage: ping [-c n]" >&2; exit 64'],
])('where ping %s TCP is tried, and that is told', async (_name, script) => {
  const program = script === null ? join(temporaryFolder(), 'ping') : sayer(script)
  const step = createPingStep({ kind: 'ping' }, { address: '127.0.0.1' }, program)
  const { values, faults } = await step.look(AbortSignal.timeout(5000))
  expect(values).toEqual({ probe_rtt_ms: expect.any(Number) })
  expect(faults).toEqual([expect.stringContaining("expected the system's ping to work, got ")])
})

test('one that answers two of three: the loss is told, and the shortest round trip', async () => {
  const program = sayer('echo "x: time=9 ms"; echo "x: time=4 ms"; exit 0')
  const step = createPingStep({ kind: 'ping', count: 3 }, { address: '127.0.0.1' }, program)
  const { values } = await step.look(AbortSignal.timeout(5000))
  expect(values.probe_rtt_ms).toBe(4)
  expect(values.probe_loss_percent).toBeCloseTo(33.3, 1)
})

test('silence of all is no answer; one that hangs or floods is ended', async () => {
  const silent = createPingStep(
    { kind: 'ping' },
    { address: '127.0.0.1' },
    sayer('echo "3 sent, 0 received"; exit 1'),
  )
  await expect(silent.look(AbortSignal.timeout(5000))).rejects.toBeInstanceOf(NoAnswer)
  const hanging = createPingStep({ kind: 'ping' }, { address: '127.0.0.1' }, sayer('exec sleep 30'))
  const started = performance.now()
  await expect(hanging.look(AbortSignal.timeout(300))).rejects.toBeInstanceOf(NoAnswer)
  expect(performance.now() - started).toBeLessThan(3000)
  const flooding = createPingStep(
    { kind: 'ping' },
    { address: '127.0.0.1' },
    sayer('exec yes xxxxxxxxxxxxxxxx'),
  )
  const found = await flooding.look(AbortSignal.timeout(5000))
  expect(found.faults).toEqual([expect.stringContaining('MAXBUFFER')])
})
