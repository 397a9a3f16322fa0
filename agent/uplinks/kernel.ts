import { closeSync, existsSync, openSync, readSync } from 'node:fs'
import { endianness } from 'node:os'
import { join } from 'node:path'
import { type Counters, parseCounters } from './counters.ts'
import { type DefaultRoute, parseRoutes, parseRoutes6 } from './routes.ts'

/** What the kernel says about lines, in files that are read in microseconds. */
export interface Kernel {
  /** Of IPv4, or where there is none of IPv6. @throws Error where the kernel has no such file, or nonsense in it */
  defaultRoutes(): DefaultRoute[]
  /** Whether the table of routes is another than those were of: the cheapest look there is. */
  routesChanged(): boolean
  /** Of those interfaces that are there. */
  counters(names: readonly string[]): Map<string, Counters>
  /** The word of the interface's state; null: there is no such interface. */
  operstate(name: string): string | null
  /** It does not take routes over a link without a carrier; else what is sent there is lost. */
  leavesOutDeadLinks(name: string): boolean
  /** The text of any other small file, null where there is none. */
  read(path: string): string | null
  has(path: string): boolean
  /** Of the files that are kept open; a later question opens them again. */
  close(): void
}

/** 600 routes, or 500 interfaces; what is longer is read on. */
const BUFFER_BYTES = 65_536

/**
 * The files below `root`. They are read in place: a look may not cost what four turns of the thread pool do. And the two
 * that are looked at all day are kept open: to open /proc/net/route costs 150 µs, to read it 10.
 */
export function kernelAt(root = '/'): Kernel {
  const buffer = Buffer.allocUnsafe(BUFFER_BYTES)
  const littleEndian = endianness() === 'LE'
  const kept = new Map<string, number>()
  let parsed: { text: string; routes: DefaultRoute[] } = { text: '', routes: [] }

  function textOf(file: number): string {
    let text = ''
    for (let at = 0; ; ) {
      // The kernel gives a page at a time, and says by nothing that this was all.
      const length = readSync(file, buffer, 0, BUFFER_BYTES, at)
      if (length === 0) return text
      text += buffer.toString('latin1', 0, length)
      at += length
    }
  }

  function read(path: string): string | null {
    let file: number
    try {
      file = openSync(join(root, path), 'r')
    } catch {
      return null
    }
    try {
      return textOf(file)
    } catch {
      // An interface that goes while it is asked.
      return null
    } finally {
      closeSync(file)
    }
  }

  function readKept(path: string): string {
    try {
      const file = kept.get(path) ?? openSync(join(root, path), 'r')
      kept.set(path, file)
      return textOf(file)
    } catch {
      throw new Error(`expected the file /${path} of Linux, got none`)
    }
  }

  return {
    read,
    has: (path) => existsSync(join(root, path)),
    defaultRoutes() {
      const text = readKept('proc/net/route')
      // A table changes once a month, and is looked at a quarter of a million times meanwhile.
      if (text !== parsed.text) parsed = { text, routes: parseRoutes(text, littleEndian) }
      const { routes } = parsed
      return routes.length > 0 ? routes : parseRoutes6(read('proc/net/ipv6_route') ?? '')
    },
    routesChanged: () => readKept('proc/net/route') !== parsed.text,
    counters(names) {
      const text = readKept('proc/net/dev')
      return new Map(
        names.flatMap((name) => {
          const counters = parseCounters(text, name)
          return counters ? [[name, counters]] : []
        }),
      )
    },
    operstate: (name) => read(`sys/class/net/${name}/operstate`)?.trim() ?? null,
    leavesOutDeadLinks: (name) =>
      ['all', name].some(
        (one) => read(`proc/sys/net/ipv4/conf/${one}/ignore_routes_with_linkdown`)?.trim() === '1',
      ),
    close() {
      for (const file of kept.values()) closeSync(file)
      kept.clear()
    },
  }
}
