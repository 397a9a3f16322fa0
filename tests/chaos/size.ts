/** The size at which a chaos test runs: `npm run chaos` at the full one, `npm test` a slice of it. */
export function atSize({ slice, full }: { slice: number; full: number }): number {
  return process.env.HAIDANG_CHAOS === 'full' ? full : slice
}
