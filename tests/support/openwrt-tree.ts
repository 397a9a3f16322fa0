import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { temporaryFolder } from './temporary-folder.ts'

/**
 * Files of a router with OpenWrt, as its kernel and its mwan3 write them. /proc/net/route and /proc/net/ipv6_route: as
 * a Linux 6.18 printed them in a network namespace with two default routes, with interfaces and addresses changed;
 * `operstate` of ppp and wwan interfaces: `unknown`, as the kernel leaves it for drivers that never tell a carrier
 * (Documentation/networking/operstates.rst). mwan3: the files that the scripts mwan3 and mwan3track of OpenWrt's
 * packages feed write with `echo`.
 */
export interface Tree {
  root: string
  write(path: string, text: string): void
  remove(path: string): void
}

export function makeTree(files: Readonly<Record<string, string>>): Tree {
  const root = temporaryFolder()
  const tree: Tree = {
    root,
    write(path, text) {
      mkdirSync(dirname(join(root, path)), { recursive: true })
      writeFileSync(join(root, path), text)
    },
    remove: (path) => rmSync(join(root, path), { recursive: true, force: true }),
  }
  for (const [path, text] of Object.entries(files)) tree.write(path, text)
  return tree
}

const ROUTE_TITLES = 'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT'

/** /proc/net/route of a little-endian machine, its lines filled up with blanks to 127 characters. */
export function routeTable(...lines: readonly string[]): string {
  return [ROUTE_TITLES, ...lines].map((line) => `${line.padEnd(127)}\n`).join('')
}

/** A default route by a gateway, hexadecimal as in the table, or by none. */
export function defaultRoute(device: string, metric: number, gateway = '00000000'): string {
  const flags = gateway === '00000000' ? '0001' : '0003'
  return `${device}\t00000000\t${gateway}\t${flags}\t0\t0\t${metric}\t00000000\t0\t0\t0`
}

/** /proc/net/dev: bytes and packets received, bytes and packets sent. */
export function deviceTable(
  devices: Readonly<Record<string, readonly [rx: number, rxPackets: number, tx: number, txPackets: number]>>,
): string {
  const titles = [
    'Inter-|   Receive                                                |  Transmit',
    ' face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed',
  ]
  const lines = Object.entries(devices).map(
    ([name, [rx, rxPackets, tx, txPackets]]) =>
      `${name.padStart(6)}: ${rx} ${rxPackets}    0    2    0     0          0         0 ${tx} ${txPackets}    0    0    0     0       0          0`,
  )
  return `${[...titles, ...lines].join('\n')}\n`
}

/** 10.255.1.1 */
export const GATEWAY = '0101FF0A'

/** Fibre by PPPoE with the lower metric, and a 4G modem. */
export const FIBRE_AND_4G: Readonly<Record<string, string>> = {
  'proc/net/route': routeTable(
    defaultRoute('pppoe-wan', 10, GATEWAY),
    defaultRoute('wwan0', 20),
    `pppoe-wan\t${GATEWAY}\t00000000\t0005\t0\t0\t0\tFFFFFFFF\t0\t0\t0`,
    'br-lan\t0001A8C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0',
  ),
  'proc/net/dev': deviceTable({
    lo: [1000, 10, 1000, 10],
    eth1: [99_000_000, 99_000, 9_900_000, 9900],
    'pppoe-wan': [90_000_000, 90_000, 9_000_000, 9000],
    wwan0: [50_000, 500, 40_000, 400],
    'br-lan': [9_500_000, 9500, 95_000_000, 95_000],
  }),
  'sys/class/net/lo/operstate': 'unknown\n',
  'sys/class/net/pppoe-wan/operstate': 'unknown\n',
  'sys/class/net/wwan0/operstate': 'unknown\n',
}

/** mwan3 over both, which says that both work; its last turns were at 7200 s of uptime. */
export const MWAN3: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['wan', 'mobile'].flatMap((name) => [
      [`var/run/mwan3/iface_state/${name}`, 'online\n'],
      [`var/run/mwan3track/${name}/STATUS`, 'online\n'],
      [`var/run/mwan3track/${name}/TIME`, '7200\n'],
      [`var/run/mwan3track/${name}/TRACK_10.0.0.1`, 'up\n'],
    ]),
  ),
}

/** `ubus call network.interface dump` on it, cut to what matters here; the keys are netifd's. */
export const NETIFD_DUMP = JSON.stringify({
  interface: [
    { interface: 'lan', up: true, l3_device: 'br-lan', proto: 'static', device: 'br-lan' },
    { interface: 'loopback', up: true, l3_device: 'lo', proto: 'static', device: 'lo' },
    { interface: 'wan', up: true, l3_device: 'pppoe-wan', proto: 'pppoe', device: 'eth1' },
    { interface: 'wan_6', up: true, l3_device: 'pppoe-wan', proto: 'dhcpv6', device: 'pppoe-wan' },
    { interface: 'mobile', up: true, l3_device: 'wwan0', proto: 'qmi' },
    { interface: 'spare', up: false, pending: false, available: false, proto: '3g', data: {} },
  ],
})
