import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import cron, { type ScheduledTask } from 'node-cron'
import type { Outcome, WarningIntake } from './intake.ts'
import { CapError } from './read-cap.ts'
import { reasonIn } from './reason.ts'
import { MAX_XML_BYTES } from './xml.ts'

interface Log {
  info(data: object, text: string): void
  warn(data: object, text: string): void
}

export interface WarningFolderParts {
  /** `warnings` in the data folder. */
  path: string
  intake: Pick<WarningIntake, 'take'>
  now: () => number
  log: Log
}

/** A file may be dropped by hand: nobody waits for it in seconds, and a folder that is listed costs nothing. */
const EVERY_TEN_SECONDS = '*/10 * * * * *'

/** A file that was changed a moment ago may still be being copied. */
const SETTLED_MS = 2000

/** What is dropped here as `*.xml` is taken once, and moved aside with a word on what became of it. */
export class WarningFolder {
  readonly #parts: WarningFolderParts
  #task: ScheduledTask | null = null
  #looking: Promise<void> = Promise.resolve()

  constructor(parts: WarningFolderParts) {
    this.#parts = parts
  }

  async start(): Promise<void> {
    for (const folder of ['', 'taken', 'refused']) {
      await mkdir(join(this.#parts.path, folder), { recursive: true })
    }
    this.#task = cron.schedule(EVERY_TEN_SECONDS, () => this.look(), { noOverlap: true, name: 'warnings' })
    void this.look()
  }

  async stop(): Promise<void> {
    await this.#task?.destroy()
    await this.#looking
  }

  /** Looks now. */
  look(): Promise<void> {
    const { log } = this.#parts
    this.#looking = this.#looking
      .then(() => this.#takeAll())
      .catch((error: Error) => log.warn({ error: error.message }, 'warnings: the folder cannot be read'))
    return this.#looking
  }

  async #takeAll(): Promise<void> {
    const { path, log } = this.#parts
    const names = (await readdir(path)).filter((name) => /^[^.].*\.xml$/i.test(name)).sort()
    for (const name of names) {
      try {
        await this.#takeFile(name)
      } catch (error) {
        // It stays where it is: the next look tries it again.
        log.warn({ name, error: (error as Error).message }, 'warnings: a file waits')
      }
    }
  }

  async #takeFile(name: string): Promise<void> {
    const { path, intake, now, log } = this.#parts
    const file = await stat(join(path, name))
    // Not of its contents, which a copy may bring along, but of the file here.
    if (!file.isFile() || Math.abs(now() - file.ctimeMs) < SETTLED_MS) return
    const result = await this.#judge(file.size, name, intake)
    const folder = result.isTaken ? 'taken' : 'refused'
    const to = await freeName(join(path, folder), name)
    await writeFile(`${to}.txt`, `${result.lines.join('\n')}\n`)
    await rename(join(path, name), to)
    log.info({ name, folder, words: result.lines }, 'warnings: a file was looked at')
  }

  async #judge(bytes: number, name: string, intake: Pick<WarningIntake, 'take'>): Promise<Judgement> {
    try {
      // The size is looked at first, so that a film that was dropped here is not read into memory.
      if (bytes > MAX_XML_BYTES) {
        throw new CapError([`expected at most ${MAX_XML_BYTES} bytes, got ${bytes}`])
      }
      return judgementOf(await intake.take(await readFile(join(this.#parts.path, name))))
    } catch (error) {
      if (error instanceof CapError) return { isTaken: false, lines: [...MALFORMED, ...error.problems] }
      throw error
    }
  }
}

interface Judgement {
  isTaken: boolean
  lines: readonly string[]
}

const MALFORMED = ['Tệp không phải là bản tin CAP 1.2 hợp lệ.', 'This file is no valid CAP 1.2 message.', '']

function judgementOf(result: Outcome): Judgement {
  if (result.outcome === 'kept-out') {
    const { reason } = result
    return { isTaken: false, lines: [reasonIn('vi', reason), reasonIn('en', reason)] }
  }
  const { id, action, areas } = result.taken.warning
  const places = areas.join(', ')
  return {
    isTaken: true,
    lines: [`Đã nhận: ${id} (${action}), địa bàn ${places}.`, `Taken: ${id} (${action}), areas ${places}.`],
  }
}

/** What was taken before under the same name stays readable. */
async function freeName(folder: string, name: string): Promise<string> {
  const there = new Set(await readdir(folder))
  for (let number = 1; ; number++) {
    const free = number === 1 ? name : name.replace(/\.xml$/i, `-${number}.xml`)
    if (!there.has(free)) return join(folder, free)
  }
}
