import { spawnSync } from 'node:child_process'
import { onTestFinished } from 'vitest'

/**
 * A line that loses, slows and breaks: the device sits in a network namespace, and between it and this machine is
 * another one, a router whose FORWARD chain drops and whose two interfaces are slow. Every packet is real.
 */
export interface WeakLine {
  /** Where the device finds this machine. */
  serverAddress: string
  /** The part of the packets that is lost, each way. */
  lose(probability: number): void
  /** As fast as a modem, each way. */
  limit(kbitPerSecond: number): void
  /** Swallows everything, or no more. */
  cut(on: boolean): void
  /** The router translates addresses, and forgets a connection that was silent for so long, as operators' do. */
  translate(forgetSeconds: number): void
  /** Packets that the router has seen so far, and their bytes at the IP layer, both ways. */
  traffic(): { packets: number; bytes: number }
  /** The command that runs another one at the device's end. */
  inside(...command: string[]): string[]
}

/** Whether lines can be made here. In CI they must. */
export function canMakeLines(): boolean {
  const missing = process.getuid?.() !== 0 ? 'root' : ['ip', 'tc', 'iptables'].find((tool) => !runs(tool))
  if (!missing) return true
  if (process.env.CI) throw new Error(`weak lines: expected root, ip, tc and iptables, got no ${missing}`)
  process.stderr.write(`skipped: weak lines need ${missing} (apt-get install iproute2 iptables, and root)\n`)
  return false
}

let lines = 0

/** A new line, gone with the test. */
export function makeWeakLine(): WeakLine {
  const number = lines++
  const name = `hdw${process.pid}x${number}`
  const router = `${name}r`
  // Linux takes 15 characters.
  const [here, up, down, there] = ['a', 'b', 'c', 'd'].map((end) =>
    `w${process.pid}x${number}${end}`.slice(0, 15),
  )
  // 10.79.0.0/16, eight addresses a line.
  const net = `10.79.${process.pid % 256}`
  const at = (number % 32) * 8
  const [serverAddress, upAddress, downAddress, deviceAddress] = [1, 2, 5, 6].map(
    (host) => `${net}.${at + host}`,
  )
  const inRouter = (...command: string[]): string => tool('ip', 'netns', 'exec', router, ...command)

  onTestFinished(() => {
    for (const namespace of [name, router]) spawnSync('ip', ['netns', 'delete', namespace])
    // With the namespaces go the pairs, after a while; the name may be wanted at once.
    spawnSync('ip', ['link', 'delete', here!])
  })
  for (const namespace of [name, router]) tool('ip', 'netns', 'add', namespace)
  tool('ip', 'link', 'add', here!, 'type', 'veth', 'peer', 'name', up!, 'netns', router)
  tool('ip', '-n', router, 'link', 'add', down!, 'type', 'veth', 'peer', 'name', there!, 'netns', name)
  tool('ip', 'address', 'add', `${serverAddress}/30`, 'dev', here!)
  tool('ip', '-n', router, 'address', 'add', `${upAddress}/30`, 'dev', up!)
  tool('ip', '-n', router, 'address', 'add', `${downAddress}/30`, 'dev', down!)
  tool('ip', '-n', name, 'address', 'add', `${deviceAddress}/30`, 'dev', there!)
  for (const [namespace, device] of [
    [router, up],
    [router, down],
    [name, there],
    [name, 'lo'],
  ] as const) {
    tool('ip', '-n', namespace, 'link', 'set', device!, 'up')
  }
  tool('ip', 'link', 'set', here!, 'up')
  // Packets as they are on a real line: none longer than its MTU.
  tool('ip', 'link', 'set', here!, 'gso_max_segs', '1')
  tool('ip', '-n', name, 'link', 'set', there!, 'gso_max_segs', '1')
  tool('ip', '-n', name, 'route', 'add', 'default', 'via', downAddress!)
  tool('ip', 'route', 'add', `${net}.${at + 4}/30`, 'via', upAddress!)
  inRouter('sysctl', '-qw', 'net.ipv4.ip_forward=1')
  // One rule that only counts.
  inRouter('iptables', '-A', 'FORWARD')

  return {
    serverAddress: serverAddress!,
    lose(probability) {
      // Anything but the cut, which is the first rule while there is one.
      inRouter('iptables', '-A', 'FORWARD', ...randomly(probability))
    },
    limit(kbitPerSecond) {
      for (const device of [up, down]) {
        const rate = ['rate', `${kbitPerSecond}kbit`, 'burst', '1600', 'latency', '400ms']
        inRouter('tc', 'qdisc', 'replace', 'dev', device!, 'root', 'tbf', ...rate)
      }
    },
    cut(on) {
      inRouter('iptables', '-P', 'FORWARD', on ? 'DROP' : 'ACCEPT')
    },
    translate(forgetSeconds) {
      inRouter('iptables', '-t', 'nat', '-A', 'POSTROUTING', '-o', up!, '-j', 'MASQUERADE')
      inRouter('iptables', '-I', 'FORWARD', '2', '-m', 'conntrack', '--ctstate', 'INVALID', '-j', 'DROP')
      // A packet in the middle of a connection that it does not know begins none.
      inRouter('sysctl', '-qw', 'net.netfilter.nf_conntrack_tcp_loose=0')
      inRouter('sysctl', '-qw', `net.netfilter.nf_conntrack_tcp_timeout_established=${forgetSeconds}`)
    },
    traffic() {
      const counts = inRouter('iptables', '-L', 'FORWARD', '-v', '-x', '-n')
      const [packets, bytes] = counts.split('\n')[2]!.trim().split(/\s+/).map(Number)
      return { packets: packets!, bytes: bytes! }
    },
    inside: (...command) => ['ip', 'netns', 'exec', name, ...command],
  }
}

function randomly(probability: number): string[] {
  return ['-m', 'statistic', '--mode', 'random', '--probability', String(probability), '-j', 'DROP']
}

function tool(...command: string[]): string {
  const { status, stdout, stderr } = spawnSync(command[0]!, command.slice(1), { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command.join(' ')}: expected exit status 0, got ${status}: ${stderr}`)
  return stdout
}

function runs(program: string): boolean {
  return !spawnSync(program, ['-V']).error
}
