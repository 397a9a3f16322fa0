import type { DeviceId } from '#protocol/ids.ts'
import { type CarArrival, encodeTrain, MAX_CARS, type Order, type ToTrainAgent } from '#protocol/train.ts'
import type { Clock } from '../../broker/clock.ts'
import type { CapacityLimits, TrainRefusal } from './limits.ts'
import { readTrainMessage } from './read.ts'
import { checked, type TrainKeys, withTag } from './tags.ts'

/** A car as it came, not looked at yet. */
interface RawCar {
  datagram: Uint8Array
  atUs: number
}

export interface SessionParts {
  device: DeviceId
  nonce: Uint8Array
  keys: TrainKeys
  clock: Clock
  limits: CapacityLimits
  /** What a car or an answer costs on the line beyond its bytes. */
  headerBytes: number
  send(datagram: Uint8Array): void
  /** Nothing came for too long, or it took too long. */
  onOver(): void
}

/** One estimate of one device: it sends the trains that are asked for, and tells how those of the device came. */
export class CapacitySession {
  readonly #parts: SessionParts
  #downBytes = 0
  #upBytes = 0
  #lastOrder = -1
  readonly #cars: RawCar[] = []
  #callOffCar = (): void => {}
  #callOffIdle = (): void => {}
  readonly #callOffEnd: () => void

  constructor(parts: SessionParts) {
    const { clock, limits, onOver } = parts
    this.#parts = parts
    this.#callOffEnd = clock.after(limits.sessionMs, onOver)
    this.renew()
  }

  get device(): DeviceId {
    return this.#parts.device
  }

  isOf(nonce: Uint8Array): boolean {
    return Buffer.compare(this.#parts.nonce, nonce) === 0
  }

  /** Whether its device's key made this. */
  proves(datagram: Uint8Array): boolean {
    return checked(this.#parts.keys.up, datagram) !== null
  }

  /** Something of it came. */
  renew(): void {
    const { clock, limits, onOver } = this.#parts
    this.#callOffIdle()
    this.#callOffIdle = clock.after(limits.idleMs, onOver)
  }

  say(message: ToTrainAgent): TrainRefusal | null {
    const datagram = withTag(this.#parts.keys.down, encodeTrain(message))
    if (!this.#grants(datagram.length)) return 'over-limit'
    this.#parts.send(datagram)
    return null
  }

  /** An order that comes twice is one; the train is on its way, or lost. */
  order({ train, cars, carBytes, gapUs }: Order): TrainRefusal | null {
    const { keys, nonce, clock, send } = this.#parts
    if (train <= this.#lastOrder) return 'replayed'
    if (!this.#grants(cars * carBytes, cars)) return 'over-limit'
    this.#lastOrder = train
    const datagrams = Array.from({ length: cars }, (_, index) =>
      withTag(keys.down, encodeTrain({ kind: 'car', nonce, train, index, bytes: carBytes })),
    )
    this.#callOffCar()
    if (gapUs === 0) for (const datagram of datagrams) send(datagram)
    else this.#sendSpaced(datagrams, gapUs, clock.nowMs())
    return null
  }

  /** Whether so much may still go down; then it is counted. */
  #grants(bytes: number, packets = 1): boolean {
    const { limits, headerBytes } = this.#parts
    const all = this.#downBytes + bytes + packets * headerBytes
    if (all > limits.downBytes) return false
    this.#downBytes = all
    return true
  }

  /** By when each is due, so that a late timer does not slow the train. */
  #sendSpaced(datagrams: Uint8Array[], gapUs: number, sinceMs: number): void {
    const { clock, send } = this.#parts
    const [next, ...rest] = datagrams
    if (!next) return
    send(next)
    const dueMs = sinceMs + gapUs / 1000
    const waitMs = Math.max(0, dueMs - clock.nowMs())
    this.#callOffCar = clock.after(waitMs, () => this.#sendSpaced(rest, gapUs, dueMs))
  }

  /** A datagram that says it is a car. */
  takeCar(datagram: Uint8Array, atUs: number): TrainRefusal | null {
    const { limits, headerBytes } = this.#parts
    const bytes = this.#upBytes + datagram.length + headerBytes
    if (bytes > limits.upBytes) return 'over-limit'
    this.#upBytes = bytes
    this.#cars.push({ datagram, atUs })
    return null
  }

  tell(train: number): TrainRefusal | null {
    const { nonce } = this.#parts
    return this.say({ kind: 'arrivals', nonce, train, arrivals: this.#arrivalsOf(train) })
  }

  end(): void {
    this.#callOffCar()
    this.#callOffIdle()
    this.#callOffEnd()
  }

  /** Cars are looked at only now: while they come nothing may take time. */
  #arrivalsOf(train: number): CarArrival[] {
    const arrivals: CarArrival[] = []
    const seen = new Set<number>()
    for (const { datagram, atUs } of this.#cars) {
      const body = checked(this.#parts.keys.up, datagram)
      const car = body && readTrainMessage(body)
      if (car?.kind !== 'car' || car.train !== train || seen.has(car.index)) continue
      seen.add(car.index)
      arrivals.push({ index: car.index, atUs })
    }
    const firstUs = arrivals[0]?.atUs ?? 0
    return arrivals.slice(0, MAX_CARS).map(({ index, atUs }) => ({ index, atUs: atUs - firstUs }))
  }
}
