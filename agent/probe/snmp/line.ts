import type { CounterLook, Traffic } from './counters.ts'
import { IF_HIGH_SPEED, IF_OPER_STATUS, IF_SPEED, type Port, speedOf } from './ports.ts'
import { SYS_UP_TIME } from './uptime.ts'
import { numberOf, type SnmpAnswer, type SnmpValue } from './value.ts'

/** IF-MIB, RFC 2863. */
const IF_ADMIN_STATUS = '1.3.6.1.2.1.2.2.1.7'
const IF_LAST_CHANGE = '1.3.6.1.2.1.2.2.1.9'
const IF_DISCONTINUITY = '1.3.6.1.2.1.31.1.1.1.19'
const OCTETS = {
  64: { rx: '1.3.6.1.2.1.31.1.1.1.6', tx: '1.3.6.1.2.1.31.1.1.1.10' },
  32: { rx: '1.3.6.1.2.1.2.2.1.10', tx: '1.3.6.1.2.1.2.2.1.16' },
} as const

/** What is remembered of one line between two looks. */
export interface Line {
  /** As the technician wrote it, or the name of the interface of a default route. */
  pattern: string
  port: Port | null
  traffic: Traffic | null
  bits: 64 | 32
}

/** One line at one look. */
export interface LineLook {
  line: Line
  state: 'unknown' | 'up' | 'down'
  counted: CounterLook | null
  /** Since the counters of this line were read before; null: they were not. */
  seconds: number | null
}

export const newLine = (pattern: string): Line => ({ pattern, port: null, traffic: null, bits: 32 })

/** What is asked of a line at each look. */
export function questionsOf({ port, bits }: Line): string[] {
  if (!port) return []
  const columns = [
    ...[port.nameColumn, IF_ADMIN_STATUS, IF_OPER_STATUS, IF_LAST_CHANGE],
    ...[OCTETS[64].rx, OCTETS[64].tx, IF_DISCONTINUITY, IF_HIGH_SPEED],
    ...(bits === 32 ? [OCTETS[32].rx, OCTETS[32].tx, IF_SPEED] : []),
  ]
  return columns.map((column) => `${column}.${port.index}`)
}

/** What the answers say of a line. @param ports of the device, by which the speed of a tunnel is bounded */
export function lookOf(
  line: Line,
  answers: ReadonlyMap<string, SnmpAnswer>,
  ports: readonly Port[],
  atMs: number,
): LineLook {
  const { port } = line
  const seconds = line.traffic ? (atMs - line.traffic.look.atMs) / 1000 : null
  if (!port) return { line, state: line.traffic ? 'down' : 'unknown', counted: null, seconds }
  const value = (column: string) => valueAt(answers, `${column}.${port.index}`)
  const high = octetsOf(value(OCTETS[64].rx), value(OCTETS[64].tx))
  const octets = high ?? octetsOf(value(OCTETS[32].rx), value(OCTETS[32].tx))
  const reported = (numberOf(value(IF_HIGH_SPEED)) ?? 0) * 1e6 || (numberOf(value(IF_SPEED)) ?? 0)
  const counted: CounterLook | null = octets && {
    atMs,
    ifIndex: port.index,
    bits: high ? 64 : 32,
    ...octets,
    agentTicks: numberOf(valueAt(answers, SYS_UP_TIME)),
    discontinuityTicks: numberOf(value(IF_DISCONTINUITY)),
    changeTicks: numberOf(value(IF_LAST_CHANGE)),
    bitsPerSecond: speedOf({ type: port.type, bitsPerSecond: reported }, ports),
  }
  const state = stateOf(numberOf(value(IF_ADMIN_STATUS)), numberOf(value(IF_OPER_STATUS)))
  return { line, state, counted, seconds }
}

/** ifOperStatus: 1 up, 4 unknown, 5 dormant, which waits for a call; an interface that is switched off is down. */
function stateOf(admin: number | null, oper: number | null): LineLook['state'] {
  if (oper === 1) return 'up'
  if (oper === null || (oper === 4 && admin === 1)) return 'unknown'
  return 'down'
}

function octetsOf(rx: SnmpValue | undefined, tx: SnmpValue | undefined): { rx: bigint; tx: bigint } | null {
  const counts = [rx, tx].map((value) => (typeof value === 'number' ? BigInt(value) : value))
  return typeof counts[0] === 'bigint' && typeof counts[1] === 'bigint'
    ? { rx: counts[0], tx: counts[1] }
    : null
}

export function valueAt(answers: ReadonlyMap<string, SnmpAnswer>, oid: string): SnmpValue | undefined {
  const answer = answers.get(oid)
  return answer && 'value' in answer ? answer.value : undefined
}
