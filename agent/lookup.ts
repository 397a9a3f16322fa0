import { lookup as askSystem, type LookupAddress } from 'node:dns'
import type { LookupFunction } from 'node:net'

/** A centre moves less than once a year; a question costs as much as a ping. */
const REMEMBERED_MS = 3600_000

export interface Lookup {
  /** For `net.connect`, which asks for names only: an address costs nothing. */
  lookup: LookupFunction
  /** Of the address that was found last; null before the first. */
  family(): 4 | 6 | null
}

/** Finds the centre's addresses, and asks again after an hour; where nobody answers the old ones serve. */
export function rememberingLookup(parts: {
  nowMs(): number
  /** A question left. */
  onAsked(): void
  ask?: typeof askSystem
}): Lookup {
  const { nowMs, onAsked, ask = askSystem } = parts
  let known: { host: string; addresses: LookupAddress[]; untilMs: number } | null = null

  const lookup: LookupFunction = (host, options, done) => {
    const answer = (addresses: LookupAddress[]): void => {
      const first = addresses[0]!
      if (options.all) done(null, addresses)
      else done(null, first.address, first.family)
    }
    const remembered = known?.host === host ? known : null
    if (remembered && nowMs() < remembered.untilMs) return answer(remembered.addresses)
    onAsked()
    ask(host, { all: true }, (error, addresses) => {
      if (!error && addresses.length > 0) known = { host, addresses, untilMs: nowMs() + REMEMBERED_MS }
      const usable = error ? remembered?.addresses : addresses
      if (usable && usable.length > 0) answer(usable)
      else done(error ?? new Error(`${host}: expected an address, got none`), '', 4)
    })
  }
  return { lookup, family: () => (known ? (known.addresses[0]!.family === 6 ? 6 : 4) : null) }
}
