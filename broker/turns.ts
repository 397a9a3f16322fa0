/** Lets so many in at one time; the rest wait in the order in which they came, and nobody is turned away. */
export class Turns {
  readonly #limit: number
  readonly #waiting = new Set<() => void>()
  #inside = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  get waiting(): number {
    return this.#waiting.size
  }

  /** Calls `begin` when it is one's turn, perhaps at once. What is returned gives the turn, or the place in line, up. */
  enter(begin: () => void): () => void {
    let left = false
    const enterNow = (): void => {
      this.#inside++
      begin()
    }
    if (this.#inside < this.#limit) enterNow()
    else this.#waiting.add(enterNow)
    return () => {
      if (left) return
      left = true
      if (this.#waiting.delete(enterNow)) return
      this.#inside--
      this.#next()
    }
  }

  #next(): void {
    const [next] = this.#waiting
    if (!next || this.#inside >= this.#limit) return
    this.#waiting.delete(next)
    next()
  }
}
