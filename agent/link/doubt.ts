export interface Patience {
  /** What the other end's kernel has not acknowledged, without any progress: the line itself is in question. */
  stuckMs: number
  /** An answer of the centre, which may be slow while its line is well. */
  answerMs: number
  /** The same where no kernel tells which of the two it is: enough for a SYN, which costs 60 bytes and finds out. */
  guessMs: number
}

/**
 * What is stuck: at 30 % loss each way 3 % of all segments are not acknowledged after five tries, at 0, 0.2, 0.6, 1.4 and
 * 3 s; each costs a handshake beside it. Behind a blackout that is longer than 5 s the kernel would wait as long again.
 * An answer: at 30 % loss 95 % come within 14 s.
 */
export const PATIENCE: Patience = { stuckMs: 5000, answerMs: 15_000, guessMs: 5000 }

/** A slow line's share: 600 B/s is half of 9.6 kbit/s. */
const MS_PER_BYTE = 1 / 0.6
/** An answer's 15 s doubled four times: 4 minutes. */
const MAX_DOUBLINGS = 4

/**
 * How long is waited before a second connection is tried beside the first. `fruitless`: connections in a row that
 * brought no answer at all; a centre that takes CONNECT and answers nothing must not be stormed.
 */
export function patienceFor(fruitless: number, bytesUnderWay: number, patience = PATIENCE): Patience {
  const factor = 2 ** Math.min(fruitless, MAX_DOUBLINGS)
  return {
    stuckMs: patience.stuckMs * factor,
    answerMs: patience.answerMs * factor + bytesUnderWay * MS_PER_BYTE,
    guessMs: patience.guessMs * factor + bytesUnderWay * MS_PER_BYTE,
  }
}
