/**
 * Guesses a minute from one address, at the form and at the API each: 20 together are 10.5 million a year. Ten
 * characters of a-z and 0-9 made by chance are 36^10 = 3.7e15; one word of a list of a million commonest passwords
 * falls within five weeks.
 */
export const SIGN_IN_LIMIT = { max: 10, timeWindow: 60_000 }
