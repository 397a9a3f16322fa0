import { advance, type Tally } from '../collect/tally.ts'
import { type Carrying, carrying } from './carrying.ts'
import { type CheckLimits, type CheckRecord, wordOf } from './checks.ts'
import type { Counters } from './counters.ts'
import type { Kernel } from './kernel.ts'
import { isLinked, type LineSigns, type LineState, lineState } from './line-state.ts'
import { afterCounters, isSilent, type Movement, receives } from './movement.ts'
import type { UplinkPapers } from './papers.ts'
import type { DefaultRoute } from './routes.ts'
import { afterLook, type Shares } from './shares.ts'
import { isPassedOver, type TrackerWord, trackerWord } from './tracker.ts'

/** What is known of a line beside what the kernel says now. */
export interface LineKnowledge {
  papers: UplinkPapers
  checks: CheckRecord
  /** What mwan3 calls it; null: it does not know it. */
  trackerName: string | null
}

/** One line as it was seen. */
export interface LineView {
  state: LineState
  /** What is pinged through it; null: nothing. */
  target: string | null
  /** It carries otherwise than its pings said: worth another look. */
  suspicious: boolean
  /** Since the boot, as far as seen; null: the interface was never there. */
  carried: { rx: number; tx: number } | null
}

export interface View {
  carrying: Carrying
  lines: readonly LineView[]
}

interface Seen {
  signs: LineSigns
  tracker: TrackerWord | null
  target: string | null
}

export interface Moment {
  metered: boolean
  nowMs: number
  uptimeSeconds: number
}

/** Looks at the lines of a site, and keeps what one look needs of those before. */
export class Sight {
  readonly #kernel: Kernel
  readonly #limits: CheckLimits
  #tally: Tally | null = null
  #shares: Shares | null = null
  readonly #movements = new Map<string, Movement>()
  #passedOver: readonly boolean[] = []

  constructor(kernel: Kernel, limits: CheckLimits) {
    this.#kernel = kernel
    this.#limits = limits
  }

  /** Whether others choose the line now than at the last look; what it costs must not count, a dozen times a look. */
  hasTurned(lines: readonly LineKnowledge[]): boolean {
    return (
      this.#kernel.routesChanged() ||
      lines.some(
        ({ trackerName: name }, index) =>
          name !== null && isPassedOver(this.#kernel, name) !== this.#passedOver[index],
      )
    )
  }

  /** @throws Error when the kernel's files are missing, or not what they should be */
  look(lines: readonly LineKnowledge[], moment: Moment): View {
    const routes = this.#kernel.defaultRoutes()
    const names = lines.map(({ papers }) => papers.interface)
    this.#count(names, this.#kernel.counters(names), moment.nowMs)
    const seen = lines.map((line) => this.#see(line, routes, moment))
    this.#passedOver = seen.map(({ tracker }) => tracker?.passedOver ?? false)
    const states = seen.map(({ signs }, index) => lineState(signs, seen[1 - index]?.signs ?? null))
    return {
      carrying: carrying(
        routes,
        lines.map(({ papers: { interface: device } }, index) => ({
          ...{ interface: device, state: states[index]! },
          passedOver: this.#passedOver[index]! || this.#isLeftOut(device, seen[index]!.signs),
        })),
        this.#sharesOf(lines, seen, moment.nowMs),
      ),
      lines: lines.map(({ papers }, index) => ({
        state: states[index]!,
        target: seen[index]!.target,
        suspicious: isSuspicious(seen[index]!.signs, this.#movements.get(papers.interface) ?? null),
        carried: this.#tally?.get(papers.interface) ?? null,
      })),
    }
  }

  #count(names: readonly string[], counters: ReadonlyMap<string, Counters>, nowMs: number): void {
    const own = names.flatMap((name) => {
      const found = counters.get(name)
      if (!found) this.#movements.delete(name)
      else this.#movements.set(name, afterCounters(this.#movements.get(name) ?? null, found, nowMs))
      return found ? [{ name, ...found }] : []
    })
    this.#tally = advance(this.#tally, own, nowMs)
  }

  #see(
    { papers, checks, trackerName }: LineKnowledge,
    routes: readonly DefaultRoute[],
    { metered, nowMs, uptimeSeconds }: Moment,
  ): Seen {
    const route = routes.find(({ interface: device }) => device === papers.interface)
    const tracker = trackerName === null ? null : trackerWord(this.#kernel, trackerName, uptimeSeconds)
    const gateway = route?.gateway ?? null
    const operstate = this.#kernel.operstate(papers.interface)
    const target = isLinked(operstate) ? (papers.check ?? (tracker?.state ? null : gateway)) : null
    // Many gateways answer no pings: the silence of one that never has says nothing.
    const asked = papers.check !== undefined || checks.everAnswered
    return {
      signs: {
        operstate,
        routed: route !== undefined,
        tracker: tracker?.state ?? null,
        checks: asked ? wordOf(checks, metered, nowMs, this.#limits) : null,
        receives: receives(this.#movements.get(papers.interface) ?? null),
      },
      ...{ tracker, target },
    }
  }

  /** Only asked about the rare link that is dead and still has its route. */
  #isLeftOut(device: string, { operstate, routed }: LineSigns): boolean {
    return routed && !isLinked(operstate) && this.#kernel.leavesOutDeadLinks(device)
  }

  #sharesOf(
    lines: readonly LineKnowledge[],
    seen: readonly { tracker: TrackerWord | null }[],
    nowMs: number,
  ): readonly string[] | null {
    if (seen.every(({ tracker }) => tracker === null)) return null
    const carried = lines.flatMap(({ papers: { interface: name } }) => {
      const found = this.#tally?.get(name)
      return found ? [{ interface: name, bytes: found.rx + found.tx }] : []
    })
    this.#shares = afterLook(this.#shares, carried, nowMs)
    return this.#shares.clear
  }
}

function isSuspicious({ checks, receives: comesIn }: LineSigns, movement: Movement | null): boolean {
  return checks === 'failed' ? comesIn : isSilent(movement)
}
