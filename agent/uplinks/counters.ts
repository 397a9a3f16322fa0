/** What has crossed one interface since it was made. */
export interface Counters {
  rx: number
  tx: number
  rxPackets: number
  txPackets: number
}

/** Bytes and packets, received and sent, of each interface in /proc/net/dev. @throws Error that shows the line */
export function parseCounters(text: string): Map<string, Counters> {
  const counters = new Map<string, Counters>()
  for (const line of text.split('\n')) {
    const colon = line.lastIndexOf(':')
    if (colon < 0) continue
    const columns = line
      .slice(colon + 1)
      .trim()
      .split(/\s+/)
      .map(Number)
    const [rx, rxPackets, tx, txPackets] = [0, 1, 8, 9].map((index) => columns[index] ?? Number.NaN)
    if (![rx, rxPackets, tx, txPackets].every((number) => Number.isSafeInteger(number) && number! >= 0)) {
      throw new Error(
        `/proc/net/dev: expected 16 numbers after the colon, got ${JSON.stringify(line.slice(0, 80))}`,
      )
    }
    counters.set(line.slice(0, colon).trim(), {
      rx: rx!,
      rxPackets: rxPackets!,
      tx: tx!,
      txPackets: txPackets!,
    })
  }
  return counters
}
