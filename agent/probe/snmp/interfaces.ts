import { type MetricName, stateNumber } from '#protocol/metrics.ts'
import type { Values } from '../../collect/collector.ts'
import type { Finding } from '../probe.ts'
import { carryingOf, carryingState } from './carrying.ts'
import {
  type CounterLook,
  mayWrapTwice,
  type Total,
  type Traffic,
  totalAfter,
  trafficAfter,
} from './counters.ts'
import { listOf, type Port, portNamed, readPorts, speedOf, titleOf } from './ports.ts'
import { type DefaultRoute, findDefaultRoutes, type RouteRow, routesIn } from './routes.ts'
import type { SnmpSession } from './session.ts'
import { SYS_UP_TIME } from './uptime.ts'
import { numberOf, type SnmpAnswer, type SnmpValue, textOf } from './value.ts'

const IF_NUMBER = '1.3.6.1.2.1.2.1.0'
const IF_TABLE_LAST_CHANGE = '1.3.6.1.2.1.31.1.5.0'
const IF_SPEED = '1.3.6.1.2.1.2.2.1.5'
const IF_ADMIN_STATUS = '1.3.6.1.2.1.2.2.1.7'
const IF_OPER_STATUS = '1.3.6.1.2.1.2.2.1.8'
const IF_LAST_CHANGE = '1.3.6.1.2.1.2.2.1.9'
const IF_DISCONTINUITY = '1.3.6.1.2.1.31.1.1.1.19'
const IF_HIGH_SPEED = '1.3.6.1.2.1.31.1.1.1.15'
const OCTETS = {
  64: { rx: '1.3.6.1.2.1.31.1.1.1.6', tx: '1.3.6.1.2.1.31.1.1.1.10' },
  32: { rx: '1.3.6.1.2.1.2.2.1.10', tx: '1.3.6.1.2.1.2.2.1.16' },
} as const

/** Names and plugs change when a technician is there. Reading them takes 5 packets of a router with ten interfaces. */
const PORTS_EVERY_MS = 3600_000
/** While a line is missing, and for ways that open while the old ones stay: they are seen within so long. */
const SEARCH_EVERY_MS = 300_000

const MAX_LINES = 2

/** What is remembered of one line between two looks. */
interface Line {
  /** As the technician wrote it, or the name of the interface of a default route. */
  pattern: string
  port: Port | null
  traffic: Traffic | null
  bits: 64 | 32
}

/** One line at one look. */
interface LineLook {
  line: Line
  state: 'unknown' | 'up' | 'down'
  counted: CounterLook | null
  /** Since the counters of this line were read before; null: they were not. */
  seconds: number | null
}

/** The lines of a site as one router tells them by IF-MIB, over many looks. */
export class Interfaces {
  readonly #patterns: readonly string[]
  readonly #nowMs: () => number
  #ports: { list: Port[]; atMs: number; change: string } | null = null
  #lines: Line[] = []
  #routes: { rows: readonly RouteRow[]; atMs: number } = { rows: [], atMs: Number.NEGATIVE_INFINITY }
  #states = ''
  #sum: { rx: Total | null; tx: Total | null } = { rx: null, tx: null }
  #carrying: readonly number[] = []

  /** @param uplinks patterns of names; none: the interfaces of the default routes */
  constructor(uplinks: readonly string[] = [], nowMs: () => number = () => performance.now()) {
    this.#patterns = uplinks.slice(0, MAX_LINES)
    this.#nowMs = nowMs
  }

