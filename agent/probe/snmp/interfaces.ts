import { type MetricName, stateNumber } from '#protocol/metrics.ts'
import type { Values } from '../../collect/collector.ts'
import type { Finding } from '../probe.ts'
import { carryingOf, carryingState } from './carrying.ts'
import { mayWrapTwice, type Total, totalAfter, trafficAfter } from './counters.ts'
import { type Line, type LineLook, lookOf, newLine, questionsOf, valueAt } from './line.ts'
import { IF_OPER_STATUS, listOf, type Port, portNamed, readPorts, titleOf } from './ports.ts'
import { type DefaultRoute, findDefaultRoutes, type RouteRow, routesIn } from './routes.ts'
import type { SnmpSession } from './session.ts'
import { SYS_UP_TIME } from './uptime.ts'
import { type SnmpAnswer, textOf } from './value.ts'

const IF_NUMBER = '1.3.6.1.2.1.2.1.0'
const IF_TABLE_LAST_CHANGE = '1.3.6.1.2.1.31.1.5.0'

/** Names and plugs change when a technician is there. Reading them takes 5 packets of a router with ten interfaces. */
const PORTS_EVERY_MS = 3600_000
/** While a line is missing, and for ways that open while the old ones stay: they are seen within so long. */
const SEARCH_EVERY_MS = 300_000

const MAX_LINES = 2

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
    const looks = this.#lines.map((line) => lookOf(line, answers, this.#ports!.list, atMs))
    for (const { line, counted } of looks) {
      if (!counted) continue
      line.traffic = trafficAfter(line.traffic, counted)
      line.bits = counted.bits
    }
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
    const { rows } = this.#routes
    // A single route is taken whatever it costs.
    const ofRoutes = rows.flatMap(({ ifIndexOid, metricOid }) =>
      rows.length > 1 ? [ifIndexOid, metricOid] : [ifIndexOid],
    )
    return [SYS_UP_TIME, IF_NUMBER, IF_TABLE_LAST_CHANGE, ...ofRoutes, ...this.#lines.flatMap(questionsOf)]
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

function tell(values: Values, name: MetricName, total: Total | null): void {
  if (total !== null && total.told !== null) values[name] = total.told
}

/** What changes when interfaces come and go. */
function changeOf(answers: ReadonlyMap<string, SnmpAnswer>): string {
  return [IF_NUMBER, IF_TABLE_LAST_CHANGE].map((oid) => String(valueAt(answers, oid))).join(' ')
}
