import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { replaceFile } from '../durable.ts'
import type { IdleLimitStore } from './idle-limit.ts'

/** Beside the journal: what is learnt in an hour of silence is kept over restarts. */
export function idleLimitFile(folder: string): IdleLimitStore {
  const path = join(folder, 'idle-limit.json')
  return {
    async read() {
      try {
        return await readFile(path, 'utf8')
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
        throw error
      }
    },
    write: (text) => replaceFile(path, text),
  }
}
