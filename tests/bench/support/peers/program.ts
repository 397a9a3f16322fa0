import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'

/** A peer's program, with its last words kept for the day it fails. */
export interface Program {
  input: Writable
  output: Readable
  /** Resolves when it has printed `text`. @throws Error when it has not within some seconds, with what it said */
  says(text: string): Promise<void>
  /** @throws Error with what it said, when it has ended by itself */
  expectRunning(): void
  stop(): Promise<void>
}

const KEPT_CHARACTERS = 4000
const READY_WITHIN_MS = 20_000
const STOP_WITHIN_MS = 10_000
const POLL_MS = 50

export function startProgram(...command: string[]): Program {
  const child = spawn(command[0]!, command.slice(1), { stdio: ['pipe', 'pipe', 'pipe'] })
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => resolve())
    child.once('error', () => resolve())
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-KEPT_CHARACTERS)
    })
  }
  const running = (): boolean => child.exitCode === null && child.signalCode === null
  return {
    input: child.stdin,
    output: child.stdout,
    async says(text) {
      const deadline = Date.now() + READY_WITHIN_MS
      while (!said.includes(text)) {
        if (!running() || Date.now() > deadline) {
          throw new Error(`${command.join(' ')}: expected it to say ${JSON.stringify(text)}, got:\n${said}`)
        }
        await pause(POLL_MS)
      }
    },
    expectRunning() {
      if (!running())
        throw new Error(`${command.join(' ')}: expected it to run to the end, it said:\n${said}`)
    },
    async stop() {
      if (!running()) return
      child.kill('SIGTERM')
      const late = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS)
      await ended
      clearTimeout(late)
    },
  }
}

/** Runs a program to its end. @throws Error with what it said, when that is not success */
export async function runProgram(...command: string[]): Promise<string> {
  const child = spawn(command[0]!, command.slice(1), { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      said += chunk.toString()
    })
  }
  const [status] = (await once(child, 'close')) as [number | null]
  if (status !== 0) {
    throw new Error(`${command.join(' ')}: expected exit status 0, got ${status}: ${said}`)
  }
  return said
}

/** Resolves when something answers at the address. @throws Error when nothing does within some seconds */
export async function answering(url: string): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS
  while (!(await fetch(url).catch(() => null))?.ok) {
    if (Date.now() > deadline) throw new Error(`${url}: expected an answer, got none`)
    await pause(POLL_MS)
  }
}
