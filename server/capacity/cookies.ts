import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { DeviceId } from '#protocol/ids.ts'
import { TRAIN_COOKIE_BYTES } from '#protocol/train.ts'

/** For whom a cookie was made. */
export interface CookieHolder {
  device: DeviceId
  nonce: Uint8Array
  address: string
  port: number
}

const TIME_BYTES = 4
/** The time wraps after 49 days of one centre, with its secret long since told to nobody. */
const TIME_MODULUS = 2 ** 32

/** Shows that whoever holds a cookie hears what is sent to his address. Nothing is kept until he has shown it. */
export class Cookies {
  readonly #secret = randomBytes(32)
  readonly #nowMs: () => number
  readonly #holdsMs: number

  constructor(nowMs: () => number, holdsMs: number) {
    this.#nowMs = nowMs
    this.#holdsMs = holdsMs
  }

  make(holder: CookieHolder): Uint8Array {
    return this.#cookie(holder, Math.floor(this.#nowMs()) % TIME_MODULUS)
  }

  holds(cookie: Uint8Array, holder: CookieHolder): boolean {
    if (cookie.length !== TRAIN_COOKIE_BYTES) return false
    const madeMs = Buffer.from(cookie).readUInt32BE()
    const ageMs = (Math.floor(this.#nowMs()) - madeMs + TIME_MODULUS) % TIME_MODULUS
    return ageMs <= this.#holdsMs && timingSafeEqual(this.#cookie(holder, madeMs), cookie)
  }

  #cookie({ device, nonce, address, port }: CookieHolder, madeMs: number): Uint8Array {
    const time = Buffer.alloc(TIME_BYTES)
    time.writeUInt32BE(madeMs)
    const seal = createHmac('sha256', this.#secret)
      .update(time)
      .update(nonce)
      .update(`${device} ${address} ${port}`)
      .digest()
    return Buffer.concat([time, seal]).subarray(0, TRAIN_COOKIE_BYTES)
  }
}
