import { isIP } from 'node:net'

/** One of the lines that join a site to the world, as its owner has named it. */
export interface UplinkPapers {
  /** For people: `VNPT cáp quang`. */
  readonly name: string
  /** As the kernel names it: `pppoe-wan`, `wwan0`. */
  readonly interface: string
  /** An address beyond the line that answers pings. Without one the line is judged by its interface and gateway. */
  readonly check?: string
}

/** Says what is wrong: where, what was expected, what came. */
export type Refuse = (where: string, expected: string, got: string) => void

/** As many as there are metrics for. */
const MAX_UPLINKS = 2
/** Two names and the line break between them are far below what a trait may have, 1024 bytes. */
const MAX_NAME_LENGTH = 60
/** IFNAMSIZ of Linux, less the byte that ends it. A name that begins with `-` would be an option to ping. */
const INTERFACE = /^(?!-|\.{1,2}$)[^\s/:]{1,15}$/

/** The `uplinks` of agent.json, first and second; [] where there are none. Every problem goes to `refuse`. */
export function parseUplinks(json: unknown, refuse: Refuse): readonly UplinkPapers[] {
  if (json === undefined || json === null) return []
  if (!Array.isArray(json) || json.length < 1 || json.length > MAX_UPLINKS) {
    refuse('uplinks: ', `a list of 1 to ${MAX_UPLINKS} lines`, shown(json))
    return []
  }
  const lines = json.flatMap((one: unknown, index) => parseUplink(one, `uplinks[${index}]`, refuse) ?? [])
  for (const key of ['name', 'interface'] as const) {
    const [first, second] = lines
    if (first && second && first[key] === second[key]) {
      refuse(`uplinks[1].${key}: `, `another than that of uplinks[0]`, shown(second[key]))
    }
  }
  return Object.freeze(lines)
}

function parseUplink(json: unknown, where: string, refuse: Refuse): UplinkPapers | null {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    refuse(`${where}: `, 'an object', shown(json))
    return null
  }
  const { name, interface: device, check } = json as Record<string, unknown>
  const named = typeof name === 'string' && isName(name)
  if (!named) {
    refuse(`${where}.name: `, `1 to ${MAX_NAME_LENGTH} characters on one line`, shown(name))
  }
  const known = typeof device === 'string' && INTERFACE.test(device)
  if (!known) {
    refuse(`${where}.interface: `, 'the name of a network interface, 1 to 15 characters', shown(device))
  }
  const unchecked = check === undefined || check === null
  const checkable = typeof check === 'string' && isIP(check) !== 0
  if (!unchecked && !checkable) refuse(`${where}.check: `, 'an IPv4 or IPv6 address', shown(check))
  if (!named || !known) return null
  return Object.freeze({ name, interface: device, ...(checkable && { check }) })
}

function isName(text: string): boolean {
  return text.trim() !== '' && text.length <= MAX_NAME_LENGTH && !/\p{Cc}/u.test(text)
}

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 80)
}
