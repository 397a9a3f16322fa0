/** Why a device is not read for a while: what it sent waits for the disk, or others have the right of way. */
export type HoldReason = 'disk' | 'right-of-way'

/** Holds while there is any reason, and lets go with the last. */
export class Hold {
  readonly #reasons = new Set<HoldReason>()
  readonly #onChange: (held: boolean) => void

  constructor(onChange: (held: boolean) => void) {
    this.#onChange = onChange
  }

  set(reason: HoldReason, holds: boolean): void {
    const before = this.#reasons.size > 0
    if (holds) this.#reasons.add(reason)
    else this.#reasons.delete(reason)
    const held = this.#reasons.size > 0
    if (held !== before) this.#onChange(held)
  }
}
