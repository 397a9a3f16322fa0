import { readFileSync } from 'node:fs'
import { compareOids } from '../../agent/probe/snmp/oid.ts'
import type { BerValue, Bound } from './snmp-ber.ts'

const LINE = /^\.(?<oid>[\d.]+) = (?:(?<type>[A-Za-z][\w-]*): ?)?(?<text>.*)$/

/**
 * A walk as `snmpwalk -On -Oe` prints it, in the order of a walk; lines with `#` say where it is from.
 * @throws Error that names the line
 */
export function readWalk(path: string | URL): Bound[] {
  const bounds = readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line, place) => {
      if (line === '' || line.startsWith('#')) return []
      const { oid, type, text } = LINE.exec(line)?.groups ?? {}
      const value = oid === undefined ? null : valueOfLine(type ?? 'STRING', text ?? '')
      if (value === null)
        throw new Error(`${path}: line ${place + 1}: expected OID = TYPE: value, got ${line}`)
      return [{ oid: oid!, value }]
    })
  return bounds.sort((one, other) => compareOids(one.oid, other.oid))
}

function valueOfLine(type: string, text: string): BerValue | null {
  switch (type) {
    case 'INTEGER':
      return { type: 'integer', value: Number(text) }
    case 'Counter32':
      return { type: 'counter32', value: Number(text) }
    case 'Gauge32':
      return { type: 'gauge32', value: Number(text) }
    case 'Timeticks':
      return { type: 'ticks', value: Number(/\((\d+)\)/.exec(text)?.[1]) }
    case 'Counter64':
      return { type: 'counter64', value: BigInt(text) }
    case 'STRING':
      return { type: 'octets', value: Buffer.from(text.replace(/^"(.*)"$/, '$1')) }
    case 'Hex-STRING':
      return { type: 'octets', value: Buffer.from(text.replaceAll(' ', ''), 'hex') }
    case 'OID':
      return { type: 'oid', value: text.replace(/^\./, '') }
    case 'IpAddress':
      return { type: 'address', value: text }
    default:
      return null
  }
}
