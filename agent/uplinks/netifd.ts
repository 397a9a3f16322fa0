import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** A router of twenty interfaces says 30 kB. */
const MAX_OUTPUT_BYTES = 262_144
const TIMEOUT_MS = 10_000

/**
 * Which of OpenWrt's interfaces (`wan`, `wan6`) lie on an interface of the kernel (`pppoe-wan`): of the answer of
 * `ubus call network.interface dump`, `l3_device`. What is nonsense in it is left out.
 */
export function parseInterfaces(text: string): Map<string, string[]> {
  const names = new Map<string, string[]>()
  for (const one of listIn(text)) {
    const { interface: name, l3_device: device } = Object(one) as Record<string, unknown>
    if (typeof name === 'string' && typeof device === 'string') {
      names.set(device, [...(names.get(device) ?? []), name])
    }
  }
  return names
}

function listIn(text: string): readonly unknown[] {
  try {
    const list: unknown = (Object(JSON.parse(text)) as Record<string, unknown>).interface
    return Array.isArray(list) ? list : []
  } catch {
    return []
  }
}

/** Asks netifd, by a child process: seldom. @returns nothing where there is no netifd */
export async function askNetifd(signal: AbortSignal): Promise<Map<string, string[]>> {
  try {
    const limits = {
      signal,
      timeout: TIMEOUT_MS,
      maxBuffer: MAX_OUTPUT_BYTES,
      killSignal: 'SIGKILL' as const,
    }
    const { stdout } = await promisify(execFile)('ubus', ['call', 'network.interface', 'dump'], limits)
    return parseInterfaces(stdout)
  } catch {
    return new Map()
  }
}
