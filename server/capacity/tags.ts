import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import { TRAIN_INFO, TRAIN_KEY_BYTES, TRAIN_TAG_BYTES, tagged, untagged } from '#protocol/train.ts'

/** One for what goes up and one for what goes down: nothing can be sent back to whom it came from. */
export interface TrainKeys {
  up: Uint8Array
  down: Uint8Array
}

/** The agent has the same few lines, since agent and server share nothing but the protocol, which knows no Node. */
export function trainKeys(psk: Uint8Array): TrainKeys {
  const derived = new Uint8Array(hkdfSync('sha256', psk, new Uint8Array(), TRAIN_INFO, 2 * TRAIN_KEY_BYTES))
  return { up: derived.slice(0, TRAIN_KEY_BYTES), down: derived.slice(TRAIN_KEY_BYTES) }
}

export function withTag(key: Uint8Array, body: Uint8Array): Uint8Array {
  return tagged(body, tagOf(key, body))
}

/** What stands before the tag; null when the tag is another's. */
export function checked(key: Uint8Array, datagram: Uint8Array): Uint8Array | null {
  const parts = untagged(datagram)
  return parts && timingSafeEqual(tagOf(key, parts.body), parts.tag) ? parts.body : null
}

function tagOf(key: Uint8Array, body: Uint8Array): Uint8Array {
  return createHmac('sha256', key).update(body).digest().subarray(0, TRAIN_TAG_BYTES)
}
