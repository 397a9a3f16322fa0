import type { AreaId, DeviceId, SiteId } from '#protocol/ids.ts'
import type { Language } from '../../web/view.ts'
import type { Rule, RuleFacts } from '../incidents/why.ts'
import { en } from './phrases-en.ts'
import { vi } from './phrases-vi.ts'

/** How facts are spelled in the language at hand. */
export interface Spelling {
  number(value: number): string
  /** "3 phút" */
  span(seconds: number): string
  /** "13:58", with its date where that is not the day that the reader has in mind. */
  time(ms: number): string
  device(id: DeviceId): string
  site(id: SiteId): string
  area(id: AreaId): string
}

/**
 * What each rule says when it has fired: a part of a sentence that begins in lower case and has no full stop. A rule
 * without its phrase does not compile.
 */
export type Phrases = { [Name in Rule]: (facts: RuleFacts[Name], spell: Spelling) => string }

export const PHRASES: Record<Language, Phrases> = { vi, en }
