import type { Language } from '../view.ts'
import { deviceEn } from './device-en.ts'
import { type DeviceWords, deviceVi } from './device-vi.ts'

const WORDS: Record<Language, DeviceWords> = { vi: deviceVi, en: deviceEn }

export const deviceWordsOf = (language: Language): DeviceWords => WORDS[language]
