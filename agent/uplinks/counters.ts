/** What has crossed one interface since it was made. */
export interface Counters {
  rx: number
  tx: number
  rxPackets: number
  txPackets: number
}

/** Where they stand behind the name: 8 columns received, 8 sent, bytes and packets the first two of each. */
const COLUMNS = [0, 8, 1, 9] as const

/**
 * The counters of one interface in /proc/net/dev; null: it is not there. Only its own line is looked at.
 * @throws Error that shows the line
 */
export function parseCounters(text: string, name: string): Counters | null {
  const label = `${name}:`
  let start = text.indexOf(label)
  // `wan:` stands in `pppoe-wan:`, too.
  while (start > 0 && !/\s/.test(text[start - 1]!)) start = text.indexOf(label, start + 1)
  if (start < 0) return null
  const end = text.indexOf('\n', start)
  const line = text.slice(start, end < 0 ? undefined : end)
  const columns = line.slice(label.length).trim().split(/\s+/)
  const [rx, tx, rxPackets, txPackets] = COLUMNS.map((column) => Number(columns[column]))
  if (![rx, tx, rxPackets, txPackets].every((number) => Number.isSafeInteger(number) && number! >= 0)) {
    throw new Error(
      `/proc/net/dev: expected 16 numbers after the colon, got ${JSON.stringify(line.slice(0, 80))}`,
    )
  }
  return { rx: rx!, tx: tx!, rxPackets: rxPackets!, txPackets: txPackets! }
}
