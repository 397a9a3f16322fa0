import { setInterval } from 'node:timers'
import type { Namespace } from '../namespace.ts'
import { type Program, startProgram } from './program.ts'

/** Where a peer runs: a line, and a folder of its own. What is started here ends with `stop`. */
export interface Stage {
  line: Namespace
  folder: string
  /** Starts a program at the server's end. */
  outside(...command: string[]): Program
  /** Starts a program on the device. */
  inside(...command: string[]): Program
  /** Does something at once and then every so many seconds; a failure is told at the end. */
  every(seconds: number, work: () => Promise<void>): void
  /** @throws Error when a program has ended by itself or something done at times has failed */
  expectRunning(): void
  stop(): Promise<void>
}

export function openStage(line: Namespace, folder: string): Stage {
  const programs: Program[] = []
  const timers: NodeJS.Timeout[] = []
  const failures: unknown[] = []
  const start = (...command: string[]): Program => {
    const program = startProgram(...command)
    programs.push(program)
    return program
  }
  return {
    line,
    folder,
    outside: start,
    inside: (...command) => start(...line.inside(...command)),
    every(seconds, work) {
      const once = (): void => void work().catch((error: unknown) => failures.push(error))
      once()
      timers.push(setInterval(once, seconds * 1000))
    },
    expectRunning() {
      if (failures.length > 0) throw failures[0]
      for (const program of programs) program.expectRunning()
    },
    async stop() {
      for (const timer of timers) clearInterval(timer)
      for (const program of programs.reverse()) await program.stop()
    },
  }
}
