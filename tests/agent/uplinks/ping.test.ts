import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { parsePing, ping, pingBytes } from '../../../agent/uplinks/ping.ts'

/** Each as the program printed it here: iputils 20221126, BusyBox 1.35. */
test.each([
  [
    'iputils',
    `PING 127.0.0.1 (127.0.0.1) 16(44) bytes of data.

--- 127.0.0.1 ping statistics ---
2 packets transmitted, 2 received, 0% packet loss, time 207ms
rtt min/avg/max/mdev = 0.022/0.034/0.046/0.012 ms
`,
    { sent: 2, received: 2, rttMs: 0.034 },
  ],
  [
    'BusyBox',
    `PING 127.0.0.1 (127.0.0.1): 16 data bytes

--- 127.0.0.1 ping statistics ---
2 packets transmitted, 2 packets received, 0% packet loss
round-trip min/avg/max = 0.059/0.065/0.071 ms
`,
    { sent: 2, received: 2, rttMs: 0.065 },
  ],
  [
    'nothing came back, iputils',
    `PING 10.99.99.99 (10.99.99.99) from 192.0.2.2 eth0: 56(84) bytes of data.

--- 10.99.99.99 ping statistics ---
1 packets transmitted, 0 received, +1 errors, 100% packet loss, time 0ms

`,
    { sent: 1, received: 0, rttMs: null },
  ],
  [
    'nothing came back, BusyBox',
    `PING 10.99.99.99 (10.99.99.99): 56 data bytes

--- 10.99.99.99 ping statistics ---
1 packets transmitted, 0 packets received, 100% packet loss
`,
    { sent: 1, received: 0, rttMs: null },
  ],
  [
    'one twice',
    '3 packets transmitted, 3 received, +1 duplicates, 0% packet loss\nrtt min/avg/max/mdev = 1/2/3/4 ms',
    { sent: 3, received: 3, rttMs: 2 },
  ],
  ['an error', 'ping: SO_BINDTODEVICE nope0: No such device', null],
  ['nothing', '', null],
  [
    'more answers than questions',
    '1 packets transmitted, 2 received, 0% packet loss\nrtt min/avg/max = 1/1/1 ms',
    null,
  ],
  ['answers without a time', '2 packets transmitted, 2 received, 0% packet loss', null],
  ['none sent', '0 packets transmitted, 0 received, 0% packet loss', null],
])('what ping says: %s', (_name, text, expected) => {
  expect(parsePing(text)).toEqual(expected)
})

test('what a ping costs on the line', () => {
  expect(pingBytes('10.0.0.1')).toBe(44)
  expect(pingBytes('2001:db8::1')).toBe(64)
})

const hasPing = !spawnSync('ping', ['-V']).error
if (!hasPing) process.stderr.write('skipped: pings need ping (apt-get install iputils-ping)\n')

test.runIf(process.platform === 'linux' && hasPing)('this machine, pinged for real', async () => {
  const { signal } = new AbortController()
  const answer = await ping({ interface: 'lo', address: '127.0.0.1', count: 1 }, signal)
  expect(answer).toMatchObject({ sent: 1, received: 1 })
  expect(answer.rttMs).toBeLessThan(1000)
  await expect(ping({ interface: 'nope0', address: '127.0.0.1', count: 1 }, signal)).rejects.toThrow(
    'ping through nope0: expected a count of packets, got ping:',
  )
})

test.runIf(process.platform === 'linux' && hasPing)('a ping that is no longer wanted is ended', async () => {
  const stop = new AbortController()
  const asked = ping({ interface: 'lo', address: '127.0.0.1', count: 1000 }, stop.signal)
  stop.abort()
  await expect(asked).rejects.toThrow('ping through lo: expected a count of packets, got')
})
