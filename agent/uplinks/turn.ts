/** A word that must be seen twice before it is believed. */
export interface Settling<Word> {
  /** null: nothing was seen yet. */
  settled: Word | null
  /** What was seen instead, and since when. */
  doubt: { word: Word; sinceMs: number } | null
}

/** Routes change one by one: a second after the first went the spare's is in its place. */
export const SETTLE_MS = 2000

/** The first word is believed at once, another when it has been seen for `settleMs`. */
export function settle<Word>(
  known: Settling<Word>,
  word: Word,
  nowMs: number,
  settleMs = SETTLE_MS,
): Settling<Word> {
  if (known.settled === null || word === known.settled) return { settled: word, doubt: null }
  const sinceMs = known.doubt?.word === word ? known.doubt.sinceMs : nowMs
  if (nowMs - sinceMs >= settleMs) return { settled: word, doubt: null }
  return { settled: known.settled, doubt: { word, sinceMs } }
}

/** What was told last, and how often it has turned lately. */
export interface Told<Word> {
  word: Word | null
  atMs: number
  turns: number
}

/** A line dies and the spare takes over: both are told at once. */
const FREE_TURNS = 2
/** After them: a line that flickers costs a report a minute, 200 bytes, then one each two minutes, … */
const CALM_MS = 60_000
/** … and at last one a quarter of an hour: 19 kB a day. */
const MOST_CALM_MS = 15 * 60_000
/** After so long without a turn it does not flicker any more. */
const FORGET_MS = 3600_000

/** Whether `word` is to be told now. */
export function mayTell<Word>(told: Told<Word>, word: Word, nowMs: number): boolean {
  if (word === told.word) return false
  if (told.word === null) return true
  if (told.turns < FREE_TURNS) return true
  return nowMs - told.atMs >= Math.min(MOST_CALM_MS, CALM_MS * 2 ** (told.turns - FREE_TURNS))
}

export function afterTelling<Word>(told: Told<Word>, word: Word, nowMs: number): Told<Word> {
  if (told.word === null) return { word, atMs: nowMs, turns: 0 }
  const turns = nowMs - told.atMs > FORGET_MS ? 1 : told.turns + 1
  return { word, atMs: nowMs, turns }
}
