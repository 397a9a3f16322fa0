import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { replaceFile } from '../durable.ts'
import type { Log } from '../log.ts'
import { reasonOf } from '../reason.ts'

const FILE = 'told.json'

/**
 * Whether the centre was told last that a probed device is there, kept over restarts of the prober: one that went
 * meanwhile must be said to be gone, and one that was never there must not.
 */
export class Told {
  readonly #path: string
  readonly #log: Pick<Log, 'warn'>
  #there: boolean

  constructor(path: string, there: boolean, log: Pick<Log, 'warn'>) {
    this.#path = path
    this.#there = there
    this.#log = log
  }

  get there(): boolean {
    return this.#there
  }

  /** Never rejects: a disk that refuses it costs that it is told anew after a restart. */
  async tell(there: boolean): Promise<void> {
    if (there === this.#there) return
    this.#there = there
    await replaceFile(this.#path, `${JSON.stringify({ there })}\n`).catch((error: unknown) => {
      this.#log.warn({ reason: reasonOf(error) }, 'what was told of a probed device was not written')
    })
  }
}

/** A file that cannot be read is one of a device that was never there. */
export async function openTold(folder: string, log: Pick<Log, 'warn'>): Promise<Told> {
  const path = join(folder, FILE)
  const there = await readFile(path, 'utf8').then(
    (text) => /^\s*\{\s*"there"\s*:\s*true\s*\}\s*$/.test(text),
    () => false,
  )
  return new Told(path, there, log)
}
