/** What a failing disk does to a file. Each is drawn by `random` alone, so that a seed says what was done. */
export type Damage = { kind: 'flip'; bit: number } | { kind: 'truncation'; bytes: number }

/** One bit turned, or every fourth time the end cut off. */
export function drawDamage(fileBytes: number, random: () => number): Damage {
  return random() < 0.25
    ? { kind: 'truncation', bytes: Math.floor(random() * fileBytes) }
    : { kind: 'flip', bit: Math.floor(random() * fileBytes * 8) }
}

export function damaged(bytes: Uint8Array, damage: Damage): Uint8Array {
  switch (damage.kind) {
    case 'flip': {
      const copy = Uint8Array.from(bytes)
      copy[damage.bit >> 3]! ^= 1 << (damage.bit & 7)
      return copy
    }
    case 'truncation':
      return bytes.slice(0, damage.bytes)
  }
}
