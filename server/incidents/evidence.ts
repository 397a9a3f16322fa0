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
