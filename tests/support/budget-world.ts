import type { Line } from '#protocol/cost.ts'
import type { Account, AccountStore, SavedAccount } from '../../agent/budget/account.ts'
import { Budget } from '../../agent/budget/budget.ts'
import type { Wanted } from '../../agent/budget/steps.ts'
import { rememberingLog } from './remembering-log.ts'

/** What an office PC's papers ask for. */
export const OFFICE_PACE: Wanted = { sampleSeconds: 60, reportSeconds: 900, keepaliveSeconds: 1200 }
export const METERED_LINE: Line = { timestamps: false, tagBytes: 8, ipv6: false }

/** 2026-11-10, noon in Vietnam. */
export const NOON_MS = Date.UTC(2026, 10, 10, 5)

/** A disk that can be slow: a write is on it once `settle` says so; a power cut before loses it. */
export class SlowDisk implements AccountStore {
  saved: SavedAccount = 'none'
  writes = 0
  stuck = false
  full = false
  readonly #waiting: { account: Account; done: () => void; fail: (error: Error) => void }[] = []

  async read(): Promise<SavedAccount> {
    return this.saved
  }

  write(account: Account): Promise<void> {
    return new Promise((done, fail) => {
      this.#waiting.push({ account, done, fail })
      if (!this.stuck) this.settle()
    })
  }

  settle(): void {
    for (const { account, done, fail } of this.#waiting.splice(0)) {
      if (this.full) {
        fail(new Error('ENOSPC'))
        continue
      }
      this.saved = account
      this.writes++
      done()
    }
  }

  /** What was under way is on the disk or is not. */
  cut(kept: boolean): void {
    const last = this.#waiting.splice(0).at(-1)
    if (kept && last) this.saved = last.account
  }
}

/** A device's two clocks, and a budget on them, in virtual time. */
export function budgetWorld(capBytes: number | null, wanted = OFFICE_PACE, line = METERED_LINE) {
  const time = { trueMs: NOON_MS, uptimeMs: 60_000, skewMs: 0 }
  const clock = {
    uptimeSeconds: () => Math.floor(time.uptimeMs / 1000),
    nowMs: () => time.trueMs + time.skewMs,
  }
  const disk = new SlowDisk()
  const log = rememberingLog()
  const world = {
    time,
    disk,
    log,
    boot: 1,
    steps: [] as number[],
    months: 0,
    rooms: 0,
    news: false,
    budget: undefined as unknown as Budget,
    /** Starts the agent: in the same boot, or after the machine was off for so long. */
    async start(offMs: number | null = null): Promise<void> {
      if (offMs !== null) {
        world.boot++
        time.trueMs += offMs
        time.uptimeMs = 30_000
      }
      const parts = {
        ...{ store: disk, clock, boot: world.boot, identityBytes: 8, log, line: () => line },
        hasNews: () => world.news,
        onStep: (step: number) => world.steps.push(step),
        onMonth: () => world.months++,
        onRoom: () => world.rooms++,
      }
      world.budget = new Budget(parts, await disk.read(), wanted, capBytes)
      await world.budget.start()
    },
    pass(seconds: number): void {
      time.trueMs += seconds * 1000
      time.uptimeMs += seconds * 1000
    },
  }
  return world
}

/** Lets what was promised come about. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
