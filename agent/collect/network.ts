import { existsSync, readFileSync } from 'node:fs'
import type { Collector } from './collector.ts'
import { advance, type InterfaceBytes, type Tally } from './tally.ts'

/**
 * Interfaces whose traffic never leaves the machine (loopback, containers, virtual machines) or leaves it
 * once more through a real one (tunnels, bridges, bonds, VLANs, PPPoE): summing them would count it twice.
 */
const NOT_REAL =
  /^(lo\d*$|Loopback|docker|veth|vEthernet|br\d|br-|virbr|vnet|vmnet|vboxnet|lxc|lxd|cni|cali|flannel|tun|tap|utun|wg|tailscale|zt|sit|gre|ip6tnl|ipip|bond|team|pppoe-|ifb|dummy|.*\.\d+$)/

export function isRealInterface(name: string): boolean {
  return !NOT_REAL.test(name)
}

/** The lines of /proc/net/dev: name, 8 columns received, 8 sent; the bytes are the first of each. */
export function parseNetDev(text: string): InterfaceBytes[] {
  return text
    .split('\n')
    .filter((line) => line.includes(':'))
    .map((line) => {
      const colon = line.lastIndexOf(':')
      const numbers = line
        .slice(colon + 1)
        .trim()
        .split(/\s+/)
        .map(Number)
      const rx = numbers[0]
      const tx = numbers[8]
      if (!Number.isFinite(rx) || !Number.isFinite(tx)) {
        throw new Error(`/proc/net/dev: expected 16 numbers after the colon, got ${JSON.stringify(line)}`)
      }
      return { name: line.slice(0, colon).trim(), rx: rx!, tx: tx! }
    })
}

async function interfaceBytes(): Promise<InterfaceBytes[]> {
  // The kernel's own counters: nobody is waited for, and trips to a thread are many times as dear.
  if (process.platform === 'linux') return parseNetDev(readFileSync('/proc/net/dev', 'utf8'))
  // It starts a child process: only on macOS, whose kernel has no file to read, and loaded only there. Windows has
  // its own way (`windows/traffic-collector.ts`).
  const { networkStats } = await import('systeminformation')
  const stats = await networkStats('*')
  return stats.map(({ iface, rx_bytes, tx_bytes }) => ({ name: iface, rx: rx_bytes, tx: tx_bytes }))
}

/** The wire inside a router from its processor to its switch: every port's bytes pass it once more (Linux DSA). */
function feedsSwitch(name: string): boolean {
  return existsSync(`/sys/class/net/${name}/dsa`)
}

/**
 * Counters of all real interfaces together since the boot: rates are made where both ends of the interval are known.
 * The sum does not fall when one of them goes, nor leap when it comes back.
 */
export function createNetworkCollector(
  look: () => Promise<readonly InterfaceBytes[]> = interfaceBytes,
  now: () => number = () => performance.now(),
  isConduit: (name: string) => boolean = feedsSwitch,
): Collector {
  let tally: Tally | null = null
  /** By name; what an interface is does not change while it is there. */
  const counts = new Map<string, boolean>()
  const isCounted = (name: string): boolean => {
    const known = counts.get(name) ?? (isRealInterface(name) && !isConduit(name))
    counts.set(name, known)
    return known
  }
  return {
    name: 'network',
    async read() {
      const seen = await look()
      tally = advance(
        tally,
        seen.filter(({ name }) => isCounted(name)),
        now(),
      )
      const carried = [...tally.values()]
      return {
        rx_bytes: carried.reduce((sum, { rx }) => sum + rx, 0),
        tx_bytes: carried.reduce((sum, { tx }) => sum + tx, 0),
      }
    },
  }
}
