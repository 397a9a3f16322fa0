import { uptime } from 'node:os'
import { reasonOf } from '../reason.ts'
import type { Carrying } from './carrying.ts'
import {
  afterCheck,
  CHECK_LIMITS,
  type CheckLimits,
  isBeingMadeSure,
  isCheckDue,
  type Measured,
  measured,
  NO_CHECKS,
  pingsOf,
} from './checks.ts'
import { type Kernel, kernelAt } from './kernel.ts'
import { askNetifd } from './netifd.ts'
import type { UplinkPapers } from './papers.ts'
import { type PingAnswer, type PingQuestion, ping, pingBytes } from './ping.ts'
import { type LineKnowledge, Sight, type View } from './sight.ts'
import { STATES, trackerName } from './tracker.ts'
import { afterTelling, mayTell, SETTLE_MS, type Settling, settle, type Told } from './turn.ts'

export interface UplinkWatchParts {
  lines: readonly UplinkPapers[]
  /** Somebody pays for each byte of the line. */
  metered(): boolean
  /** A storm: nobody probes. */
  held(): boolean
  /** Another line carries than was told before. */
  onTurn(): void
  /** Bytes that pings may have cost on a line, both ways. */
  onSpent?(bytes: number): void
  kernel?: Kernel
  ping?(question: PingQuestion, signal: AbortSignal): Promise<PingAnswer>
  netifd?(signal: AbortSignal): Promise<ReadonlyMap<string, readonly string[]>>
  now?(): number
  uptimeSeconds?(): number
  limits?: Partial<UplinkWatchLimits>
}

export interface UplinkWatchLimits {
  /** Between two glances whether the routes are still the same: one file of the kernel. */
  glanceMs: number
  /** After so long all is looked at again, unless a sample has done so meanwhile. */
  lookMs: number
  /** Until what was seen once is looked at again. */
  settleMs: number
  /** Between two looks whether mwan3 runs: it is started later than an agent. */
  trackerMs: number
  /** Between two questions to netifd which of its interfaces lies where, a child process. */
  namesMs: number
  checks: CheckLimits
}

const LIMITS: UplinkWatchLimits = {
  ...{ glanceMs: 10_000, lookMs: 65_000, settleMs: SETTLE_MS, trackerMs: 60_000, namesMs: 3600_000 },
  checks: CHECK_LIMITS,
}

/** What was seen so lately is seen now: several collectors ask at one sample. */
const FRESH_MS = 1000

/** Watches the lines of a site: glances each ten seconds whether another carries, pings through them seldom, and tells a turn at once. */
export class UplinkWatch {
  readonly #parts: Required<Omit<UplinkWatchParts, 'limits'>>
  readonly #limits: UplinkWatchLimits
  readonly #sight: Sight
  #lines: LineKnowledge[]
  #view: View | null = null
  #lookedAtMs = Number.NEGATIVE_INFINITY
  #settling: Settling<Carrying> = { settled: null, doubt: null }
  #told: Told<Carrying> = { word: null, atMs: 0, turns: 0 }
  /** Why the last ping through a line was none, and since when. */
  readonly #checkFaults: ({ reason: string; atMs: number } | null)[]
  readonly #checking = new Set<number>()
  #trackerAtMs = Number.NEGATIVE_INFINITY
  #namesAtMs = Number.NEGATIVE_INFINITY
  #timer: NodeJS.Timeout | null = null
  #running: AbortController | null = null

