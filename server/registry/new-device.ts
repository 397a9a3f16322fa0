import { randomBytes, randomInt } from 'node:crypto'

/** Crockford's alphabet: no I, L, O, U, so that an id can be read out over a telephone. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** 32^8 is 10^12: of 100,000 devices the chance that any two meet is 0.5 %, and a taken id is refused anyway. */
const LENGTH = 8

export function newId(): string {
  return Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('')
}

/** TLS_AES_128_GCM_SHA256 binds the key by SHA-256; more bytes than its 32 would add nothing. */
const KEY_BYTES = 32

/** A device's TLS pre-shared key. */
export function newKey(): Buffer {
  return randomBytes(KEY_BYTES)
}
