import { readFile } from 'node:fs/promises'

/** Bytes of a connection that were sent and that the other end's kernel has not acknowledged; null: cannot tell. */
export type UnacknowledgedBytes = (localPort: number, remotePort: number) => Promise<number | null>

/** Where Linux lists connections; an IPv4 one is in the second when it was opened on an IPv6 socket. */
const TABLES = ['/proc/net/tcp', '/proc/net/tcp6']

/**
 * What the kernel knows without a byte on the line: whether what was sent has arrived. null where it does not tell,
 * which is everywhere but on Linux.
 */
export const askKernel: UnacknowledgedBytes | null = process.platform === 'linux' ? look : null

async function look(localPort: number, remotePort: number): Promise<number | null> {
  for (const path of TABLES) {
    const table = await readFile(path, 'latin1').catch(() => '')
    const bytes = findUnacknowledged(table, localPort, remotePort)
    if (bytes !== null) return bytes
  }
  return null
}

/** In a table as `proc(5)` describes it: `sl local_address rem_address st tx_queue:rx_queue …`, all hexadecimal. */
export function findUnacknowledged(table: string, localPort: number, remotePort: number): number | null {
  const [local, remote] = [localPort, remotePort].map((port) =>
    port.toString(16).toUpperCase().padStart(4, '0'),
  )
  const row = new RegExp(
    `^ *\\d+: [0-9A-F]+:${local} [0-9A-F]+:${remote} [0-9A-F]{2} ([0-9A-F]{8}):[0-9A-F]{8} `,
    'm',
  ).exec(table)
  return row ? Number.parseInt(row[1]!, 16) : null
}
