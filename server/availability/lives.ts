import type { BootEnd } from '#protocol/hello.ts'
import { placeBetween, type Wish } from './place.ts'
import { RECORD_MS } from './record-pace.ts'
import { type BootWord, clamp, likelyLoss, type Session } from './sessions.ts'

/** One run of a device's operating system, placed on the centre's clock. Lives never overlap and come in order. */
export interface Life {
  /** The boot; null: nobody said which. */
  key: number | null
  from: number
  /** When it was last known to be alive; for one that still runs the moment of looking. */
  to: number
  /** Only its order and its length are sure. */
  unanchored: boolean
  /** How it ended as far as the device has said; null: it has not. */
  end: BootEnd | null
  /** When the device last told of times in which it ran unheard; null: never. */
  toldAt: number | null
  /** In order; empty: it lived and died unheard. */
  sessions: Session[]
  /** Stretches in which it is known to have lived unheard, in order. */
  spans: [from: number, to: number][]
}

interface BootFacts {
  key: number
  zero: number | null
  /** The device's own account of the boot's end outranks what the next boot found. */
  end: BootEnd | null
  foundEnd: BootEnd | null
  toSeconds: number
  spans: [fromSeconds: number, toSeconds: number][]
  /** When the boot began by the device's wall clock. */
  clockZero: number | null
  toldAt: number | null
}

/** The boots of one device in order, from its sessions and what it said of them. */
export function livesOf(sessions: readonly Session[], words: readonly BootWord[]): Life[] {
  const boots = gather(words)
  const heard = heardLives(sessions)
  heard.forEach((life, index) => {
    settle(life, life.key === null ? undefined : boots.get(life.key), heard[index - 1], heard[index + 1])
  })
  const keys = new Set(heard.map(({ key }) => key))
  const unheard = [...boots.values()]
    .filter(({ key, toSeconds, zero }) => !keys.has(key) && (toSeconds > 0 || zero !== null))
    .sort((one, other) => one.key - other.key)
  return insertUnheard(heard, unheard)
}

function gather(words: readonly BootWord[]): Map<number, BootFacts> {
  const boots = new Map<number, BootFacts>()
  const of = (key: number): BootFacts => {
    let boot = boots.get(key)
    if (!boot) {
      boot = {
        key,
        zero: null,
        end: null,
        foundEnd: null,
        toSeconds: 0,
        spans: [],
        clockZero: null,
        toldAt: null,
      }
      boots.set(key, boot)
    }
    return boot
  }
  for (const word of words) {
    switch (word.says) {
      case 'anchor': {
        const boot = of(word.key)
        // What is heard late makes a boot look younger than it is, never older.
        boot.zero = Math.min(boot.zero ?? word.zero, word.zero)
        break
      }
      case 'span': {
        const boot = of(word.key)
        boot.toldAt = word.t
        boot.toSeconds = Math.max(boot.toSeconds, word.toSeconds)
        boot.spans.push([word.fromSeconds, word.toSeconds])
        boot.end = word.end ?? boot.end
        if (word.clock !== null) boot.clockZero ??= word.clock - word.fromSeconds * 1000
        break
      }
      case 'previous-end':
        of(word.key - 1).foundEnd = word.end
    }
  }
  return boots
}

/** One life for each run of sessions of the same boot; `to` is the last moment at which it is proven. */
function heardLives(sessions: readonly Session[]): Life[] {
  const lives: Life[] = []
  for (const session of sessions) {
    const last = lives.at(-1)
    if (last && last.key !== null && last.key === session.key) {
      last.sessions.push(session)
      last.to = session.loss[0]
    } else {
      const { from, loss, key } = session
      lives.push({
        key,
        from,
        to: loss[0],
        unanchored: false,
        end: null,
        toldAt: null,
        sessions: [session],
        spans: [],
      })
    }
  }
  return lives
}

/** Draws a life out to what is known of its boot, between the sessions of its neighbours, which are sure. */
function settle(
  life: Life,
  boot: BootFacts | undefined,
  before: Life | undefined,
  after: Life | undefined,
): void {
  const first = life.sessions[0]!
  const last = life.sessions.at(-1)!
  const earliest = before ? before.to : Number.NEGATIVE_INFINITY
  const latest = after ? after.sessions[0]!.from : Number.POSITIVE_INFINITY
  const zero = boot?.zero ?? null
  if (zero !== null) life.from = clamp(zero, earliest, first.from)
  life.end = boot?.end ?? boot?.foundEnd ?? null
  life.toldAt = boot?.toldAt ?? null

  const spans = zero === null || !boot ? [] : boot.spans
  for (const [fromSeconds, toSeconds] of spans) {
    life.spans.push([zero! + fromSeconds * 1000, zero! + toSeconds * 1000])
  }
  life.spans.sort((one, other) => one[0] - other[0])
  const told = Math.max(...life.spans.map(([, to]) => to))
  // Where nobody has told how it went on after the last loss: in the middle of when that can have been.
  const sudden = life.end === 'power-loss' || life.end === 'unknown'
  const seenEnd = told + (sudden ? RECORD_MS / 2 : 0)
  const end = told > last.loss[0] - 2 * RECORD_MS ? Math.max(seenEnd, last.loss[0]) : likelyLoss(last)
  life.to = clamp(Math.max(end, life.to), life.to, Math.max(latest, life.to))
}

/** Puts the boots that nobody heard between their neighbours in order of their numbers. */
function insertUnheard(heard: readonly Life[], unheard: readonly BootFacts[]): Life[] {
  const lives: Life[] = []
  let next = 0
  for (let index = 0; index <= heard.length; index++) {
    const after = heard[index]
    const group: BootFacts[] = []
    // Before a life of unknown boot nothing can be sorted.
    while (next < unheard.length && after && after.key !== null && unheard[next]!.key < after.key) {
      group.push(unheard[next++]!)
    }
    const before = heard[index - 1]
    if (group.length > 0 && after) lives.push(...placed(group, before, after))
    if (after) lives.push(after)
  }
  return lives
}

function placed(group: readonly BootFacts[], before: Life | undefined, after: Life): Life[] {
  const wishes: Wish[] = group.map(({ zero, clockZero, toSeconds }) => ({
    at: zero ?? clockZero,
    lengthMs: toSeconds * 1000,
  }))
  return placeBetween(before ? before.to : null, after.from, wishes).flatMap((place, index) => {
    if (place === null) return []
    const { key, end, foundEnd, toldAt } = group[index]!
    const { from, to, asWished } = place
    return [
      {
        key,
        from,
        to,
        unanchored: !asWished,
        end: end ?? foundEnd,
        toldAt,
        sessions: [],
        spans: [[from, to]],
      },
    ]
  })
}
