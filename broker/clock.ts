/** Time that a test can lead. */
export interface Clock {
  /** ms on a clock that nobody sets. */
  nowMs(): number
  /** Calls `run` once, after so long; returns how to call that off. */
  after(ms: number, run: () => void): () => void
}

export const SYSTEM_CLOCK: Clock = {
  nowMs: () => performance.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
}
