/** Sub-identifiers in dots, without a leading one: `1.3.6.1.2.1.1.3.0`. */
const OID = /^[0-2](\.\d{1,10}){1,127}$/

/** Each of them fits in 32 bits (RFC 2578, section 3.5). */
const MOST = 2 ** 32 - 1

export function isOid(text: string): boolean {
  return OID.test(text) && text.split('.').every((number) => Number(number) <= MOST)
}

/** Below 0: `one` comes first in the order of a walk. */
export function compareOids(one: string, other: string): number {
  const [left, right] = [one.split('.'), other.split('.')]
  for (let place = 0; place < Math.min(left.length, right.length); place++) {
    const difference = Number(left[place]) - Number(right[place])
    if (difference !== 0) return difference
  }
  return left.length - right.length
}

/** What stands behind `root` in `oid`: the index of a row; null: it is not below. */
export function indexBelow(root: string, oid: string): string | null {
  return oid.startsWith(`${root}.`) ? oid.slice(root.length + 1) : null
}
