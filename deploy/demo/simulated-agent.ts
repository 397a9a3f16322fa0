import { type Age, encodeDelivery } from '#protocol/delivery.ts'
import { encodeGoodbye } from '#protocol/goodbye.ts'
import type { BootEnd } from '#protocol/hello.ts'
import { deviceId } from '#protocol/ids.ts'
import { type PowerSource, stateNumber } from '#protocol/metrics.ts'
import { encodeReport, type Report } from '#protocol/report.ts'
import { TOPICS } from '#protocol/topics.ts'
import { connectOptions } from '../../agent/link/connect.ts'
import { LINE_LIMITS, Line } from '../../agent/link/line.ts'
import { UNMETERED } from '../../agent/link/meter.ts'
import { mergeRows, rowOf } from '../../agent/report.ts'
import type { Act } from './act.ts'
import type { Gate } from './gate.ts'
import type { QuickClock } from './quick-clock.ts'
import { type Machine, readingsOf } from './readings.ts'
import type { HistoryEntry } from './simulator/contract-line.ts'

export interface Actor extends Machine {
  id: string
  /** Hex. */
  key: string
  keepaliveSeconds: number
  reportSeconds: number
}

export interface SimulatedAgentParts {
  actor: Actor
  server: { host: string; port: number }
  clock: QuickClock
  gate: Gate
  /** A connection is up. */
  onUp(): void
}

const SAMPLE_SECONDS = 60
/** As the agent's own lanes: the present first, then what nobody heard, in pieces. */
const LIVE_ROWS = 60
const CHUNK_ROWS = 240
/** Of what nobody heard so much is told: a simulated journal is not endless either. */
const MOST_ROWS = 1440
/** Of a keepalive: what comes late in a quick world still comes in time. */
const PING_SHARE = 0.7
/** A connection that failed is tried anew after so much real time. */
const RETRY_MS = 1000
/** A last word waits so long, in real time, for its answer. */
const GOODBYE_MS = 1000

interface Boot {
  number: number
  bootedMs: number
  previousEnd: BootEnd | null
}

/**
 * One device of the play: no journal and no sensors, but the agent's own connection, hello, codec and lanes, so that the
 * centre cannot tell it from a real one.
 */
export class SimulatedAgent {
  readonly #parts: SimulatedAgentParts
  readonly #epoch: number
  #seq = 0
  #rows = 0
  #boot: Boot | null = null
  /** Until when the present boot's rows were told. */
  #toldMs = 0
  #power: PowerSource | null = null
  #cellId: number | null = null
  #line: Line | null = null
  /** It shall be connected, and connects again when it is not. */
  #wanted = false
  /** Connections so far: what was begun for an earlier one ends. */
  #turn = 0
  #sentMs = 0

  constructor(parts: SimulatedAgentParts) {
    this.#parts = parts
    this.#epoch = 1 + Math.floor(parts.actor.character * 1e6)
  }

  act(act: Act): void {
    switch (act.does) {
      case 'connect':
        this.#begin(act)
        break
      case 'goodbye':
        this.#leave(act.reason)
        break
      case 'fall-silent':
        this.#wanted = false
        this.#turn++
        break
      case 'cut':
        this.#wanted = false
        this.#turn++
        this.#line?.destroy()
        this.#line = null
        break
      case 'power':
        this.#power = act.source
        this.#tellPresent()
        break
      case 'cell':
        this.#cellId = cellIdOf(act.cell)
        this.#tellPresent()
        break
      case 'tell':
        for (const entry of act.history) this.#tellPast(entry, act.clockMs)
        break
    }
  }

  stop(): void {
    this.#wanted = false
    this.#turn++
    this.#line?.destroy()
  }

