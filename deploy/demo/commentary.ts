/** Hour and minute in Vietnam, which has no summer time. */
const CLOCK = new Intl.DateTimeFormat('vi-VN', {
  timeZone: 'Asia/Ho_Chi_Minh',
  hour: '2-digit',
  minute: '2-digit',
})

const clockTime = (ms: number): string => CLOCK.format(ms)

/** Whose words a line is: of the one who made up the story, or of the centre, which has to find out. */
export type Speaker = 'truth' | 'centre'

const MARKS: Record<Speaker, string> = { truth: 'Sự thật  ', centre: 'Hải Đăng ' }

/** One line of the running commentary; a later line of the same message is set in under the first. */
export function spoken(ms: number, speaker: Speaker, text: string): string {
  const [first = '', ...rest] = text.split('\n').filter((line) => line.trim() !== '')
  const indent = speaker === 'centre' ? '      ' : ''
  const lines = [`${clockTime(ms)}  ${MARKS[speaker]}  ${indent}${first}`]
  for (const line of rest) lines.push(`${' '.repeat(18)}${indent}${line}`)
  return `${lines.join('\n')}\n`
}

/** What the centre has just told people, when this line of its log is of its log channel; in Vietnamese. */
export function notificationIn(line: string): { subject: string; body: string } | null {
  if (!line.includes('"notification"')) return null
  const { msg, body } = JSON.parse(line) as { msg?: unknown; body?: unknown }
  return typeof body === 'string' ? { subject: String(msg), body } : null
}
