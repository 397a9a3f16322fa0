/** Fewer than this on their way in are everyday life: nobody gives way to them. */
const MANY = 32

/**
 * When many come at once, those who are in wait with their history until the others have said how they are now: from
 * the first byte of a handshake to the first message on disk a device is *arriving*, and has the right of way.
 */
export class RightOfWay {
  #arriving = 0
  readonly #waiting = new Set<() => void>()

  /** Somebody is on the way in; what is returned says that it is there, or gone. */
  arrive(): () => void {
    let there = false
    this.#arriving++
    return () => {
      if (there) return
      there = true
      this.#arriving--
      if (!this.busy) this.#letGo()
    }
  }

  /** More than a few are arriving. */
  get busy(): boolean {
    return this.#arriving >= MANY
  }

  /** Calls `go` once that is over; what is returned calls it off. */
  giveWay(go: () => void): () => void {
    this.#waiting.add(go)
    return () => this.#waiting.delete(go)
  }

  #letGo(): void {
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    for (const go of waiting) go()
  }
}
