import type { Column, SnmpSession } from './session.ts'
import { numberOf, textOf } from './value.ts'

/** IF-MIB, RFC 2863. */
export const IF_DESCR = '1.3.6.1.2.1.2.2.1.2'
const IF_TYPE = '1.3.6.1.2.1.2.2.1.3'
export const IF_SPEED = '1.3.6.1.2.1.2.2.1.5'
export const IF_OPER_STATUS = '1.3.6.1.2.1.2.2.1.8'
export const IF_NAME = '1.3.6.1.2.1.31.1.1.1.1'
export const IF_HIGH_SPEED = '1.3.6.1.2.1.31.1.1.1.15'
const IF_ALIAS = '1.3.6.1.2.1.31.1.1.1.18'

/** One interface of a device. */
export interface Port {
  index: number
  /** ifName; where the device has none, ifDescr. */
  name: string
  /** The column that the name stands in. */
  nameColumn: string
  descr: string
  /** What a person called it. */
  alias: string
  /** Of IANAifType-MIB. */
  type: number
  up: boolean
  bitsPerSecond: number
}

/** Interfaces with a plug, whose speed is true. That of a tunnel is made up: PPPoE on MikroTik says 10 Mbit/s. */
const PLUGGED = [6, 62, 69, 117]
/** RouterOS 7 has one of the type `other`. */
const isLoopback = ({ name, type }: Port): boolean => type === 24 || name === 'lo'

/** What an interface may carry at most whose speed is not known, on a device with slower plugs. */
const LEAST_CEILING = 1e9

/** Every interface of the device, by rising index. */
export async function readPorts(session: SnmpSession): Promise<Port[]> {
  const columns = await session.columns([
    ...[IF_DESCR, IF_TYPE, IF_SPEED, IF_OPER_STATUS],
    ...[IF_NAME, IF_HIGH_SPEED, IF_ALIAS],
  ])
  const indices = new Set([...columns.get(IF_DESCR)!.keys(), ...columns.get(IF_NAME)!.keys()])
  return [...indices]
    .filter((index) => /^\d+$/.test(index))
    .sort((one, other) => Number(one) - Number(other))
    .map((index) => portAt(index, columns))
}

function portAt(index: string, columns: ReadonlyMap<string, Column>): Port {
  const text = (column: string) => textOf(columns.get(column)!.get(index)) ?? ''
  const number = (column: string) => numberOf(columns.get(column)!.get(index)) ?? 0
  const [name, descr] = [text(IF_NAME), text(IF_DESCR)]
  return {
    index: Number(index),
    name: name || descr,
    nameColumn: name ? IF_NAME : IF_DESCR,
    descr,
    alias: text(IF_ALIAS),
    type: number(IF_TYPE),
    up: number(IF_OPER_STATUS) === 1,
    bitsPerSecond: number(IF_HIGH_SPEED) * 1e6 || number(IF_SPEED),
  }
}

/**
 * The interface that a person means: `*` stands for any characters, `|` for "or else". One that is up goes before one
 * that is not: some agents keep rows of interfaces that are no more.
 */
export function portNamed(pattern: string, ports: readonly Port[]): Port | null {
  const found = pattern.split('|').map((part) => portsLike(part.trim(), ports))
  return found.flatMap((like) => like.find(({ up }) => up) ?? [])[0] ?? found.flat()[0] ?? null
}

function portsLike(pattern: string, ports: readonly Port[]): Port[] {
  const parts = pattern.split('*').map((text) => text.replace(/[\\^$.+?()[\]{}|]/g, '\\$&'))
  const wanted = new RegExp(`^${parts.join('.*')}$`, 'i')
  return ports.filter(({ name, alias, descr }) =>
    [name, alias, descr].some((text) => text !== '' && wanted.test(text)),
  )
}

/** The most that it can carry one way; where it does not say so truly, the most that any plug of the device can. */
export function speedOf(port: Pick<Port, 'type' | 'bitsPerSecond'>, ports: readonly Port[]): number {
  if (PLUGGED.includes(port.type) && port.bitsPerSecond > 0) return port.bitsPerSecond
  const plugs = ports.filter(({ type }) => PLUGGED.includes(type)).map(({ bitsPerSecond }) => bitsPerSecond)
  return Math.max(LEAST_CEILING, ...plugs)
}

/** For people: one a line, with the name that somebody gave it. Those that only talk to themselves are left out. */
export function listOf(ports: readonly Port[]): string {
  const lines = ports.filter((port) => port.name !== '' && !isLoopback(port)).map((port) => titleOf(port))
  return [...new Set(lines)].join('\n')
}

export function titleOf({ name, alias }: Pick<Port, 'name' | 'alias'>): string {
  return alias && alias !== name ? `${name} (${alias})` : name
}
