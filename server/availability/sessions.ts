import type { GoodbyeReason } from '#protocol/goodbye.ts'
import type { BootEnd } from '#protocol/hello.ts'
import { UNSAID_KEEPALIVE_SECONDS } from '#protocol/limits.ts'
import type { Interval } from '../incidents/interval.ts'
import { heardBetween } from './heard.ts'
import type { Away } from './platform.ts'
import type { Row } from './rows.ts'

export type SessionEnd =
  | { by: 'open' }
  | { by: 'goodbye'; reason: GoodbyeReason }
  | { by: 'lost' }
  /** The centre was away; `back` is when it heard again. */
  | { by: 'platform'; back: number }

/** A time in which the device was connected, ms since 1970 on the centre's clock. */
export interface Session {
  from: number
  /** When it ended; a loss is exact only if its socket closed. For one that is open the moment of looking. */
  loss: Interval
  end: SessionEnd
  /** Whose: see `bootKey`; null: it did not say. */
  key: number | null
}

/** A boot that a device named, and what it said then. */
export type BootWord =
  | { key: number; t: number; says: 'anchor'; zero: number }
  | {
      key: number
      t: number
      says: 'span'
      fromSeconds: number
      toSeconds: number
      clock: number | null
      end: BootEnd | null
    }
  /** How the boot before `key` ended. */
  | { key: number; t: number; says: 'previous-end'; end: BootEnd }

/** A device whose agent was made anew counts its boots from the beginning: later ones must still sort behind. */
const ERA = 2 ** 40

/** How long after its return the centre waits for those who may have stayed connected: a whole hour of reports, twice. */
const DOUBT_MS = 2 * 3600_000

interface Open {
  from: number
  key: number | null
  doubt: Away | null
  /** It connected anew although nobody had said that it was lost; null: it did not. */
  reconnectedAt: number | null
}

