import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { onTestFinished } from 'vitest'

/** A program of `tests/support` in a process of its own that is to be killed; what it printed is what it promised. */
export interface PrintingProcess {
  /** Every line so far. After `kill` it is complete. */
  lines: readonly string[]
  /** Resolves with the first line that begins with `word`. @throws Error when the process ends before */
  line(word: string): Promise<string>
  /** Writes a line to its standard input. */
  tell(line: string): void
  /** `kill -9`; resolves when it is gone and all that it printed has been read. */
  kill(): Promise<void>
}

export function startPrinting(program: string, options: readonly string[]): PrintingProcess {
  const child = spawn(process.execPath, [...process.execArgv, program, ...options], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines: string[] = []
  const waiting = new Map<string, (line: string) => void>()
  // Not by readline: that would take the piece of a line that the process died in for a whole one.
  let piece = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const parts = (piece + text).split('\n')
    piece = parts.pop()!
    for (const line of parts) {
      lines.push(line)
      const word = line.split(' ', 1)[0]!
      waiting.get(word)?.(line)
      waiting.delete(word)
    }
  })
  const closed = once(child, 'close')
  const kill = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
    await closed
  }
  onTestFinished(kill)
  return {
    lines,
    kill,
    tell: (line) => void child.stdin.write(`${line}\n`),
    line(word) {
      const found = lines.find((line) => line.startsWith(`${word} `))
      if (found !== undefined) return Promise.resolve(found)
      const ended = closed.then(() => {
        throw new Error(`${program}: expected a line "${word} …", it ended after: ${lines.at(-1)}`)
      })
      return Promise.race([new Promise<string>((resolve) => waiting.set(word, resolve)), ended])
    },
  }
}
