/** What the centre grants. */
export interface CapacityLimits {
  /** Of one device: an agent asks once a day, and again once or twice when it was told to wait. */
  estimatesPerHour: number
  /** Of one device; an ask that is sent again by a stranger brings him less than it costs him. */
  challengesPerHour: number
  /** At one time: each may send 100 kB, 8 ms of a line of 100 Mbit/s; more would measure each other. */
  sessions: number
  /** Of one session, trains and answers: half of the 200 kB of an estimate. */
  downBytes: number
  upBytes: number
  /** The cookie: a round trip of a satellite line four times over, and its retries. */
  cookieMs: number
  /** A session in which nothing comes; the slowest train takes 8 s. */
  idleMs: number
  /** A session whatever comes. */
  sessionMs: number
  /** Of all who are not in a session: an HMAC takes 8 µs, so 500 of them a second 0.4 % of a core. */
  strangersPerSecond: number
}

export const CAPACITY_LIMITS: CapacityLimits = {
  estimatesPerHour: 4,
  challengesPerHour: 40,
  sessions: 4,
  downBytes: 100_000,
  upBytes: 100_000,
  cookieMs: 10_000,
  idleMs: 15_000,
  sessionMs: 90_000,
  strangersPerSecond: 500,
}

/** Why a datagram was dropped; nobody is answered. */
export type TrainRefusal =
  | 'malformed'
  | 'flood'
  | 'unknown-device'
  | 'bad-tag'
  | 'bad-cookie'
  | 'too-many-asks'
  | 'no-session'
  | 'replayed'
  | 'over-limit'
