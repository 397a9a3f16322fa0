import type { Log } from '../log.ts'
import { reasonOf } from '../reason.ts'

/** Shorter silences than this are borne by every address translation that is used (the worst seen: 60 s and more). */
const FLOOR_MS = 60_000
/** Upwards in steps of a half: from 1 to 20 minutes in eight pings. */
const STEP = 1.5
/** Between what was borne and what broke the middle is tried, until they are this close. */
const CLOSE = 1.1
/** Of what was borne last, once it is known where it breaks: an operator's timer may run a little early. */
const MARGIN = 0.9
/** Operators change: a week later what broke is tried again, at the price of one reconnect, 1.1 kB. */
const FORGET_MS = 7 * 86_400_000

/** What is known of the longest silence that the line's address translation bears. */
export interface IdleLimit {
  /** The longest silence after which the old connection still answered. */
  boreMs: number
  /** The shortest after which it was dead while a fresh one worked at once; null: none is known. */
  brokeMs: number | null
  /** By the wall clock, when it broke last; 0: never. */
  brokeAtMs: number
  /** It broke where it had borne before, once: an accident, or an operator's change if it happens again. */
  doubted: boolean
}

export const UNKNOWN_LIMIT: IdleLimit = { boreMs: FLOOR_MS, brokeMs: null, brokeAtMs: 0, doubted: false }

/** The silence to risk next: upwards in steps, then by halves, and at last a margin below what was borne. */
export function silenceToRisk({ boreMs, brokeMs }: IdleLimit): number {
  if (brokeMs === null) return boreMs * STEP
  if (brokeMs > boreMs * CLOSE) return (boreMs + brokeMs) / 2
  return Math.max(FLOOR_MS, boreMs * MARGIN)
}

/** The connection answered after so long a silence. */
export function afterBorne(limit: IdleLimit, silenceMs: number, nowMs: number): IdleLimit {
  const known = forgetting(limit, nowMs)
  const proven = silenceMs >= known.boreMs * MARGIN
  const boreMs = Math.max(known.boreMs, silenceMs)
  // What is borne now cannot be where it breaks.
  const brokeMs = known.brokeMs !== null && known.brokeMs <= boreMs ? null : known.brokeMs
  return { ...known, boreMs, brokeMs, doubted: known.doubted && !proven }
}

/** The connection was dead after so long a silence, and a fresh one worked at once. */
export function afterBroken(limit: IdleLimit, silenceMs: number, nowMs: number): IdleLimit {
  const known = forgetting(limit, nowMs)
  // Whatever broke it then, it was no timer for silence.
  if (silenceMs <= FLOOR_MS) return known
  if (silenceMs <= known.boreMs && !known.doubted) return { ...known, doubted: true }
  const boreMs = silenceMs <= known.boreMs ? Math.max(FLOOR_MS, silenceMs / 2) : known.boreMs
  return { boreMs, brokeMs: silenceMs, brokeAtMs: nowMs, doubted: false }
}

function forgetting(limit: IdleLimit, nowMs: number): IdleLimit {
  const old = limit.brokeMs !== null && nowMs - limit.brokeAtMs > FORGET_MS
  return old ? { ...limit, brokeMs: null } : limit
}

/** Where it is kept over restarts. */
export interface IdleLimitStore {
  /** null when nothing is kept. */
  read(): Promise<string | null>
  write(text: string): Promise<void>
}

/** Learns from what happens on the link, and keeps what it has learnt. */
export interface IdleLimitLearner {
  /** The longest silence to risk. */
  limitMs(): number
  /** The connection answered after so long a silence. */
  bore(silenceMs: number): void
  /** It was dead, and a fresh one worked at once. A short blackout may look the same; it is forgotten in a week. */
  broke(silenceMs: number): void
}

/** `nowMs` is the wall clock. What cannot be read counts as not known. */
export async function learnIdleLimit(
  store: IdleLimitStore,
  nowMs: () => number,
  log: Pick<Log, 'warn'>,
): Promise<IdleLimitLearner> {
  let limit = parse(await store.read().catch(() => null))
  /** Written one after the other: what is learnt last is what is kept. */
  let turn = Promise.resolve()
  const change = (next: IdleLimit): void => {
    if (JSON.stringify(next) === JSON.stringify(limit)) return
    limit = next
    turn = turn
      .then(() => store.write(JSON.stringify(next)))
      .catch((error: unknown) => {
        log.warn({ reason: reasonOf(error) }, 'longest silence not kept')
      })
  }
  return {
    limitMs: () => silenceToRisk(limit),
    bore: (silenceMs) => change(afterBorne(limit, silenceMs, nowMs())),
    broke: (silenceMs) => change(afterBroken(limit, silenceMs, nowMs())),
  }
}

function parse(text: string | null): IdleLimit {
  try {
    const { boreMs, brokeMs, brokeAtMs, doubted } = JSON.parse(text ?? '') as Record<string, unknown>
    const sound = typeof boreMs === 'number' && boreMs >= FLOOR_MS && typeof brokeAtMs === 'number'
    if (!sound || !(brokeMs === null || typeof brokeMs === 'number')) return UNKNOWN_LIMIT
    return { boreMs, brokeMs, brokeAtMs, doubted: doubted === true }
  } catch {
    return UNKNOWN_LIMIT
  }
}