  #begin({ boot, bootedMs, previousEnd }: Act & { does: 'connect' }): void {
    const same = this.#boot?.number === boot
    this.#boot = { number: boot, bootedMs, previousEnd }
    if (!same) this.#toldMs = this.#parts.clock.nowMs() - SAMPLE_SECONDS * 1000
    this.#wanted = true
    this.#connect()
  }

  #connect(): void {
    const turn = ++this.#turn
    const before = this.#line
    const { actor, server, clock, gate } = this.#parts
    const boot = this.#boot!
    gate.enter((leave) => {
      if (turn !== this.#turn) return leave()
      const again = (): void => {
        leave()
        if (turn === this.#turn && this.#wanted)
          setTimeout(() => turn === this.#turn && this.#connect(), RETRY_MS)
      }
      const line: Line = new Line({
        address: server,
        meter: UNMETERED,
        limits: LINE_LIMITS,
        options: () =>
          connectOptions(
            { server, device: deviceId(actor.id), key: actor.key },
            {
              ...{ epoch: this.#epoch, boot: boot.number, rows: this.#rows, previousEnd: boot.previousEnd },
              uptimeSeconds: this.#uptimeSeconds(clock.nowMs()),
              pace: {
                ...{ settings: 0, sampleSeconds: SAMPLE_SECONDS, step: 0 },
                ...{ reportSeconds: actor.reportSeconds, keepaliveSeconds: actor.keepaliveSeconds },
              },
            },
          ),
        onPhase: (_line, phase) => {
          if (phase !== 'up') return
          leave()
          line.carry({ onSent() {}, onReceived() {}, onPush() {}, onEnded: again })
          before?.destroy()
          if (turn === this.#turn) this.#up(turn)
          else if (this.#line === line) this.#line = line
        },
        onFailed: again,
      })
      this.#line = line
    })
  }

  #up(turn: number): void {
    const { actor, clock, onUp } = this.#parts
    this.#boot!.previousEnd = null
    onUp()
    this.#tellPresent()
    this.#tellGap()
    const reportMs = actor.reportSeconds * 1000
    const pingMs = actor.keepaliveSeconds * PING_SHARE * 1000
    const report = (): void => {
      if (turn !== this.#turn) return
      this.#tellPresent()
      clock.after(reportMs, report)
    }
    // Not all devices of a province report in the same second.
    clock.after(reportMs * (0.5 + actor.character / 2), report)
    const ping = (): void => {
      if (turn !== this.#turn) return
      const restMs = this.#sentMs + pingMs - clock.nowMs()
      if (restMs <= 0) {
        this.#sentMs = clock.nowMs()
        this.#line?.ping()
      }
      clock.after(restMs > 0 ? restMs : pingMs, ping)
    }
    clock.after(pingMs, ping)
  }

  #uptimeSeconds(atMs: number): number {
    return Math.max(0, Math.floor((atMs - this.#boot!.bootedMs) / 1000))
  }

  /** What was measured since the last report, or of a long gap its last hour. */
  #tellPresent(): void {
    if (this.#line?.phase !== 'up' || !this.#wanted) return
    const nowMs = this.#parts.clock.nowMs()
    const missing = Math.floor((nowMs - this.#toldMs) / 1000 / SAMPLE_SECONDS)
    const rows = Math.min(LIVE_ROWS, Math.max(1, missing))
    this.#gap = missing > rows ? { fromMs: this.#toldMs, rows: missing - rows } : null
    this.#toldMs = nowMs
    this.#report(rows, nowMs)
  }

  #gap: { fromMs: number; rows: number } | null = null

  #tellGap(): void {
    const gap = this.#gap
    this.#gap = null
    if (!gap) return
    for (let told = 0; told < Math.min(gap.rows, MOST_ROWS); told += CHUNK_ROWS) {
      const rows = Math.min(CHUNK_ROWS, gap.rows - told)
      this.#report(rows, gap.fromMs + (told + rows) * SAMPLE_SECONDS * 1000)
    }
  }

  /** Rows a minute apart, the last measured at `lastMs` of the present boot. */
  #report(rows: number, lastMs: number): void {
    const boot = this.#boot!
    const nowMs = this.#parts.clock.nowMs()
    const samples = Array.from({ length: rows }, (_, row) => {
      const atMs = lastMs - (rows - 1 - row) * SAMPLE_SECONDS * 1000
      return { atMs, uptimeSeconds: this.#uptimeSeconds(atMs) }
    })
    const clockSeconds = (atMs: number): number => Math.floor(atMs / 1000)
    this.#publish(
      samples.map(({ atMs, uptimeSeconds }) =>
        rowOf(
          {
            boot: boot.number,
            uptimeSeconds,
            clockSeconds: clockSeconds(atMs),
            values: this.#valuesAt(atMs, boot),
          },
          1,
        ),
      ),
      {
        seconds: Math.max(0, this.#uptimeSeconds(nowMs) - samples.at(-1)!.uptimeSeconds),
        basis: 'monotonic',
      },
    )
  }

  #valuesAt(atMs: number, boot: Pick<Boot, 'bootedMs'>) {
    return {
      ...readingsOf(this.#parts.actor, atMs, boot.bootedMs),
      ...(this.#power && { power_source: stateNumber('power_source', this.#power) }),
      ...(this.#cellId !== null && { cell_id: this.#cellId }),
    }
  }

  /** A boot that is over: as many rows as a report holds, evenly over its life. */
  #tellPast({ boot, from, to, clock }: HistoryEntry, clockMs: number): void {
    const rows = Math.min(MOST_ROWS, 1 + Math.floor((to - from) / SAMPLE_SECONDS))
    const stepSeconds = rows > 1 ? (to - from) / (rows - 1) : 0
    const fromClockMs = clock ?? clockMs
    const ageSeconds = clock === null ? null : Math.round((clockMs - clock) / 1000 - (to - from))
    const age: Age = ageSeconds === null || ageSeconds < 0 ? null : { seconds: ageSeconds, basis: 'clock' }
    for (let first = 0; first < rows; first += CHUNK_ROWS) {
      const piece = Array.from({ length: Math.min(CHUNK_ROWS, rows - first) }, (_, row) => {
        const offset = Math.round((first + row) * stepSeconds)
        const atMs = fromClockMs + offset * 1000
        const values = readingsOf(this.#parts.actor, atMs, fromClockMs - from * 1000)
        const sample = {
          boot,
          uptimeSeconds: Math.round(from) + offset,
          clockSeconds: Math.floor(atMs / 1000),
          values,
        }
        return { ...rowOf(sample, 1), ...(clock === null && { clockSeconds: null }) }
      })
      const lastOffset = Math.round((first + piece.length - 1) * stepSeconds)
      this.#publish(piece, age && { ...age, seconds: age.seconds + Math.round(to - from) - lastOffset })
    }
  }

  #publish(rows: Report[], age: Age): void {
    this.#rows += rows.length
    this.#sentMs = this.#parts.clock.nowMs()
    const report = encodeReport(mergeRows(rows, { epoch: this.#epoch, seq: ++this.#seq }))
    this.#line?.publish(TOPICS.report, encodeDelivery({ age, report }), 1, () => {})
  }

  #leave(reason: (Act & { does: 'goodbye' })['reason']): void {
    const line = this.#line
    const boot = this.#boot
    this.#wanted = false
    this.#turn++
    this.#line = null
    if (!line || !boot) return
    const uptimeSeconds = this.#uptimeSeconds(this.#parts.clock.nowMs())
    const goodbye = encodeGoodbye({ reason, boot: boot.number, uptimeSeconds })
    const late = setTimeout(() => line.destroy(), GOODBYE_MS)
    line.publish(TOPICS.goodbye, goodbye, 1, () => {
      clearTimeout(late)
      void line.leave()
    })
  }
}

/** A number for the name of a base station, the same each time: 20 bits of it, and its first cell. */
function cellIdOf(name: string): number {
  let hash = 0x811c9dc5
  for (const character of name) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193) >>> 0
  return (hash % 2 ** 20) * 256 + 1
}
