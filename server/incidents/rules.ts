import type { DeviceKind } from '#protocol/ids.ts'

/** What decides about sessions, the facts. */
export interface SessionRules {
  /** How long a lost device may stay away before it counts as offline. */
  holdDownSeconds: Readonly<Record<DeviceKind, number>>
  /** Added when the socket was closed in order: the operating system lived, so it may be restarting. */
  socketExtraSeconds: number
  /** After a start of the centre: how long a device's silence says nothing. */
  staleGraceSeconds: number
}

/** What decides about incidents, the interpretation. */
export interface Rules extends SessionRules {
  /** Two losses can share a cause when their intervals, each widened by this on both sides, intersect. */
  slackSeconds: number
  /** A member that has been back for so long is free again: its next loss is a new one. */
  releaseSeconds: number
  /** How long everybody must have been back before the incident is resolved. */
  recoverySeconds: number
}

export const DEFAULT_RULES: Rules = {
  // With a keepalive of 60 s the will comes up to 90 s after the loss: 90 + 180 = 4 min 30 s to a page.
  // Half of it pages at every second dip, twice of it finds nothing more worth a message.
  holdDownSeconds: { router: 180, speaker: 180, other: 180, pc: 180 },
  // An agent of ours says goodbye before an orderly restart, so a socket closed without one gets no more.
  // Devices that cannot say goodbye will want 180, the time of a reboot.
  socketExtraSeconds: 0,
  // Agents come back with full jitter of at most 300 s, and need up to 30 s to connect on a thin line.
  staleGraceSeconds: 330,
  // Clocks of the sockets, of packets on a slow line and of routers that drop at their own pace.
  slackSeconds: 20,
  // Long enough for power that returns in attempts, short enough that a second fault is not hidden by the first.
  releaseSeconds: 600,
  // A line that flaps while it returns flaps within seconds.
  recoverySeconds: 60,
}