/** The sessions of one device as far as was known at `asOf`, from its rows in order, and what it said of its boots. */
export function sessionsOf(
  rows: readonly Row[],
  heard: readonly number[],
  aways: readonly Away[],
  graceMs: number,
  asOf: number,
): { sessions: Session[]; words: BootWord[] } {
  const sessions: Session[] = []
  const words: BootWord[] = []
  let open: Open | null = null
  let era = 0
  let lastBoot = -1
  let keepaliveMs = UNSAID_KEEPALIVE_SECONDS * 1000
  let nextAway = 0
  /** When each boot began, by its key. */
  const zeros = new Map<number, number>()

  const close = (loss: Interval, end: SessionEnd) => {
    if (!open) return
    const latest = Math.max(open.from, loss[1])
    sessions.push({ from: open.from, loss: [clamp(loss[0], open.from, latest), latest], end, key: open.key })
    open = null
  }
  const closeByAway = (away: Away, back: number) =>
    close([away.from - 1.5 * keepaliveMs, away.from], { by: 'platform', back })

  for (const row of rows) {
    for (; nextAway < aways.length && aways[nextAway]!.from <= row.t; nextAway++) {
      // Through `as`: the compiler does not see that `close` empties it.
      const current = open as Open | null
      if (current && !current.doubt) current.doubt = aways[nextAway]!
    }
    const current = open as Open | null
    switch (row.type) {
      case 'connected': {
        if (row.boot !== null) {
          if (row.boot < lastBoot) era++
          lastBoot = row.boot
        }
        const key = row.boot === null ? null : era * ERA + row.boot
        if (key !== null && row.previousEnd !== null) {
          words.push({ key, t: row.t, says: 'previous-end', end: row.previousEnd })
        }
        if (current) {
          const doubt = current.doubt
          const back = doubt === null ? row.t : Math.min(doubt.back ?? row.t, row.t)
          if (doubt && !livedThrough(doubt, back, heard, row.t)) closeByAway(doubt, back)
          else if (current.key !== key && current.key !== null && key !== null) {
            close([row.t - 1.5 * keepaliveMs, row.t], { by: 'lost' })
          } else {
            current.doubt = null
            current.key ??= key
            current.reconnectedAt = row.t
          }
        }
        if (row.keepaliveSeconds > 0) keepaliveMs = row.keepaliveSeconds * 1000
        open ??= { from: row.t, key, doubt: null, reconnectedAt: null }
        break
      }
      case 'pace':
        if (row.keepaliveSeconds > 0) keepaliveMs = row.keepaliveSeconds * 1000
        if (current) current.doubt = null
        break
      case 'goodbye': {
        const last = sessions.at(-1)
        if (current) close([row.t, row.t], { by: 'goodbye', reason: row.reason })
        // The word came behind the news of the loss.
        else if (last?.end.by === 'lost') last.end = { by: 'goodbye', reason: row.reason }
        break
      }
      case 'lost': {
        const loss: Interval =
          row.why === 'socket' ? [row.t, row.t] : [row.t - 1.5 * keepaliveMs, row.t - 0.5 * keepaliveMs]
        // The record begins in the middle of a session.
        if (!current && sessions.length === 0)
          open = { from: loss[0], key: null, doubt: null, reconnectedAt: null }
        close(loss, { by: 'lost' })
        break
      }
      case 'anchor': {
        const key = era * ERA + row.boot
        zeros.set(key, Math.min(zeros.get(key) ?? row.zero, row.zero))
        words.push({ key, t: row.t, says: 'anchor', zero: row.zero })
        // Whose hello names no boot, as a prober's, names it in its first report.
        if (current) current.key ??= key
        break
      }
      case 'span': {
        // No boot can be told of before it was.
        if (lastBoot >= 0 && row.boot > lastBoot) break
        const { t, fromSeconds, toSeconds, clock, end } = row
        const key = era * ERA + row.boot
        words.push({ key, t, says: 'span', fromSeconds, toSeconds, clock, end })
        const zero = zeros.get(key)
        const reconnectedAt = current?.reconnectedAt ?? null
        if (current?.key !== key || reconnectedAt === null || zero === undefined) break
        // It lived unheard before it connected anew: the word of the loss was lost itself.
        const unheardFrom = zero + fromSeconds * 1000
        if (unheardFrom > current.from && unheardFrom < reconnectedAt - 1.5 * keepaliveMs) {
          close([unheardFrom, unheardFrom + keepaliveMs], { by: 'lost' })
          open = { from: reconnectedAt, key, doubt: null, reconnectedAt: null }
        }
        break
      }
      case 'power':
        if (current) current.doubt = null
    }
  }

  const current = open as Open | null
  if (current) {
    const doubt = current.doubt ?? aways[nextAway] ?? null
    const back = doubt?.back ?? null
    const waitMs = doubt?.dropped ? graceMs : graceMs + DOUBT_MS
    if (doubt && back !== null && asOf > back + waitMs && !livedThrough(doubt, back, heard, asOf)) {
      closeByAway(doubt, back)
    } else close([asOf, asOf], { by: 'open' })
  }
  nameBetween(sessions)
  return { sessions, words }
}

function livedThrough(away: Away, back: number, heard: readonly number[], until: number): boolean {
  return !away.dropped && heardBetween(heard, back, until)
}

/** A session that did not say its boot, between two of the same boot, is of that boot. */
function nameBetween(sessions: Session[]): void {
  let named: number | null = null
  for (let index = 0; index < sessions.length; index++) {
    const session = sessions[index]!
    if (session.key === null) continue
    if (named !== null && session.key === sessions[named]!.key) {
      for (let between = named + 1; between < index; between++) sessions[between]!.key = session.key
    }
    named = index
  }
}

/** In the middle of when it can have been; that the centre went away is known to the second. */
export function likelyLoss({ loss, end }: Session): number {
  return end.by === 'platform' ? loss[1] : Math.round((loss[0] + loss[1]) / 2)
}

export function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value))
}
