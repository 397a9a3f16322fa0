/** Where virtual time stands, and how fast it goes: what one process tells another of it. */
export interface Pace {
  /** ms since 1970. */
  virtualMs: number
  /** Virtual seconds in a real one. */
  speed: number
}

/** ms on a clock that nobody sets, of this process alone. */
const realNow = (): number => performance.now()

interface Waiting {
  dueMs: number
  run: () => void
}

/** A timer is at most so late, in real time: 0.6 s of virtual time at 60 times speed. */
const LOOK_MS = 10

/**
 * A pace holds for so long in real time, then it must be renewed, or time stands still. So a machine that is too busy for
 * this speed plays slower, and calls nobody silent who had no processor to speak with: 1.5 keepalives of a minute are
 * 1.5 s at 60 times speed.
 */
const STRIDE_MS = 150

/** Time that runs faster than the wall's, and changes its speed in the middle: what waits is woken at the virtual moment. */
export class QuickClock {
  #pace: Pace
  /** When that pace was set. */
  #sinceMs = realNow()
  /** It never runs back: where another clock turns out to be behind, it waits. */
  #latestMs = 0
  /** A heap: the first is due first, and each before those at twice its place. */
  readonly #waiting: Waiting[] = []
  readonly #timer: NodeJS.Timeout
  #look: NodeJS.Immediate | undefined

  constructor(pace: Pace) {
    this.#pace = pace
    // Behind what has come over the sockets meanwhile: after a busy moment nobody is called silent whose words lie unread.
    this.#timer = setInterval(() => {
      clearImmediate(this.#look)
      this.#look = setImmediate(() => this.#wake())
    }, LOOK_MS)
  }

  /** ms since 1970, whole. */
  readonly now = (): number => Math.floor(this.nowMs())

  /** The same as a clock that nobody sets: it never runs back. */
  readonly nowMs = (): number => {
    const { virtualMs, speed } = this.#pace
    const nowMs = virtualMs + Math.min(STRIDE_MS, realNow() - this.#sinceMs) * speed
    this.#latestMs = Math.max(this.#latestMs, nowMs)
    return this.#latestMs
  }

  /** As of now. */
  get pace(): Pace {
    return { ...this.#pace, virtualMs: this.nowMs() }
  }

  /** Goes as another clock goes. */
  follow(pace: Pace): void {
    this.#pace = pace
    this.#sinceMs = realNow()
  }

  /** From this moment on goes on at this speed, for another stride. */
  run(speed: number): void {
    this.follow({ virtualMs: this.nowMs(), speed })
  }

  /** Calls `run` once, after so much virtual time; returns how to call that off. */
  after(ms: number, run: () => void): () => void {
    const waiting = { dueMs: this.nowMs() + ms, run }
    push(this.#waiting, waiting)
    return () => {
      waiting.run = () => {}
    }
  }

  stop(): void {
    clearInterval(this.#timer)
    clearImmediate(this.#look)
    this.#waiting.length = 0
  }

  #wake(): void {
    const nowMs = this.nowMs()
    while (this.#waiting[0] && this.#waiting[0].dueMs <= nowMs) pop(this.#waiting)!.run()
  }
}

function push(heap: Waiting[], waiting: Waiting): void {
  let at = heap.length
  while (at > 0) {
    const above = (at - 1) >> 1
    if (heap[above]!.dueMs <= waiting.dueMs) break
    heap[at] = heap[above]!
    at = above
  }
  heap[at] = waiting
}

function pop(heap: Waiting[]): Waiting | undefined {
  const first = heap[0]
  const last = heap.pop()
  if (last === undefined || heap.length === 0) return first
  let at = 0
  for (;;) {
    let below = 2 * at + 1
    if (below + 1 < heap.length && heap[below + 1]!.dueMs < heap[below]!.dueMs) below++
    if (below >= heap.length || heap[below]!.dueMs >= last.dueMs) break
    heap[at] = heap[below]!
    at = below
  }
  heap[at] = last
  return first
}
