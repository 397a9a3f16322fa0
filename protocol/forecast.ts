import {
  attemptOnLine,
  breakOnLine,
  connectPacketBytes,
  handshakeOnLine,
  type Line,
  pingOnLine,
  qos1OnLine,
} from './cost.ts'
import type { Pace } from './pace.ts'

export const DAY_SECONDS = 86_400

/** A report of ten metrics: 10 of head and age, 5 a row, a tenth above what 15 rows of an office PC take. */
const REPORT_HEAD_BYTES = 10
const ROW_BYTES = 5
/** Every topic is one character. */
const TOPIC_BYTES = 1
/** Version, epoch, boot, uptime, pace, rows: 16 to 24 measured. */
const HELLO_BYTES = 24
/** Of a device's name, as the centre makes one up. */
const IDENTITY_BYTES = 8

/**
 * What an address translator must bear of silence, 2 h 4 min (RFC 5382, REQ-5): reports further apart are reckoned with
 * a connect each.
 */
export const LONGEST_OPEN_SECONDS = 7440

/** The whole of a connection that carries nothing: a try, the handshake, its end. */
export function connectionOnLine(line: Line): number {
  const connectBytes = connectPacketBytes({ clientIdBytes: IDENTITY_BYTES, helloBytes: HELLO_BYTES })
  return (
    attemptOnLine(line) +
    handshakeOnLine(line, { identityBytes: IDENTITY_BYTES, connectBytes }) +
    breakOnLine(line)
  )
}

/** A device that keeps this pace: whether pings fill the time between its reports. */
export type Habit = Pick<Pace, 'sampleSeconds' | 'reportSeconds' | 'keepaliveSeconds'> & { pings: boolean }

/** Does a connection outlive the time between two reports? */
export function staysOpen({ reportSeconds, pings }: Pick<Habit, 'reportSeconds' | 'pings'>): boolean {
  return pings || reportSeconds < LONGEST_OPEN_SECONDS
}

/** A device whose budget is as tight as it may be: a report a day of a reading each quarter of an hour. */
export const SLOWEST: Habit = {
  ...{ sampleSeconds: 900, reportSeconds: DAY_SECONDS, keepaliveSeconds: DAY_SECONDS },
  pings: false,
}

/** What of a cap is for goodbyes, power and the first report after an outage only. */
export const RESERVE_SHARE = 0.05

const LONGEST_MONTH_DAYS = 31

/** The smallest cap with which a device is not silent. */
export function leastCapOnLine(line: Line): number {
  return Math.ceil((dayOnLine(line, SLOWEST) * LONGEST_MONTH_DAYS) / (1 - RESERVE_SHARE))
}

/**
 * What a day at this pace costs, without what goes wrong: one connect a day where the connection stays, one a report
 * where it does not.
 */
export function dayOnLine(line: Line, habit: Habit): number {
  const { sampleSeconds, reportSeconds, keepaliveSeconds, pings } = habit
  const reports = DAY_SECONDS / reportSeconds
  const rows = Math.max(1, reportSeconds / sampleSeconds)
  const report = qos1OnLine(line, TOPIC_BYTES, Math.ceil(REPORT_HEAD_BYTES + ROW_BYTES * rows))
  const pingsBetween = pings ? Math.max(0, Math.ceil(reportSeconds / keepaliveSeconds) - 1) : 0
  const connects = staysOpen(habit) ? 1 : reports
  return reports * (report + pingsBetween * pingOnLine(line)) + connects * connectionOnLine(line)
}
