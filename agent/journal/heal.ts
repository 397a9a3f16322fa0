/**
 * What `read` finds when one of the first `bits` bits of `bytes` is turned round, or null: a CRC-32 tells a single
 * flipped bit from everything else, so such damage costs nothing.
 */
export function turnOneBitBack<Found>(
  bytes: Uint8Array,
  bits: number,
  read: (bytes: Uint8Array) => Found | null,
): Found | null {
  const copy = Uint8Array.from(bytes)
  const turn = (bit: number): void => {
    copy[bit >> 3]! ^= 1 << (bit & 7)
  }
  for (let bit = 0; bit < Math.min(bits, copy.length * 8); bit++) {
    turn(bit)
    const found = read(copy)
    if (found !== null) return found
    turn(bit)
  }
  return null
}
