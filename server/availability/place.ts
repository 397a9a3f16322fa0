/** A stretch that wants to lie somewhere: where, if anybody knows, and how long it is. */
export interface Wish {
  at: number | null
  lengthMs: number
}

export interface Place {
  from: number
  to: number
  /** It lies where it wished; else only order and length are right. */
  asWished: boolean
}

/** Clocks of cheap devices drift by seconds a day and are read to the minute. */
const TOLERANCE_MS = 120_000

/**
 * Lays stretches out between `low` and `high` in their order, without overlap. A wish that leaves room for those before
 * and behind it is granted; the rest stand in even pauses. `low` null: nothing is known before, so only granted
 * wishes have a place. What is too long for its room is shortened.
 */
export function placeBetween(low: number | null, high: number, wishes: readonly Wish[]): (Place | null)[] {
  const places: (Place | null)[] = []
  let bottom = low
  let waiting: Wish[] = []
  let behindMs = wishes.reduce((sum, { lengthMs }) => sum + lengthMs, 0)
  for (const wish of wishes) {
    behindMs -= wish.lengthMs
    const granted = grant(wish, bottom, waiting, high - behindMs)
    if (granted === null) {
      waiting.push(wish)
      continue
    }
    places.push(...spread(bottom, granted, waiting))
    const to = Math.min(granted + wish.lengthMs, high)
    places.push({ from: granted, to, asWished: true })
    bottom = to
    waiting = []
  }
  places.push(...spread(bottom, high, waiting))
  return places
}

function grant(wish: Wish, bottom: number | null, waiting: readonly Wish[], top: number): number | null {
  if (wish.at === null) return null
  const earliest =
    bottom === null ? wish.at : bottom + waiting.reduce((sum, { lengthMs }) => sum + lengthMs, 0)
  const latest = top - wish.lengthMs
  if (earliest > latest || wish.at < earliest - TOLERANCE_MS || wish.at > latest + TOLERANCE_MS) return null
  return Math.max(earliest, Math.min(latest, wish.at))
}

function spread(low: number | null, high: number, wishes: readonly Wish[]): (Place | null)[] {
  if (low === null) return wishes.map(() => null)
  const room = Math.max(0, high - low)
  const lengthMs = wishes.reduce((sum, wish) => sum + wish.lengthMs, 0)
  const scale = lengthMs > room ? room / lengthMs : 1
  // Whole ms, and never one too many.
  const lengths = wishes.map((wish) => Math.floor(wish.lengthMs * scale))
  const used = lengths.reduce((sum, length) => sum + length, 0)
  const pause = Math.floor(Math.max(0, room - used) / (wishes.length + 1))
  let at = low
  return lengths.map((length) => {
    const from = at + pause
    at = from + length
    return { from, to: at, asWished: false }
  })
}
