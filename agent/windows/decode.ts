import { BEGIN } from './script.ts'

/** How Windows programs write to a pipe: by the console's code page (ASCII is the same in all), or in 16 bits. */
const ENCODINGS: readonly [name: string, bytesOf: (text: string) => Buffer][] = [
  ['8 bits', (text) => Buffer.from(text, 'latin1')],
  ['utf-16le', (text) => Buffer.from(text, 'utf16le')],
  ['utf-16be', (text) => Buffer.from(text, 'utf16le').swap16()],
]

/** Enough to see what came in its stead, and no more than a fault may be long. */
const SHOWN = 100

/**
 * What a PowerShell printed from the last marker on, whatever the noise before it was written in, with or without a
 * byte order mark.
 * @throws Error when there is no marker, with the head of what there is
 */
export function decodeOutput(bytes: Buffer): string {
  const found = ENCODINGS.map(([name, bytesOf]) => ({ name, at: bytes.lastIndexOf(bytesOf(BEGIN)) }))
  const { name, at } = found.reduce((best, next) => (next.at > best.at ? next : best))
  if (at < 0) throw new Error(`PowerShell: expected ${BEGIN} in its answer, got ${headOf(bytes)}`)
  const rest = bytes.subarray(at)
  if (name === '8 bits') return decodeLines(rest)
  const even = Buffer.from(rest.subarray(0, rest.length - (rest.length % 2)))
  return (name === 'utf-16le' ? even : even.swap16()).toString('utf16le')
}

/** Line by line, as one in the console's code page must not cost those in UTF-8: of it only the ASCII is sure. */
function decodeLines(bytes: Buffer): string {
  return bytes
    .toString('latin1')
    .split('\n')
    .map((line) => {
      try {
        return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(line, 'latin1'))
      } catch {
        return asciiOf(line)
      }
    })
    .join('\n')
    .replaceAll('\0', '')
}

function asciiOf(text: string): string {
  return text.replace(/[^\0-\x7f]/g, '\ufffd')
}

/** What can be read of bytes that are not what was expected. */
export function headOf(bytes: Buffer): string {
  if (bytes.length === 0) return 'nothing'
  const plain = asciiOf(bytes.subarray(0, 4 * SHOWN).toString('latin1'))
  return JSON.stringify(plain.replaceAll('\0', '').replace(/\s+/g, ' ').trim().slice(0, SHOWN))
}
