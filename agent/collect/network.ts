import { readFile } from 'node:fs/promises'
import type { Collector } from './collector.ts'

/** Bytes of one network interface since the boot. */
export interface InterfaceBytes {
  name: string
  rx: number
  tx: number
}

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

/** Absolute counters since the boot: rates are made where both ends of the interval are known. */
export function sumReal(interfaces: readonly InterfaceBytes[]): { rx_bytes: number; tx_bytes: number } {
  const real = interfaces.filter(({ name }) => isRealInterface(name))
  return {
    rx_bytes: real.reduce((sum, { rx }) => sum + rx, 0),
    tx_bytes: real.reduce((sum, { tx }) => sum + tx, 0),
  }
}

async function interfaceBytes(): Promise<InterfaceBytes[]> {
  if (process.platform === 'linux') return parseNetDev(await readFile('/proc/net/dev', 'utf8'))
  // It starts a child process: only where the kernel has no file to read, and loaded only there.
  const { networkStats } = await import('systeminformation')
  const stats = await networkStats('*')
  return stats.map(({ iface, rx_bytes, tx_bytes }) => ({ name: iface, rx: rx_bytes, tx: tx_bytes }))
}

export function createNetworkCollector(): Collector {
  return { name: 'network', read: async () => sumReal(await interfaceBytes()) }
}
