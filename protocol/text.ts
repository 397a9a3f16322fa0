import { WireError } from './errors.ts'

/*
 * UTF-8 (RFC 3629) by what the language itself has: neither Node's Buffer nor a page's TextEncoder is everywhere.
 */

/** Half of a surrogate pair, which stands for no character, becomes U+FFFD. */
export function encodeText(text: string): Uint8Array {
  const escaped = encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd'))
  const bytes: number[] = []
  for (let at = 0; at < escaped.length; at++) {
    if (escaped[at] === '%') {
      bytes.push(Number.parseInt(escaped.slice(at + 1, at + 3), 16))
      at += 2
    } else bytes.push(escaped.charCodeAt(at))
  }
  return Uint8Array.from(bytes)
}

/** @throws WireError `WIRE_RANGE` when the bytes are no UTF-8 */
export function decodeText(bytes: Uint8Array): string {
  const escaped = Array.from(bytes, (byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')
  try {
    return decodeURIComponent(escaped)
  } catch {
    throw new WireError('WIRE_RANGE', `text: expected UTF-8, got ${escaped.slice(0, 60)}`)
  }
}
