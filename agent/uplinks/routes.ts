/** A way out of the site: where everything goes that has no way of its own. */
export interface DefaultRoute {
  interface: string
  /** The lowest is taken. */
  metric: number
  /** null on a line that has but one other end, and of IPv6. */
  gateway: string | null
}

/** Of `include/uapi/linux/route.h`: usable, and one that refuses. */
const RTF_UP = 0x1
const RTF_REJECT = 0x200

const NOWHERE_IN_4 = '00000000'
const NOWHERE_IN_6 = '0'.repeat(32)

/**
 * The default routes of the main table in /proc/net/route: interface, destination, gateway, flags, reference count,
 * use, metric, mask, … Addresses are hexadecimal in the machine's order of bytes. Of a route over several next hops
 * the kernel shows only the first there.
 * @throws Error that says what was expected and what came
 */
export function parseRoutes(text: string, littleEndian: boolean): DefaultRoute[] {
  const lines = text.trimEnd().split('\n')
  if (!lines[0]!.startsWith('Iface')) {
    throw new Error(
      `/proc/net/route: expected a first line of titles, got ${JSON.stringify(clip(lines[0]!))}`,
    )
  }
  return lines.slice(1).flatMap((line) => {
    const [device, destination, gateway, flags, , , metric, mask] = line.trim().split(/\s+/)
    if (!device || !isHex(destination, 8) || !isHex(gateway, 8) || !isHex(flags) || !isHex(mask, 8)) {
      throw new Error(`/proc/net/route: expected 11 columns, got ${JSON.stringify(clip(line))}`)
    }
    if (destination !== NOWHERE_IN_4 || mask !== NOWHERE_IN_4 || !isUsable(flags)) return []
    return [{ interface: device, metric: Number(metric), gateway: address(gateway, littleEndian) }]
  })
}

/**
 * The same of /proc/net/ipv6_route: destination and the length of its prefix, source and its, next hop, metric,
 * reference count, use, flags, interface.
 * @throws Error that says what was expected and what came
 */
export function parseRoutes6(text: string): DefaultRoute[] {
  const lines = text.split('\n').filter((line) => line.startsWith(`${NOWHERE_IN_6} 00 `))
  return lines.flatMap((line) => {
    const [, , , , , metric, , , flags, device] = line.trim().split(/\s+/)
    if (!isHex(metric) || !isHex(flags) || !device) {
      throw new Error(`/proc/net/ipv6_route: expected 10 columns, got ${JSON.stringify(clip(line))}`)
    }
    return isUsable(flags) ? [{ interface: device, metric: Number.parseInt(metric, 16), gateway: null }] : []
  })
}

function isUsable(flags: string): boolean {
  const bits = Number.parseInt(flags, 16)
  return (bits & RTF_UP) !== 0 && (bits & RTF_REJECT) === 0
}

function isHex(text: string | undefined, digits?: number): text is string {
  return text !== undefined && /^[0-9A-F]+$/i.test(text) && (digits === undefined || text.length === digits)
}

function address(hex: string, littleEndian: boolean): string | null {
  if (hex === NOWHERE_IN_4) return null
  const bytes = hex.match(/../g)!.map((byte) => Number.parseInt(byte, 16))
  return (littleEndian ? bytes.reverse() : bytes).join('.')
}

function clip(line: string): string {
  return line.slice(0, 80)
}
