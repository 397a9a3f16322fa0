/** What a member has shown of its absence, the surest that is known. Times are ms since 1970. */
export type Evidence =
  /** It ran all the time: only its line was gone. */
  | { kind: 'same-boot' }
  /** Its boot ended, by what the device found out at its next start. */
  | {
      kind: 'new-boot'
      end: 'power-loss' | 'orderly' | 'unknown'
      /** Until when the old boot is known to have lived. */
      aliveUntil: number | null
    }

/** A boot is recorded as alive at least each minute. */
export const RECORD_MS = 60_000

type NewBoot = Extract<Evidence, { kind: 'new-boot' }>

/** The surer of two accounts of one end. */
export function surer(known: NewBoot, told: NewBoot): NewBoot {
  const moments = [known.aliveUntil, told.aliveUntil].filter((ms) => ms !== null)
  return {
    kind: 'new-boot',
    end: told.end === 'unknown' ? known.end : told.end,
    aliveUntil: moments.length > 0 ? Math.max(...moments) : null,
  }
}
