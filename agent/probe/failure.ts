import { reasonOf } from '../reason.ts'
import { isLanAddress } from './lan-address.ts'
import { NoAnswer } from './probe.ts'

/**
 * What a failed connection says about the device. On the LAN a refused one (RST) shows that it is there, as nothing else
 * sends that in its name; elsewhere a firewall on the way may have. Whoever took a connection is there too, whatever
 * came behind it.
 * @param connected whether the device had taken the connection before
 */
export function failureOf(error: unknown, where: string, connected: boolean): Error {
  // Of several addresses that were tried Node puts the errors in one that says nothing.
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error
  const { code, address = '' } = first as NodeJS.ErrnoException & { address?: string }
  const aborted = first instanceof Error && ['AbortError', 'TimeoutError'].includes(first.name)
  if (!connected && code === 'ECONNREFUSED' && isLanAddress(address)) {
    return new Error(`${where}: expected a connection, got it refused: the device is there, nothing listens`)
  }
  // It was taken and torn before anybody looked.
  if (!connected && code === 'ECONNRESET')
    return new Error(`${where}: expected an answer, got a torn connection`)
  const told = reasonOf(first) || 'no reason'
  if (!connected)
    return new NoAnswer(`${where}: expected a connection, got ${aborted ? 'none in time' : told}`)
  if (aborted) return new Error(`${where}: expected an answer, got a connection and nothing in time`)
  return new Error(`${where}: expected an answer, got ${told}`)
}
