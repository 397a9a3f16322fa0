/** Lets so many at a time go through; the others wait in the order in which they came. */
export class Gate {
  readonly #waiting: ((leave: () => void) => void)[] = []
  #free: number

  constructor(places: number) {
    this.#free = places
  }

  /** Calls `pass` when there is a place; it gives the place back by `leave`, which may be called twice. */
  enter(pass: (leave: () => void) => void): void {
    this.#waiting.push(pass)
    this.#letIn()
  }

  #letIn(): void {
    while (this.#free > 0) {
      const next = this.#waiting.shift()
      if (!next) return
      this.#free--
      let left = false
      next(() => {
        if (left) return
        left = true
        this.#free++
        this.#letIn()
      })
    }
  }
}
