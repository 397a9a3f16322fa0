import type { SealedReport } from '../journal/contents.ts'

/** Reports sent and not acknowledged at one time. */
const MAX_REPORTS = 20
/** At 32 kbit/s 16 KiB take 4 s: so far at most the age that a report carries is from the truth when it leaves. */
const MAX_BYTES = 16_384

/** May one more report of `bytes` be under way? One always may, however long. */
export function hasRoom(inFlight: ReadonlySet<SealedReport>, bytes: number): boolean {
  if (inFlight.size === 0) return true
  const total = [...inFlight].reduce((sum, report) => sum + report.bytes.length, bytes)
  return inFlight.size < MAX_REPORTS && total <= MAX_BYTES
}
