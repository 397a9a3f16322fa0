import { execFile } from 'node:child_process'
import { isIPv6 } from 'node:net'

export interface PingQuestion {
  interface: string
  address: string
  count: number
}

export interface PingAnswer {
  sent: number
  received: number
  /** Mean of the answered; null: none was. */
  rttMs: number | null
}

/** Beside the headers: the least that has room for the time of sending, from which ping takes the delay. */
const DATA_BYTES = 16
/** IPv4 and ICMP; IPv6 and ICMPv6. */
const HEADER_BYTES = 20 + 8
const HEADER_BYTES_6 = 40 + 8
/** For the last answer: on a weak line one of twenty takes longer. */
const WAIT_SECONDS = 5
/** Where Debian and OpenWrt have it; with words in English. */
const ENVIRONMENT = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' }
/** Two seconds between the first and the last of three, and the wait: one that takes longer hangs. */
const TIMEOUT_MS = 15_000
/** What either ping prints is under 1 kB. */
const MAX_OUTPUT_BYTES = 16_384

/** Of each packet of a ping, and of its answer. */
export function pingBytes(address: string): number {
  return DATA_BYTES + (isIPv6(address) ? HEADER_BYTES_6 : HEADER_BYTES)
}

/**
 * What `ping -q` of iputils and of BusyBox say at their end: `3 packets transmitted, 2 received, …` or
 * `… 2 packets received, …`, then `rtt` or `round-trip` `min/avg/max… = 0.1/0.2/0.3 ms`.
 * @returns null when it says neither
 */
export function parsePing(text: string): PingAnswer | null {
  const counts = /(\d+) packets transmitted, (\d+) (?:packets )?received/.exec(text)
  if (!counts) return null
  const [sent, received] = [Number(counts[1]), Number(counts[2])]
  const mean = /(?:rtt|round-trip) min\/avg\/max[^=]*= ?[\d.]+\/([\d.]+)\//.exec(text)
  const rttMs = mean ? Number(mean[1]) : null
  if (sent < 1 || received > sent || (received > 0 && !Number.isFinite(rttMs ?? Number.NaN))) return null
  return { sent, received, rttMs: received > 0 ? rttMs : null }
}

/**
 * Pings an address through one interface, whatever the routes say: a child process. Silence, and a network that cannot
 * be reached, are answers of a kind.
 * @throws Error when ping is missing, may not, or says something else
 */
export async function ping(
  { interface: device, address, count }: PingQuestion,
  signal: AbortSignal,
  waitSeconds = WAIT_SECONDS,
): Promise<PingAnswer> {
  const args = ['-n', '-q', '-c', String(count), '-W', String(waitSeconds), '-s', String(DATA_BYTES)]
  const { error, said } = await run([...args, '-I', device, address], signal)
  const answer = parsePing(said)
  if (answer) return answer
  if (/unreachable/i.test(said)) return { sent: count, received: 0, rttMs: null }
  const reason = said.trim().split('\n')[0] || error?.message || 'nothing'
  throw new Error(`ping through ${device}: expected a count of packets, got ${reason.slice(0, 120)}`)
}

/** Ends whatever happens, also with a ping that does not. */
function run(args: readonly string[], signal: AbortSignal): Promise<{ error: Error | null; said: string }> {
  const killed = { killSignal: 'SIGKILL' as const, timeout: TIMEOUT_MS, maxBuffer: MAX_OUTPUT_BYTES, signal }
  return new Promise((resolve) => {
    execFile('ping', args, { env: ENVIRONMENT, ...killed }, (error, stdout, stderr) =>
      resolve({ error, said: `${stdout}${stderr}` }),
    )
  })
}
