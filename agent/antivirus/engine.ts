import type { AntivirusMode, AntivirusReason, ReasonFacts } from '#protocol/antivirus-reasons.ts'

/** One antivirus program that was found, and what can be known of it without trusting it more than it deserves. */
export interface Engine {
  product: string
  mode: AntivirusMode | null
  /** `unknown`: it is there, and nobody can say whether it protects. */
  protection: 'on' | 'off' | 'unknown'
  /** Why it is off, or why that is not known; of one that is on its signatures decide. */
  why: Reason | null
  /** When its signatures were made, ms since 1970; null where it does not tell. */
  signaturesMadeMs: number | null
  /** Its own word on its signatures. */
  upToDate: boolean | null
  /** It says that it has no signatures at all. */
  unarmed?: boolean
}

export interface Reason {
  reason: AntivirusReason
  facts?: ReasonFacts
}

/** All that was seen of antivirus programs at one look. */
export interface Sight {
  engines: Engine[]
  /** What it means when no engine is on: they are as they say, there is none, or one may be hidden from us. */
  otherwise: { state: 'as-told' } | { state: 'none' | 'unknown'; why: Reason }
}
