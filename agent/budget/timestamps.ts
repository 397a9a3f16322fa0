import { readFile } from 'node:fs/promises'

/**
 * Whether connections of this machine may carry TCP timestamps. Only where the kernel says no it is sure: the other end
 * may decline them, which no program is told, and then the account is too high by a seventh.
 */
export async function mayCarryTimestamps(): Promise<boolean> {
  const text = await readFile('/proc/sys/net/ipv4/tcp_timestamps', 'latin1').catch(() => '')
  return text.trim() !== '0'
}
