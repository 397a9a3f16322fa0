import { expect, test } from 'vitest'
import { PATIENCE } from '../../agent/link/doubt.ts'
import { LINE_LIMITS } from '../../agent/link/line.ts'
import { outageBy, pauseMs } from '../../agent/link/reconnect.ts'
import { WATCH_LIMITS } from '../../agent/link/watch.ts'
import { seeded } from '../samples/seeded.ts'
import { figure, quantile } from './world.ts'

const FLAPS = 500
/** Evenly from 1 to 300 s. */
const MAX_BLACKOUT_MS = 300_000
/** What is sent in the blackout: something each half minute. */
const REPORT_MS = 30_000
const ROUND_TRIP_MS = 300
/** TCP, TLS and MQTT: a round trip each. */
const HANDSHAKE_ROUND_TRIPS = 3
/** RFC 6298: a round trip and its variance, doubled up to two minutes; a SYN is repeated after 1 and 3 s. */
const FIRST_RETRY_MS = 2 * ROUND_TRIP_MS
const MAX_RETRY_MS = 120_000
const SYN_MS = [0, 1000, 3000]

/** The first of the moments at or behind `fromMs`. */
function firstFrom(moments: Generator<number>, fromMs: number): number {
  for (const ms of moments) if (ms >= fromMs) return ms
  throw new Error('expected moments without end')
}

/** When Linux sends what was not acknowledged, once more and again. */
function* retransmissions(sentMs: number): Generator<number> {
  yield sentMs
  for (
    let pause = FIRST_RETRY_MS, ms = sentMs + pause;
    ;
    pause = Math.min(MAX_RETRY_MS, 2 * pause), ms += pause
  )
    yield ms
}

/** When SYNs leave from `doubtMs` on, by the link's own decisions. */
function* dialled(sentMs: number, doubtMs: number, random: () => number): Generator<number> {
  const outage = outageBy('line', sentMs)
  for (let startMs = doubtMs; ; ) {
    for (const ms of SYN_MS) if (ms < LINE_LIMITS.dialMs) yield startMs + ms
    const nowMs = startMs + LINE_LIMITS.dialMs
    const moment = { nowMs, attemptMs: LINE_LIMITS.dialMs, random: random(), spreadMs: 0 }
    startMs = nowMs + pauseMs(outage, 'line', moment)
  }
}

test.each([
  { system: 'linux', patienceMs: PATIENCE.stuckMs, hesitateMs: 0 },
  { system: 'windows', patienceMs: PATIENCE.guessMs, hesitateMs: LINE_LIMITS.hesitateMs },
])(
  `${FLAPS} blackouts of 1 to 300 s in virtual time, as on $system: by the link's decisions and TCP's rules back within 5 s`,
  ({ system, patienceMs, hesitateMs }) => {
    const random = seeded(8)
    const backMs = Array.from({ length: FLAPS }, () => {
      const returnMs = 1000 + random() * (MAX_BLACKOUT_MS - 1000)
      const sentMs = random() * REPORT_MS
      if (sentMs >= returnMs) return 0
      const old = firstFrom(retransmissions(sentMs), returnMs) + ROUND_TRIP_MS
      const doubtMs = sentMs + patienceMs + random() * WATCH_LIMITS.tickMs
      const answered = firstFrom(dialled(sentMs, doubtMs, random), returnMs)
      const heldMs = answered === doubtMs ? hesitateMs : 0
      const fresh = answered + heldMs + HANDSHAKE_ROUND_TRIPS * ROUND_TRIP_MS
      return Math.min(old, fresh) - returnMs
    })
    const values = {
      back_p50_ms: Math.round(quantile(backMs, 0.5)),
      back_p95_ms: Math.round(quantile(backMs, 0.95)),
      back_max_ms: Math.round(Math.max(...backMs)),
    }
    figure(`weaklink.virtual_flaps_${system}`, { flaps: FLAPS, ...values })
    expect(values.back_p95_ms).toBeLessThanOrEqual(5000)
    expect(values.back_max_ms, 'none is stuck').toBeLessThan(15_000)
  },
)
