import type { ContractLine, End, Goodbye, HistoryEntry } from './contract-line.ts'
import type { Boot, Life } from './life.ts'
import type { CellMove } from './path.ts'
import { type Random, randomOf } from './random.ts'
import type { Rates } from './rates.ts'
import { covers, firstEndingAfter, type Span } from './span.ts'
import { REPORT_SECONDS, type SimDevice } from './world.ts'

/** A stretch in which the agent itself is away while its device runs: an update, a crash. */
export interface AgentPause extends Span {
  goodbye: Goodbye | null
}

/** All that decides what one device shows on the wire. */
export interface Wiring {
  seed: number
  startMs: number
  until: number
  device: SimDevice
  life: Life
  /** When it runs and reaches nobody, ordered and disjoint: lines, the centre, its own pauses. */
  dark: readonly Span[]
  pauses: readonly AgentPause[]
  /** When the broker is down: it publishes no wills, and everybody comes back at once afterwards. */
  brokerDown: readonly Span[]
  moves: readonly CellMove[]
  rates: Rates
}

const AGENT_STARTS = [18, 45] as const
/** A will comes when one and a half keepalives have passed since the last packet, which was up to one keepalive ago. */
const WILL_KEEPALIVES = [0.5, 1.5] as const
/** The agent writes down every minute that it lives: of a boot that ends without a word this much is not known. */
const ALIVE_MARK_SECONDS = 60
const LONGEST_BACKOFF_SECONDS = 45

/** The lines of one device in the order of time, made one session after the other. */
export function* linesOf(wiring: Wiring): Generator<ContractLine> {
  const { device, life, dark, until, rates } = wiring
  const random = randomOf(wiring.seed, `wire/${device.id}`)
  const ms = (seconds: number) => wiring.startMs + Math.round(seconds * 1000)
  const reporting = createReporting(wiring, random, ms)
  const telling = createTelling(wiring, random, ms)
  let will: { at: number; line: ContractLine } | null = null

  for (const [index, boot] of life.boots.entries()) {
    let from = boot.from + random.between(...AGENT_STARTS)
    let firstOfBoot = index > 0
    for (let k = firstEndingAfter(dark, boot.from); ; k++) {
      const hole = dark[k]
      const last = hole === undefined || hole.from >= boot.to
      const to = last ? boot.to : hole.from
      if (to - from > 1) {
        if (will !== null && will.at < from) yield will.line
        will = null
        const previousEnd = firstOfBoot ? life.boots[index - 1]!.end : null
        firstOfBoot = false
        const lines: ContractLine[] = [
          { t: ms(from), type: 'connected', device: device.id, boot: index + 1, previousEnd },
          ...telling({ from, to }),
        ]
        const goodbye = last ? boot.goodbye : pauseAt(wiring.pauses, to)?.goodbye
        const spoken = goodbye ? Math.max(from + 0.5, to - random.between(0.3, 2)) : to
        const reported = from + random.between(1, 4)
        if (reported < spoken) lines.push(reporting(index, reported, to))
        if (goodbye) lines.push({ t: ms(spoken), type: 'goodbye', device: device.id, reason: goodbye })
        else if (to < until) will = willOf(wiring, random, last ? boot : null, to, ms)
        yield* lines.sort((a, b) => a.t - b.t)
      }
      if (last) break
      from = Math.max(from, hole.to + backIn(wiring, random, hole))
    }
  }
  if (will !== null) yield will.line

  function backIn({ brokerDown }: Wiring, draws: Random, hole: Span): number {
    const restarted = brokerDown.some(({ to }) => to === hole.to)
    if (restarted) return draws.between(2, rates.platform.returnSeconds)
    return draws.between(1, Math.min(LONGEST_BACKOFF_SECONDS, 3 + (hole.to - hole.from) / 20))
  }
}

function pauseAt(pauses: readonly AgentPause[], at: number): AgentPause | undefined {
  return pauses.find(({ from }) => from === at)
}

