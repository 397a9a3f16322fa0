import type { HoursView } from '../availability-view.ts'
import type { Language } from '../view.ts'
import { availabilityEn } from './availability-en.ts'
import { type AvailabilityWords, availabilityVi } from './availability-vi.ts'

const WORDS: Record<Language, AvailabilityWords> = { vi: availabilityVi, en: availabilityEn }

export const availabilityWordsOf = (language: Language): AvailabilityWords => WORDS[language]

/** What each figure means, a sentence or two each: printed beside the figures wherever they go. */
export function rulesInWords(language: Language, hours: HoursView): string[] {
  const { workdays, openMinutes, closeMinutes } = hours
  const words = WORDS[language]
  const days = workdays.map((day) => words.weekday[day - 1]!).join(', ')
  return words.rules(days, clock(openMinutes), clock(closeMinutes))
}

const clock = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`
