/** A stream of random numbers that is the same for the same name: every part of the world has its own. */
export interface Random {
  /** From 0 up to, not including, 1. */
  next(): number
  between(low: number, high: number): number
  /** A whole number from `low` to `high`, both included. */
  whole(low: number, high: number): number
  chance(probability: number): boolean
  pick<T>(from: readonly T[]): T
  normal(mean: number, deviation: number): number
  exponential(mean: number): number
  /** Right-skewed durations: half of them below `median`, `spread` is the deviation of the logarithm. */
  lognormal(median: number, spread: number): number
  shuffled<T>(from: readonly T[]): T[]
  /** Moments from 0 to `until` with `perYear` of them in an average year, in order. */
  moments(perYear: number, until: number): number[]
}

const YEAR_SECONDS = 365 * 86_400

/** FNV-1a with a final mix: names that differ in one letter start streams that have nothing in common. */
function hash(text: string): number {
  let h = 2_166_136_261
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 16_777_619)
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/** Mulberry32: 32 bits of state, plenty for streams of at most some thousand numbers. */
export function randomOf(seed: number, name: string): Random {
  let state = hash(`${seed}/${name}`)
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
  const between = (low: number, high: number) => low + (high - low) * next()
  const whole = (low: number, high: number) => low + Math.floor(next() * (high - low + 1))
  const exponential = (mean: number) => -mean * Math.log(1 - next())
  const normal = (mean: number, deviation: number) =>
    mean + deviation * Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())
  return {
    next,
    between,
    whole,
    exponential,
    normal,
    chance: (probability) => next() < probability,
    pick: (from) => from[Math.floor(next() * from.length)]!,
    lognormal: (median, spread) => median * Math.exp(normal(0, spread)),
    shuffled: (from) => {
      const rest = [...from]
      for (let i = rest.length - 1; i > 0; i--) {
        const j = whole(0, i)
        ;[rest[i], rest[j]] = [rest[j]!, rest[i]!]
      }
      return rest
    },
    moments: (perYear, until) => {
      const found: number[] = []
      if (perYear <= 0) return found
      for (
        let at = exponential(YEAR_SECONDS / perYear);
        at < until;
        at += exponential(YEAR_SECONDS / perYear)
      )
        found.push(at)
      return found
    },
  }
}
