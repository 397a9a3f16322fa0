import type { Language } from '../view.ts'
import { en } from './en.ts'
import { vi, type Words } from './vi.ts'

const WORDS: Record<Language, Words> = { vi, en }

export const wordsOf = (language: Language): Words => WORDS[language]
