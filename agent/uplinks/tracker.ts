import type { Kernel } from './kernel.ts'

/** OpenWrt's mwan3 watches its lines itself, and leaves what it finds in files; by its scripts of 2.6 to 2.11. */
export const STATES = 'var/run/mwan3/iface_state'
const TRACKS = 'var/run/mwan3track'

/** It writes down its last turn each 5 to 60 s; a tracker that was stopped leaves its last word behind. */
const STALE_SECONDS = 600

/** What mwan3 says about one of its interfaces. */
export interface TrackerWord {
  /** It sends nothing there. */
  passedOver: boolean
  /** Of its own pings; null: it has none there, or none lately, or is in two minds. */
  state: 'up' | 'down' | null
}

/** Whether mwan3 sends nothing there. */
export function isPassedOver(kernel: Kernel, name: string): boolean {
  return kernel.read(`${STATES}/${name}`)?.trim() === 'offline'
}

/** @returns null: mwan3 does not run, or knows no interface of this name */
export function trackerWord(kernel: Kernel, name: string, uptimeSeconds: number): TrackerWord | null {
  const state = kernel.read(`${STATES}/${name}`)?.trim()
  if (!state) return null
  const track = (file: string) => kernel.read(`${TRACKS}/${name}/${file}`)?.trim() ?? ''
  const lastTurn = track('TIME')
  const ageSeconds = uptimeSeconds - Number(lastTurn)
  const fresh = lastTurn !== '' && ageSeconds >= -1 && ageSeconds <= STALE_SECONDS
  return { passedOver: state === 'offline', state: fresh ? wordOf(track('STATUS')) : null }
}

function wordOf(status: string): 'up' | 'down' | null {
  if (status === 'online') return 'up'
  return status === 'offline' ? 'down' : null
}

/**
 * What mwan3 may call an interface of the kernel: as netifd does, if it was asked, else as OpenWrt names the two alike
 * (`pppoe-wan` is `wan`).
 */
export function trackerName(
  kernel: Kernel,
  device: string,
  netifd: ReadonlyMap<string, readonly string[]>,
): string | null {
  const names = [...(netifd.get(device) ?? []), device.replace(/^(pppoe|pptp|l2tp|3g|qmi|ncm|modem)-/, '')]
  return names.find((name) => kernel.read(`${STATES}/${name}`) !== null) ?? null
}
