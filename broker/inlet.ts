import type { DeviceId } from '#protocol/ids.ts'

/**
 * Why a session ended without a goodbye: nothing heard for 1.5 keepalives, the socket closed, or whoever speaks for
 * the device is itself heard no more, which says nothing of the device.
 */
export type LossReason = 'keepalive' | 'socket' | 'unwatched'

/**
 * Where the broker brings what devices say. The facts of one device come in the order in which they happened.
 * Reports may come before earlier ones are on disk; a connection fact waits for the one before it.
 */
export interface Inlet {
  /** Resolve only when it is on disk; the broker then answers CONNACK. Reject when it cannot be stored: CONNACK 3. */
  connected(device: DeviceId, session: { hello: Uint8Array; keepaliveSeconds: number }): Promise<void>
  /** No device repeats it, so the inlet keeps trying; the device's next connection waits for it. */
  lost(device: DeviceId, why: LossReason): Promise<void>
  /** As `report`. A connection that said goodbye is not lost when it ends. */
  goodbye(device: DeviceId, payload: Uint8Array): Promise<void>
  /** Resolve only when it is on disk; the broker then answers PUBACK. Reject when it cannot be stored: no PUBACK, the connection closes, the agent sends it again. */
  report(device: DeviceId, payload: Uint8Array): Promise<void>
  /** As `report`. */
  loss(device: DeviceId, payload: Uint8Array): Promise<void>
  /** As `report`. */
  pace(device: DeviceId, payload: Uint8Array): Promise<void>
  /** As `report`. */
  traits(device: DeviceId, payload: Uint8Array): Promise<void>
  /** What a relay brings of its neighbours: each part of it is acknowledged to whoever sealed it. */
  neighbours(relay: DeviceId, payload: Uint8Array): Promise<void>
}
