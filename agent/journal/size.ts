/**
 * Rows of 10 metrics take 52 bytes (measured), one a minute 75 kB a day: 16 MiB hold 220 days, and thinned to one row
 * in 16 nine years, before one is dropped.
 */
export const DEFAULT_JOURNAL_BYTES = 16 * 2 ** 20

/** For the flash of a small router: 12 days, and thinned six months, beside the books and the room for a thinned copy. */
export const MIN_JOURNAL_BYTES = 2 ** 20

/** Forty years: whoever asks for more has mistaken the unit. */
export const MAX_JOURNAL_BYTES = 2 ** 30

/** 21 hours of rows: little lies about once acknowledged, and little is read again to settle the oldest. */
export const SEGMENT_BYTES = 65_536
