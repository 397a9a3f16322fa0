/** How often a condition is looked at. */
const LOOK_MS = 25

/** Resolves with the first value of `look` that is neither false, null nor undefined; fails at the deadline. */
export async function eventually<Value>(
  what: string,
  look: () => Value | Promise<Value>,
  deadlineMs = 15_000,
): Promise<Exclude<Value, false | null | undefined>> {
  const end = Date.now() + deadlineMs
  for (;;) {
    const value = await look()
    if (value !== false && value !== null && value !== undefined) {
      return value as Exclude<Value, false | null | undefined>
    }
    if (Date.now() > end) throw new Error(`${what}: expected within ${deadlineMs} ms, did not come`)
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
  }
}
