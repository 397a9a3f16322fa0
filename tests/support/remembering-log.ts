import type { Log } from '../../agent/log.ts'

/** A log that remembers the texts of its lines. */
export function rememberingLog(): Log & { lines: string[] } {
  const lines: string[] = []
  const remember = (_data: object, text: string) => {
    lines.push(text)
  }
  return { lines, info: remember, warn: remember, error: remember }
}