/** The will of a session that ends without goodbye at `at`; null when no broker is there to publish it. */
function willOf(
  { device, pauses, brokerDown, until }: Wiring,
  random: Random,
  boot: Boot | null,
  at: number,
  ms: (seconds: number) => number,
): { at: number; line: ContractLine } | null {
  const closed = boot === null ? pauseAt(pauses, at) !== undefined : boot.closesSocket
  const after = closed ? random.between(0.05, 0.8) : random.between(...WILL_KEEPALIVES) * device.keepalive
  const down = brokerDown[firstEndingAfter(brokerDown, at)]
  if (at + after >= until || (down !== undefined && down.from <= at + after)) return null
  const why = closed ? 'socket' : 'keepalive'
  return { at: at + after, line: { t: ms(at + after), type: 'lost', device: device.id, why } }
}

/** Makes the report that follows a connection, with the boots that were alive since the last one arrived. */
function createReporting(
  { device, life, startMs }: Wiring,
  random: Random,
  ms: (seconds: number) => number,
): (boot: number, at: number, sessionEnds: number) => ContractLine {
  let seq = 0
  /** What the last session that brought a report covered; null before the first. */
  let known: { boot: number; until: number } | null = null
  const rttMs = random.between(15, 90)

  const clockAt = (boot: number, from: number): number | null => {
    const synchronised = known !== null && known.boot === boot
    if (!device.hasClock && !synchronised) return null
    return startMs + Math.round((life.boots[boot]!.from + from) * 1000) + device.clockErrorMs
  }
  const entry = (index: number, at: number, current: number): HistoryEntry => {
    const boot = life.boots[index]!
    const clean = boot.end !== 'power-loss' && boot.end !== 'unknown'
    const lastMark = boot.to - (clean ? 0 : random.between(0, ALIVE_MARK_SECONDS))
    const to = Math.max(0, Math.floor((index === current ? at : lastMark) - boot.from))
    const lastHeard =
      known?.boot === index ? known.until - boot.from - random.between(0, device.keepalive) : 0
    const from = Math.min(to, Math.max(0, Math.floor(lastHeard)))
    const end: End | null = index === current ? null : boot.end
    return { boot: index + 1, from, to, clock: clockAt(index, from), end }
  }

  return (boot, at, sessionEnds) => {
    const history: HistoryEntry[] = []
    for (let index = known?.boot ?? 0; index <= boot; index++) history.push(entry(index, at, boot))
    const line: ContractLine = {
      ...{ t: ms(at), type: 'report', device: device.id, boot: boot + 1, seq },
      uptime: Math.floor(at - life.boots[boot]!.from),
      at: ms(at - 0.4) + device.clockErrorMs,
      rttMs: Math.round(rttMs * random.between(0.8, 2)),
      history,
    }
    seq += 1 + Math.floor((sessionEnds - at) / REPORT_SECONDS)
    known = { boot, until: sessionEnds }
    return line
  }
}

/** Makes what a device tells beside its reports in a session: that it runs on battery, which cell serves it. */
function createTelling(
  { device, life, moves }: Wiring,
  random: Random,
  ms: (seconds: number) => number,
): (session: Span) => ContractLine[] {
  let source: 'battery' | 'mains' = 'mains'
  let cell: string | null = null
  let nextMove = 0
  return ({ from, to }) => {
    const lines: ContractLine[] = []
    const tellSource = (at: number, now: typeof source) => {
      if (now === source || at >= to) return
      source = now
      lines.push({ t: ms(at), type: 'power', device: device.id, source: now })
    }
    const tellCell = (at: number, now: string) => {
      if (now === cell || at >= to) return
      cell = now
      lines.push({ t: ms(at), type: 'cell', device: device.id, cell: now })
    }
    let serving: string | null = null
    for (; nextMove < moves.length && moves[nextMove]!.at <= from; nextMove++) serving = moves[nextMove]!.cell
    if (serving !== null) tellCell(from + 0.2, serving)
    for (; nextMove < moves.length && moves[nextMove]!.at < to; nextMove++)
      tellCell(Math.max(from + 0.3, moves[nextMove]!.at), moves[nextMove]!.cell)
    tellSource(from + 0.4, covers(life.onBattery, from) ? 'battery' : 'mains')
    for (let i = firstEndingAfter(life.onBattery, from); i < life.onBattery.length; i++) {
      const span = life.onBattery[i]!
      if (span.from >= to) break
      if (span.from > from) tellSource(span.from + random.between(1, 8), 'battery')
      tellSource(span.to + random.between(1, 8), 'mains')
    }
    return lines
  }
}
