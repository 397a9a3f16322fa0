import { expect, test } from 'vitest'
import {
  ANTIVIRUS_REASONS,
  antivirusModeWords,
  antivirusWhy,
  antivirusWhyWords,
} from '../../../protocol/antivirus-reasons.ts'

test('a line of the wire is told in both languages, hours as hours, long ones in days', () => {
  const line = antivirusWhy('signatures-old', { made: '2026-11-12', limit_hours: 24 })
  expect(line).toBe('signatures-old made=2026-11-12 limit_hours=24')
  expect(antivirusWhyWords(line)).toEqual({
    vi: 'Dữ liệu ngày 2026-11-12; từ đó máy đã bật và có mạng hơn 24 giờ mà không cập nhật.',
    en: 'The signatures are of 2026-11-12; since then the machine was on and on line for over 24 hours without renewing them.',
  })
  expect(antivirusWhyWords('not-renewed limit_hours=120').en).toContain('over 5 days')
})

test('a product keeps its name, whatever is in it', () => {
  const name = 'Phần mềm = 100% {vi} bảo vệ'
  expect(antivirusWhyWords(antivirusWhy('snoozed', { product: name })).en).toBe(
    `${name} is paused for a while.`,
  )
})

test('what is not known is told as it came, what is missing as a question mark', () => {
  expect(antivirusWhyWords('of-the-future key=1')).toEqual({
    vi: 'of-the-future key=1',
    en: 'of-the-future key=1',
  })
  expect(antivirusWhyWords('snoozed').en).toBe('? is paused for a while.')
  expect(antivirusWhyWords('snoozed product=%E0%A4%A').en).toBe('%E0%A4%A is paused for a while.')
  expect(antivirusModeWords('edr-block').en).toBe('Passive, blocks after detection')
  expect(antivirusModeWords('of-the-future')).toEqual({ vi: 'of-the-future', en: 'of-the-future' })
})

test('each reason has words in both languages about the same facts', () => {
  for (const { name, vi, en } of ANTIVIRUS_REASONS) {
    const keys = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, key]) => key).sort()
    expect([name, keys(vi)]).toEqual([name, keys(en)])
  }
  expect(new Set(ANTIVIRUS_REASONS.map(({ name }) => name)).size).toBe(ANTIVIRUS_REASONS.length)
})