  constructor(parts: UplinkWatchParts) {
    this.#parts = {
      ...{ onSpent: () => {}, kernel: kernelAt(), ping, netifd: askNetifd },
      ...{ now: () => performance.now(), uptimeSeconds: uptime },
      ...parts,
    }
    this.#limits = { ...LIMITS, ...parts.limits }
    this.#sight = new Sight(this.#parts.kernel, this.#limits.checks)
    this.#lines = parts.lines.map((papers) => ({ papers, checks: NO_CHECKS, trackerName: null }))
    this.#checkFaults = parts.lines.map(() => null)
  }

  start(): void {
    this.#running = new AbortController()
    this.#wait(0)
  }

  stop(): void {
    this.#running?.abort()
    this.#running = null
    if (this.#timer) clearTimeout(this.#timer)
    this.#parts.kernel.close()
  }

  get lines(): readonly LineKnowledge[] {
    return this.#lines
  }

  /** Which line carries, as it was told last: one that flickers is told calmly. */
  get carrying(): Carrying | null {
    return this.#told.word
  }

  get checkFaults(): readonly string[] {
    return this.#checkFaults.flatMap((fault) => fault?.reason ?? [])
  }

  /** Delay and loss of each line to the address that its papers name; null: nothing that stands for now. */
  measured(): readonly (Measured | null)[] {
    const { metered, now } = this.#parts
    return this.#lines.map(({ papers, checks }) =>
      papers.check === undefined ? null : measured(checks, metered(), now(), this.#limits.checks),
    )
  }

  /** The lines as they are now. @throws Error that says why they cannot be seen */
  view(): View {
    const fresh = this.#parts.now() - this.#lookedAtMs <= FRESH_MS
    return fresh && this.#view !== null ? this.#view : this.#look()
  }

  #wait(ms: number): void {
    this.#timer = setTimeout(() => this.#turn(), ms)
  }

  #turn(): void {
    if (this.#timer) clearTimeout(this.#timer)
    if (!this.#running) return
    try {
      if (this.#mustLook()) this.#look()
    } catch {
      // Whoever asks for the view is told why there is none.
    }
    this.#wait(this.#settling.doubt ? this.#limits.settleMs : this.#limits.glanceMs)
  }

  /** At rest the routes are all that is looked at: a look costs half a millisecond. */
  #mustLook(): boolean {
    const { settled, doubt } = this.#settling
    const atRest = this.#view !== null && doubt === null && this.#told.word === settled
    if (!atRest || this.#parts.now() - this.#lookedAtMs >= this.#limits.lookMs) return true
    return this.#lines.some(({ checks }) => isBeingMadeSure(checks)) || this.#sight.hasTurned(this.#lines)
  }

  #look(): View {
    const { metered, now, uptimeSeconds, onTurn } = this.#parts
    const nowMs = now()
    this.#view = null
    const view = this.#sight.look(this.#lines, {
      metered: metered(),
      nowMs,
      uptimeSeconds: uptimeSeconds(),
    })
    this.#view = view
    this.#lookedAtMs = nowMs
    this.#settling = settle(this.#settling, view.carrying, nowMs, this.#limits.settleMs)
    const word = this.#settling.settled ?? view.carrying
    if (mayTell(this.#told, word, nowMs)) {
      const first = this.#told.word === null
      this.#told = afterTelling(this.#told, word, nowMs)
      if (!first && this.#running) onTurn()
    }
    if (this.#running) {
      this.#check(view, this.#running.signal)
      this.#learnNames(this.#running.signal)
    }
    return view
  }

  #check(view: View, signal: AbortSignal): void {
    const circumstances = {
      metered: this.#parts.metered(),
      held: this.#parts.held(),
      nowMs: this.#parts.now(),
    }
    for (const [index, { target, suspicious }] of view.lines.entries()) {
      const record = this.#lines[index]!.checks
      if (target === null || this.#checking.has(index) || this.#cannotPing(index)) continue
      if (!isCheckDue(record, { ...circumstances, suspicious }, this.#limits.checks)) continue
      this.#checking.add(index)
      const count = pingsOf(record, circumstances.metered)
      void this.#ping(index, { address: target, count, suspicious }, signal).then(() => {
        this.#checking.delete(index)
        // What it has shown may be that another line carries.
        this.#lookedAtMs = Number.NEGATIVE_INFINITY
        this.#turn()
      })
    }
  }

  /** Where ping is missing it is looked for again when the next look would be due. */
  #cannotPing(index: number): boolean {
    const fault = this.#checkFaults[index] ?? null
    return fault !== null && this.#parts.now() - fault.atMs < this.#limits.checks.everyMs
  }

  async #ping(
    index: number,
    { address, count, suspicious }: { address: string; count: number; suspicious: boolean },
    signal: AbortSignal,
  ): Promise<void> {
    const { ping: through, onSpent, now } = this.#parts
    try {
      const { interface: device } = this.#lines[index]!.papers
      const answer = await through({ interface: device, address, count }, signal)
      onSpent((answer.sent + answer.received) * pingBytes(address))
      const { checks } = this.#lines[index]!
      this.#know(index, { checks: afterCheck(checks, { atMs: now(), ...answer }, suspicious) })
      this.#checkFaults[index] = null
    } catch (error) {
      this.#checkFaults[index] = { reason: reasonOf(error), atMs: now() }
    }
  }

  /** What mwan3 calls the lines, where it runs: by their names, else netifd is asked. */
  #learnNames(signal: AbortSignal): void {
    const { kernel, netifd, now } = this.#parts
    const { trackerMs, namesMs } = this.#limits
    if (!this.#namesMissing || now() - this.#trackerAtMs < trackerMs) return
    this.#trackerAtMs = now()
    if (!kernel.has(STATES)) return
    this.#takeNames(new Map())
    if (!this.#namesMissing || now() - this.#namesAtMs < namesMs) return
    this.#namesAtMs = now()
    void netifd(signal).then((names) => this.#takeNames(names))
  }

  get #namesMissing(): boolean {
    return this.#lines.some(({ trackerName: name }) => name === null)
  }

  #takeNames(names: ReadonlyMap<string, readonly string[]>): void {
    for (const [index, { papers }] of this.#lines.entries()) {
      this.#know(index, { trackerName: trackerName(this.#parts.kernel, papers.interface, names) })
    }
  }

  #know(index: number, news: Partial<LineKnowledge>): void {
    this.#lines = this.#lines.map((line, at) => (at === index ? { ...line, ...news } : line))
  }
}
