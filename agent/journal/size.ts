/**
 * Rows of 10 metrics take 50 bytes, one a minute 72 kB a day: 16 MiB hold 230 days, and thinned to one row in 16 ten
 * years, before a row is dropped.
 */
export const DEFAULT_JOURNAL_BYTES = 16 * 2 ** 20

/** For the flash of a small router: two weeks, and thinned seven months. */
export const MIN_JOURNAL_BYTES = 2 ** 20

/** Forty years: whoever asks for more has mistaken the unit. */
export const MAX_JOURNAL_BYTES = 2 ** 30

/** 22 hours of rows: little lies about once acknowledged, and little is read again to settle the oldest. */
export const SEGMENT_BYTES = 65_536
