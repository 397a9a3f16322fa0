import type { Language } from '../../web/view.ts'

/** The same in every language. */
export function said(say: (language: Language) => string): Record<Language, string> {
  return { vi: say('vi'), en: say('en') }
}
