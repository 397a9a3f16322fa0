/** What waits for the centre under a number of its own: a report's rows, or the tombstone of rows that are gone. */
export interface Sealed {
  readonly kind: 'report' | 'loss'
  readonly epoch: number
  readonly seq: number
  /** Of the last row: from them its age follows at the moment of sending. */
  readonly boot: number
  readonly uptimeSeconds: number
  readonly clockSeconds: number | null
  /** As it is sent when it stands on no other: always the same for this number. */
  readonly bytes: Uint8Array
}

/** Where it waits: the journal. What a method has resolved for survives a power cut. */
export interface Outbox {
  /** Settled and not acknowledged: the newest first, so that the present is known before the past; then by age. */
  pending(): readonly Sealed[]
  /** The centre has these on its disk. */
  ack(sealed: readonly Sealed[]): Promise<void>
}
