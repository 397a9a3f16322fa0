import { reasonOf } from '../reason.ts'
import { decodeOutput, headOf } from './decode.ts'
import { isRow, type Row } from './fields.ts'
import { type Answer, type Part, readParts } from './parts.ts'
import { type Run, runScript, windowsPowerShell } from './powershell.ts'
import { lookScript } from './script.ts'

/** One start of PowerShell costs a second of a core; between two lie at least so many seconds. */
export const LOOK_SECONDS = 900

/** Errors of WMI that say that there is no such thing here: an invalid class or namespace, not supported, not found. */
const NOT_HERE = /^HRESULT 0x(?:80041010|8004100e|8004100c|80041002)\b/i

/** In one line: the error by its name, which is the same in every language, then in the words of Windows. */
export function problemOf({ problem, code }: { problem: string; code: string }): string {
  return [code.split(',')[0], problem].filter((text) => text !== '').join(': ')
}

/** PowerShell gave no answer at all: nothing that is asked of it can be told. */
export class NoWindowsAnswer extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'NoWindowsAnswer'
  }
}

/** What all collectors of Windows ask: one run of PowerShell for all of them. */
export interface WindowsLook {
  /** @throws NoWindowsAnswer @throws Error when `signal` ended the waiting */
  parts(signal?: AbortSignal): Promise<WindowsParts>
}

/** The answer of one run, part by part. */
export class WindowsParts {
  readonly #answer: Answer
  readonly #problem: string | null
  /** When the run began, by the clock of the look: what counts is as old as this. */
  readonly takenMs: number

  constructor(answer: Answer, problem: string | null, takenMs: number) {
    this.#answer = answer
    this.#problem = problem
    this.takenMs = takenMs
  }

  /** The objects of a part. @throws Error that says what Windows said instead of them */
  rows(name: string): Row[] {
    return this.values(name).filter(isRow)
  }

  /** As `rows`, also of texts and numbers. */
  values(name: string): readonly unknown[] {
    const part = this.part(name)
    if ('rows' in part) return part.rows
    throw new Error(`${name}: expected rows of Windows, got ${problemOf(part)}`)
  }

  /** The objects of a part, none where Windows has no such thing, or cannot tell. */
  rowsIfAny(name: string): Row[] {
    const part = this.part(name)
    return 'rows' in part ? part.rows.filter(isRow) : []
  }

  /** As `rows`, but none where this Windows knows no such thing. @throws Error of any other failure */
  rowsWhereKnown(name: string): Row[] {
    const part = this.part(name)
    return 'problem' in part && NOT_HERE.test(part.code) ? [] : this.rows(name)
  }

  part(name: string): Part {
    const part = this.#answer.parts.get(name)
    if (part) return part
    const why = this.#problem ?? (this.#answer.whole ? 'nothing of it' : 'an answer that was cut off')
    return { problem: why, code: 'missing' }
  }
}

export interface LookParts {
  /** Runs the script; by default in the PowerShell of this Windows. */
  run?: (script: string, signal: AbortSignal) => Promise<Run>
  /** A clock that does not jump, in ms. */
  now?: () => number
}

/** Makes a look that starts PowerShell when it is asked, at most once in `LOOK_SECONDS`, and never twice at a time. */
export function createWindowsLook(given: LookParts = {}): WindowsLook {
  const run = given.run ?? ((script, signal) => runScript(windowsPowerShell(), script, signal))
  const now = given.now ?? (() => performance.now())
  let startedMs = Number.NEGATIVE_INFINITY
  let last: Promise<WindowsParts> | null = null
  let stop = new AbortController()
  let waiting = 0

  async function look(): Promise<WindowsParts> {
    const takenMs = startedMs
    const { stdout, stderr, problem } = await run(lookScript(), stop.signal)
    try {
      return new WindowsParts(readParts(decodeOutput(stdout)), problem, takenMs)
    } catch (error) {
      const said = stderr.length > 0 ? `, and ${headOf(stderr)} as errors` : ''
      throw new NoWindowsAnswer(`${problem ? `${problem}: ` : ''}${reasonOf(error)}${said}`)
    }
  }

  return {
    async parts(signal) {
      if (last === null || now() - startedMs >= LOOK_SECONDS * 1000) {
        startedMs = now()
        stop = new AbortController()
        last = look()
        // Whoever asks within the next minutes gets the same; nobody else is told.
        last.catch(() => {})
      }
      if (!signal) return last
      waiting++
      try {
        return await untilAborted(last, signal)
      } finally {
        waiting--
        // Nobody is left to hear it.
        if (signal.aborted && waiting === 0) stop.abort()
      }
    },
  }
}

/** @throws Error when `signal` ended the waiting; what was waited for goes on */
export async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) throw new Error('stopped')
  let stopped = (): void => {}
  const aborted = new Promise<never>((_, reject) => {
    stopped = () => reject(new Error('stopped'))
    signal.addEventListener('abort', stopped, { once: true })
  })
  try {
    return await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener('abort', stopped)
  }
}
