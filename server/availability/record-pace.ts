/**
 * A device writes down about once a minute that it lives. One that ends without a word has lived for another half of
 * that on average.
 */
export const RECORD_MS = 60_000
