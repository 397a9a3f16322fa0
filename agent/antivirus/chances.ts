import type { Engine } from './engine.ts'
import { signaturesOf } from './freshness.ts'

/**
 * In how many hours a machine could have renewed its signatures: it ran and its line was up. They are counted, not
 * dated, and which signatures an engine has is kept beside the count at which they were first seen, so that no clock
 * that is wrong or jumps can make signatures old or young.
 */
export interface Chances {
  /** With the machine running and the line up, since this record began. */
  hours: number
  seen: Readonly<Record<string, { signatures: string; atHours: number }>>
}

export const NO_CHANCES: Chances = { hours: 0, seen: {} }

/** More products than ever were on one machine; a name that changes with each look cannot fill the disk. */
const MOST_PRODUCTS = 16

/** Hours since an engine's present signatures were first seen; 0 for an engine that was not seen yet. */
export function chanceHours({ hours, seen }: Chances, product: string): number {
  const last = Object.hasOwn(seen, product) ? seen[product] : undefined
  return last ? Math.max(0, hours - last.atHours) : 0
}

/** The record after a while in which there was a chance. @param ms how long; what is not a time is none */
export function withChance(chances: Chances, ms: number): Chances {
  return ms > 0 && Number.isFinite(ms) ? { ...chances, hours: chances.hours + ms / 3600_000 } : chances
}

/** The record after a look at the engines that are on: for signatures that were not there before the count begins anew. */
export function withEngines(chances: Chances, engines: readonly Engine[]): Chances {
  const seen = new Map(Object.entries(chances.seen))
  // Of two entries by one name the first counts, else each would renew the other at every look.
  const looked = new Set<string>()
  for (const engine of engines) {
    const { product, protection } = engine
    if (protection !== 'on' || looked.has(product)) continue
    looked.add(product)
    const signatures = signaturesOf(engine)
    if (seen.get(product)?.signatures === signatures) continue
    seen.delete(product)
    seen.set(product, { signatures, atHours: chances.hours })
  }
  return { ...chances, seen: Object.fromEntries([...seen].slice(-MOST_PRODUCTS)) }
}

/** The record as it is kept on disk, to a hundredth of an hour. */
export function encodeChances({ hours, seen }: Chances): string {
  const round = (value: number): number => Math.round(value * 100) / 100
  const rounded = Object.entries(seen).map(([product, { signatures, atHours }]) => [
    product,
    { signatures, atHours: round(atHours) },
  ])
  return `${JSON.stringify({ hours: round(hours), seen: Object.fromEntries(rounded) })}\n`
}

/** @returns null for what is no such record, or was damaged */
export function decodeChances(text: string): Chances | null {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return null
  }
  if (!isObject(value) || !isCount(value.hours) || !isObject(value.seen)) return null
  const seen = new Map<string, { signatures: string; atHours: number }>()
  for (const [product, entry] of Object.entries(value.seen).slice(-MOST_PRODUCTS)) {
    if (!isObject(entry) || typeof entry.signatures !== 'string' || !isCount(entry.atHours)) return null
    seen.set(product, { signatures: entry.signatures, atHours: Math.min(entry.atHours, value.hours) })
  }
  return { hours: value.hours, seen: Object.fromEntries(seen) }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0
}