  async look(session: SnmpSession): Promise<Finding> {
    if (this.#nowMs() - this.#routes.atMs >= SEARCH_EVERY_MS) await this.#findRoutes(session)
    if (!this.#ports) await this.#readPorts(session)
    let answers = await this.#ask(session)
    if (this.#moved(answers)) {
      await this.#readPorts(session)
      answers = await this.#ask(session)
    }
    const states = this.#statesIn(answers)
    if (routesIn(this.#routes.rows, answers) === null || states !== this.#states) {
      await this.#findRoutes(session)
      answers = await this.#ask(session)
    }
    this.#states = this.#statesIn(answers)
    const atMs = this.#nowMs()
    const looks = this.#lines.map((line) => this.#lineLook(line, answers, atMs))
    for (const { line, counted } of looks) if (counted) line.traffic = trafficAfter(line.traffic, counted)
    return this.#finding(looks, routesIn(this.#routes.rows, answers) ?? [])
  }

  /** What is known in one packet, and once more for a line that a default route leads to. */
  async #ask(session: SnmpSession): Promise<ReadonlyMap<string, SnmpAnswer>> {
    const answers = await session.get(this.#questions())
    const added = this.#followRoutes(routesIn(this.#routes.rows, answers) ?? [])
    return added ? session.get(this.#questions()) : answers
  }

  async #findRoutes(session: SnmpSession): Promise<void> {
    const rows = await findDefaultRoutes(session)
    // Where there was one, the next is looked for at once.
    const lost = rows.length === 0 && this.#routes.rows.length > 0
    this.#routes = { rows, atMs: lost ? Number.NEGATIVE_INFINITY : this.#nowMs() }
  }

  /** When a line comes or goes, the way of the packets changes with it. */
  #statesIn(answers: ReadonlyMap<string, SnmpAnswer>): string {
    const states = this.#lines.map(({ port }) => port && valueAt(answers, `${IF_OPER_STATUS}.${port.index}`))
    return states.join(' ')
  }

  async #readPorts(session: SnmpSession): Promise<void> {
    const list = await readPorts(session)
    const answers = await session.get([IF_NUMBER, IF_TABLE_LAST_CHANGE])
    this.#ports = { list, atMs: this.#nowMs(), change: changeOf(answers) }
    if (this.#lines.length === 0) this.#lines = this.#patterns.map(newLine)
    for (const line of this.#lines) {
      line.port = portNamed(line.pattern, list)
      // One that was away may have begun its counters anew, even in the same row.
      if (!line.port && line.traffic)
        line.traffic = { ...line.traffic, look: { ...line.traffic.look, ifIndex: 0 } }
    }
  }

  /**
   * Without names of lines: each interface that once had a default route is one, in the order in which they came.
   * @returns whether there is a new one
   */
  #followRoutes(routes: readonly DefaultRoute[]): boolean {
    if (this.#patterns.length > 0) return false
    const before = this.#lines.length
    for (const { ifIndex } of [...routes].sort((one, other) => one.metric - other.metric)) {
      const port = this.#ports!.list.find(({ index }) => index === ifIndex)
      if (!port || this.#lines.some((line) => line.pattern === port.name)) continue
      if (this.#lines.length < MAX_LINES) this.#lines.push({ ...newLine(port.name), port })
    }
    return this.#lines.length > before
  }

  #questions(): string[] {
    const ofLines = this.#lines.flatMap(({ port, bits }) => {
      if (!port) return []
      const columns = [
        ...[port.nameColumn, IF_ADMIN_STATUS, IF_OPER_STATUS, IF_LAST_CHANGE],
        ...[OCTETS[64].rx, OCTETS[64].tx, IF_DISCONTINUITY, IF_HIGH_SPEED],
        ...(bits === 32 ? [OCTETS[32].rx, OCTETS[32].tx, IF_SPEED] : []),
      ]
      return columns.map((column) => `${column}.${port.index}`)
    })
    const { rows } = this.#routes
    // A single route is taken whatever it costs.
    const ofRoutes = rows.flatMap(({ ifIndexOid, metricOid }) =>
      rows.length > 1 ? [ifIndexOid, metricOid] : [ifIndexOid],
    )
    return [SYS_UP_TIME, IF_NUMBER, IF_TABLE_LAST_CHANGE, ...ofRoutes, ...ofLines]
  }

  /** Whether the rows may not be those that they were. */
  #moved(answers: ReadonlyMap<string, SnmpAnswer>): boolean {
    const { atMs, change } = this.#ports!
    const age = this.#nowMs() - atMs
    const renamed = this.#lines.some(({ port }) => {
      const name = port && textOf(valueAt(answers, `${port.nameColumn}.${port.index}`))
      return port !== null && name !== port.name
    })
    const missing = this.#lines.length === 0 || this.#lines.some(({ port }) => port === null)
    return renamed || changeOf(answers) !== change || age >= (missing ? SEARCH_EVERY_MS : PORTS_EVERY_MS)
  }

  #lineLook(line: Line, answers: ReadonlyMap<string, SnmpAnswer>, atMs: number): LineLook {
    const { port } = line
    const seconds = line.traffic ? (atMs - line.traffic.look.atMs) / 1000 : null
    if (!port) return { line, state: line.traffic ? 'down' : 'unknown', counted: null, seconds }
    const value = (column: string) => valueAt(answers, `${column}.${port.index}`)
    const [admin, oper] = [numberOf(value(IF_ADMIN_STATUS)), numberOf(value(IF_OPER_STATUS))]
    const high = octetsOf(value(OCTETS[64].rx), value(OCTETS[64].tx))
    const low = octetsOf(value(OCTETS[32].rx), value(OCTETS[32].tx))
    // Next time the others are asked for as well.
    line.bits = high ? 64 : 32
    const octets = high ?? low
    const reported = (numberOf(value(IF_HIGH_SPEED)) ?? 0) * 1e6 || (numberOf(value(IF_SPEED)) ?? 0)
    const counted: CounterLook | null = octets && {
      atMs,
      ifIndex: port.index,
      bits: high ? 64 : 32,
      ...octets,
      agentTicks: numberOf(valueAt(answers, SYS_UP_TIME)),
      discontinuityTicks: numberOf(value(IF_DISCONTINUITY)),
      changeTicks: numberOf(value(IF_LAST_CHANGE)),
      bitsPerSecond: speedOf({ type: port.type, bitsPerSecond: reported }, this.#ports!.list),
    }
    return { line, state: stateOf(admin, oper), counted, seconds }
  }

  #finding(looks: readonly LineLook[], routes: readonly DefaultRoute[]): Finding {
    const values: Values = {}
    const faults: string[] = []
    looks.forEach(({ line, state, counted, seconds }, place) => {
      const uplink = place === 0 ? ('uplink1' as const) : ('uplink2' as const)
      values[`${uplink}_state`] = stateNumber(`${uplink}_state`, state)
      tell(values, `${uplink}_rx_bytes`, counted ? line.traffic!.rx : null)
      tell(values, `${uplink}_tx_bytes`, counted ? line.traffic!.tx : null)
      if (!line.port && !line.traffic) faults.push(this.#missing(line.pattern))
      else if (line.port && !counted) faults.push(`${line.port.name}: expected octet counters, got none`)
      else if (counted && seconds !== null && mayWrapTwice(counted, seconds)) {
        const got = `32-bit ones of ${counted.bitsPerSecond / 1e6} Mbit/s after ${Math.round(seconds)} s`
        faults.push(
          `${line.port!.name}: expected octet counters that cannot wrap twice between looks, got ${got}`,
        )
      }
    })
    if (looks.length === 0)
      faults.push('expected a default route, or names of the lines in the profile, got neither')
    this.#tellSum(values, looks, routes)
    const { list } = this.#ports!
    const uplinks = looks.map(({ line }) => (line.port ? titleOf(line.port) : line.pattern)).join('\n')
    return { values, traits: { interfaces: listOf(list), ...(uplinks && { uplinks }) }, faults }
  }

  /** Which lines carry, and all that went over them. */
  #tellSum(values: Values, looks: readonly LineLook[], routes: readonly DefaultRoute[]): void {
    if (looks.length === 0) return
    const lines = looks.map(({ line, state, counted }) => {
      const { rx, tx } = (counted && line.traffic?.growth) || { rx: null, tx: null }
      return {
        ifIndex: line.port?.index ?? null,
        up: state === 'unknown' ? null : state === 'up',
        bytes: rx === null || tx === null ? null : rx + tx,
      }
    })
    const carrying = carryingOf(lines, routes)
    values.uplink_carrying = stateNumber('uplink_carrying', carryingState(carrying))
    // What went over a line until it failed belongs to the sum too. Where nobody knows who carries, all do.
    const places = carrying === null ? looks.keys() : new Set([...carrying, ...this.#carrying])
    const counting = [...places].filter((place) => looks[place]?.counted)
    this.#carrying = carrying ?? this.#carrying
    for (const way of ['rx', 'tx'] as const) {
      const growths = counting.map((place) => looks[place]!.line.traffic!.growth[way])
      const known = growths.length > 0 && !growths.includes(null)
      const growth = known ? (growths as number[]).reduce((sum, each) => sum + each, 0) : null
      this.#sum[way] = counting.length === 0 && !this.#sum[way] ? null : totalAfter(this.#sum[way], growth)
      tell(values, `${way}_bytes`, this.#sum[way])
    }
  }

  #missing(pattern: string): string {
    const names = this.#ports!.list.map(({ name }) => name).filter((name) => name !== '')
    return `expected an interface named ${pattern}, got ${names.slice(0, 12).join(', ') || 'none'}`
  }
}

const newLine = (pattern: string): Line => ({ pattern, port: null, traffic: null, bits: 32 })

function tell(values: Values, name: MetricName, total: Total | null): void {
  if (total !== null && total.told !== null) values[name] = total.told
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

function valueAt(answers: ReadonlyMap<string, SnmpAnswer>, oid: string): SnmpValue | undefined {
  const answer = answers.get(oid)
  return answer && 'value' in answer ? answer.value : undefined
}

/** What changes when interfaces come and go. */
function changeOf(answers: ReadonlyMap<string, SnmpAnswer>): string {
  return [IF_NUMBER, IF_TABLE_LAST_CHANGE].map((oid) => String(valueAt(answers, oid))).join(' ')
}
