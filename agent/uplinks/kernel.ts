import { closeSync, existsSync, openSync, readSync } from 'node:fs'
import { endianness } from 'node:os'
import { join } from 'node:path'
import { type Counters, parseCounters } from './counters.ts'
import { type DefaultRoute, parseRoutes, parseRoutes6 } from './routes.ts'

/** What the kernel says about lines, in files that are read in microseconds. */
export interface Kernel {
  /** Of IPv4, or where there is none of IPv6. @throws Error where the kernel has no such file, or nonsense in it */
  defaultRoutes(): DefaultRoute[]
  counters(): Map<string, Counters>
  /** The word of the interface's state; null: there is no such interface. */
  operstate(name: string): string | null
  /** It does not take routes over a link without a carrier; else what is sent there is lost. */
  leavesOutDeadLinks(name: string): boolean
  /** The text of any other small file, null where there is none. */
  read(path: string): string | null
  has(path: string): boolean
}

/** 600 routes, or 500 interfaces; what is longer is read on. */
const BUFFER_BYTES = 65_536

/**
 * The files below `root`. They are read in place, at 10 µs each: a look each ten seconds may not cost what four turns
 * of the thread pool do.
 */
export function kernelAt(root = '/'): Kernel {
  const buffer = Buffer.allocUnsafe(BUFFER_BYTES)
  const littleEndian = endianness() === 'LE'

  function read(path: string): string | null {
    let file: number
    try {
      file = openSync(join(root, path), 'r')
    } catch {
      return null
    }
    try {
      let text = ''
      for (;;) {
        const length = readSync(file, buffer, 0, BUFFER_BYTES, null)
        if (length === 0) return text
        text += buffer.toString('latin1', 0, length)
      }
    } catch {
      // An interface that goes while it is asked.
      return null
    } finally {
      closeSync(file)
    }
  }

  function needed(path: string): string {
    const text = read(path)
    if (text === null) throw new Error(`expected the file /${path} of Linux, got none`)
    return text
  }

  return {
    read,
    has: (path) => existsSync(join(root, path)),
    defaultRoutes() {
      const routes = parseRoutes(needed('proc/net/route'), littleEndian)
      return routes.length > 0 ? routes : parseRoutes6(read('proc/net/ipv6_route') ?? '')
    },
    counters: () => parseCounters(needed('proc/net/dev')),
    operstate: (name) => read(`sys/class/net/${name}/operstate`)?.trim() ?? null,
    leavesOutDeadLinks: (name) =>
      ['all', name].some(
        (one) => read(`proc/sys/net/ipv4/conf/${one}/ignore_routes_with_linkdown`)?.trim() === '1',
      ),
  }
}
