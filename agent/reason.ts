/** Whatever was thrown, as text for a log or another message. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
