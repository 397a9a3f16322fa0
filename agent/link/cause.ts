/**
 * Why there is no connection, as far as the device can tell; each asks for another patience. `line`: nothing comes
 * through, or no way leads there. `centre`: it closed, refused or is overloaded. `key`: it knows the device no more.
 */
export type Cause = 'line' | 'centre' | 'key'

/** CONNACK return codes of MQTT 3.1.1, table 3.1, that say that this device may not; 3 says that nobody may now. */
const REFUSED: readonly unknown[] = [1, 2, 4, 5]

/** What the other end's kernel answers for a program that is gone or closes. */
const CLOSED: readonly unknown[] = ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ECONNABORTED']

/** By what a socket, TLS or mqtt.js says; null is a close in good order. */
export function causeOf(error: unknown): Cause {
  const code = error instanceof Error && 'code' in error ? error.code : null
  if (REFUSED.includes(code)) return 'key'
  if (typeof code !== 'string' || CLOSED.includes(code)) return 'centre'
  // An alert of TLS, or one that met a write: with a pre-shared key there is nothing else to disagree about.
  if (code.startsWith('ERR_SSL_') || code === 'EPROTO') return 'key'
  // Every other word of the system is about the way: no route, no address for the name, no answer.
  return code.startsWith('ERR_') ? 'centre' : 'line'
}
