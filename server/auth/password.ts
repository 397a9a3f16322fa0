import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

const derive = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt)

/** Of OWASP's scrypt parameters the one with 32 MB: about 0.7 s a guess on a small server. */
const COST = { N: 2 ** 15, r: 8, p: 3, maxmem: 64 * 1024 * 1024 }
const SALT_BYTES = 16
const HASH_BYTES = 32

/** @returns `salt:hash`, both in hex */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES)
  const hash = await derive(password.normalize('NFC'), salt, HASH_BYTES, COST)
  return `${salt.toString('hex')}:${hash.toString('hex')}`
}

export async function passwordMatches(password: string, stored: string): Promise<boolean> {
  const [salt, hash] = stored.split(':').map((part) => Buffer.from(part, 'hex'))
  const derived = await derive(password.normalize('NFC'), salt ?? Buffer.alloc(0), HASH_BYTES, COST)
  return hash?.length === HASH_BYTES && timingSafeEqual(derived, hash)
}
