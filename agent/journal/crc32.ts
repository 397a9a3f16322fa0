/** CRC-32 as in IEEE 802.3 and zlib: polynomial 0x04C11DB7, reflected. */
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? 0xedb88320 ^ (rest >>> 1) : rest >>> 1
  return rest
})

/**
 * The sum over the bytes from `from` to before `to`. Node's own wants a view of them: for each of the quarter of a
 * million records of a full journal that costs more memory than an agent may use.
 */
export function crc32(bytes: Uint8Array, from: number, to: number): number {
  let sum = -1
  for (let at = from; at < to; at++) sum = TABLE[(sum ^ bytes[at]!) & 0xff]! ^ (sum >>> 8)
  return ~sum >>> 0
}
