import type { Clock } from './clock.ts'
import type { RightOfWay } from './right-of-way.ts'

/** From CONNACK on: who has said nothing by then has nothing to say now. Ten round trips of a satellite line. */
const SAY_WITHIN_MS = 7000

/** History waits no longer than this in one go: an agent dials anew beside a connection that is silent for 15 s. */
const GIVE_WAY_MS = 10_000

export interface ArrivalParts {
  clock: Clock
  way: RightOfWay
  /** Gives up the right of way that the handshake brought. */
  there: () => void
  onWait: (waits: boolean) => void
}

/** One connection's way in: it has the right of way until its first message is on disk, then gives it to others. */
export class Arrival {
  readonly #parts: ArrivalParts
  #arriving = true
  #callOff: () => void = () => {}

  constructor(parts: ArrivalParts) {
    this.#parts = parts
  }

  /** CONNACK is written. */
  answered(): void {
    if (this.#arriving) this.#callOff = this.#parts.clock.after(SAY_WITHIN_MS, () => this.#isThere())
  }

  /** A message is on disk: of the first, the present is known. */
  stored(): void {
    if (!this.#arriving) return
    this.#isThere()
    const { clock, way, onWait } = this.#parts
    if (!way.busy) return
    onWait(true)
    const goOn = (): void => {
      this.#callOff()
      onWait(false)
    }
    const letGo = way.giveWay(goOn)
    const noLonger = clock.after(GIVE_WAY_MS, goOn)
    this.#callOff = () => {
      letGo()
      noLonger()
    }
  }

  closed(): void {
    this.#isThere()
  }

  #isThere(): void {
    this.#arriving = false
    this.#callOff()
    this.#parts.there()
  }
}
