import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Log } from '../../agent/log.ts'

/** A folder of the test's own, gone when the test is done. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'haidang-agent-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** A log that remembers the texts of its lines. */
export function rememberingLog(): Log & { lines: string[] } {
  const lines: string[] = []
  const remember = (_data: object, text: string) => {
    lines.push(text)
  }
  return { lines, info: remember, warn: remember, error: remember }
}
