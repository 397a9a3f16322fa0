export interface SessionLimits {
  /** A router on the LAN answers in 1 to 50 ms, one with a busy processor in a second. */
  tryMs: number
  /** UDP loses packets. */
  tries: number
  /** In one question. Small agents hold 1500 bytes at most; with values an object takes 25 to 60. */
  varbinds: number
  /** As guessed of the answer; above the agent says tooBig, or the packet falls apart on its way. */
  answerBytes: number
  /** Of one look. A router with 50 interfaces is walked in 20. */
  packets: number
  /** Of one table: a layer-3 switch has 400 interfaces, a broken agent no end. */
  rows: number
}

export const LIMITS: SessionLimits = {
  tryMs: 2000,
  tries: 2,
  varbinds: 30,
  answerBytes: 1300,
  packets: 80,
  rows: 512,
}

/** What is not known of a value before it comes: type and length, and mostly 4 to 8 octets, seldom a name of 20. */
const GUESSED_VALUE_BYTES = 16
/** Community, ids and lengths; with SNMPv3 engine, user, signature and salt. */
const ENVELOPE_BYTES = 120

/** As many objects in each as a packet bears; one that is named twice is asked for once. */
export function inPackets(oids: readonly string[], { varbinds, answerBytes }: SessionLimits): string[][] {
  const packets: string[][] = []
  let bytes = Number.POSITIVE_INFINITY
  for (const oid of new Set(oids)) {
    const size = oid.split('.').length + GUESSED_VALUE_BYTES
    if (bytes + size > answerBytes || packets.at(-1)!.length === varbinds) {
      packets.push([])
      bytes = ENVELOPE_BYTES
    }
    packets.at(-1)!.push(oid)
    bytes += size
  }
  return packets
}
