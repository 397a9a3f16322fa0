import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { join } from 'node:path'
import { reasonOf } from '../reason.ts'

/** A program that reads a script from its standard input, with what it is started with. */
export interface Shell {
  file: string
  args: readonly string[]
}

/** What came of one run; never more than the limits. */
export interface Run {
  stdout: Buffer
  stderr: Buffer
  /** Why it ended before its time or badly; null: it ended well. */
  problem: string | null
}

export interface RunLimits {
  /** A first start on a busy PC with a hard disk takes half a minute. */
  withinMs: number
  /** Ten times the longest answer; what prints more prints nonsense. */
  outputBytes: number
}

const LIMITS: RunLimits = { withinMs: 90_000, outputBytes: 1024 * 1024 }

/** Behind the end of the process for its pipes to close: a grandchild may hold them for ever. */
const CLOSE_MS = 2000

/**
 * `-Command -`, with the script on standard input: `-File` is refused where a group policy wants signatures, and a file
 * could be changed by another; `-EncodedCommand` is what malware uses, so that antivirus programs stop it, and with it
 * this would not fit a command line. No profile, as a user's may ask questions or print; text, as Windows PowerShell
 * would else write its errors to a pipe as XML.
 */
const ARGUMENTS = [
  '-NoLogo',
  '-NoProfile',
  '-NonInteractive',
  '-ExecutionPolicy',
  'Bypass',
  '-InputFormat',
  'Text',
  '-OutputFormat',
  'Text',
  '-Command',
  '-',
]

/**
 * The PowerShell that every Windows has, by its full path: by name a `powershell.exe` beside the agent would be started.
 * A Node of 32 bits must say Sysnative for the System32 of a Windows of 64, whose registry it would else not see.
 */
export function windowsPowerShell(
  root = process.env.SystemRoot ?? 'C:\\Windows',
  arch = process.arch,
): Shell {
  const system = arch === 'ia32' && process.env.PROCESSOR_ARCHITEW6432 ? 'Sysnative' : 'System32'
  return { file: join(root, system, 'WindowsPowerShell', 'v1.0', 'powershell.exe'), args: ARGUMENTS }
}

/** Runs a script to its end, or to that of `signal`, of the time or of the room: what it printed until then counts. */
export function runScript(
  shell: Shell,
  script: string,
  signal: AbortSignal,
  limits: Partial<RunLimits> = {},
): Promise<Run> {
  const { withinMs, outputBytes } = { ...LIMITS, ...limits }
  return new Promise((resolve) => {
    const out: Buffer[] = []
    const err: Buffer[] = []
    let room = outputBytes
    let problem: string | null = null
    let child: ChildProcessWithoutNullStreams
    try {
      child = spawn(shell.file, shell.args, { windowsHide: true, stdio: 'pipe' })
    } catch (error) {
      resolve({ stdout: Buffer.alloc(0), stderr: Buffer.alloc(0), problem: reasonOf(error) })
      return
    }
    let closing: NodeJS.Timeout | undefined
    const late = setTimeout(() => end(`expected an end within ${withinMs} ms`), withinMs)
    const done = (): void => {
      clearTimeout(late)
      clearTimeout(closing)
      signal.removeEventListener('abort', stopped)
      child.stdout.destroy()
      child.stderr.destroy()
      resolve({ stdout: Buffer.concat(out), stderr: Buffer.concat(err), problem })
    }
    const end = (why: string): void => {
      problem ??= why
      child.kill('SIGKILL')
      closing ??= setTimeout(done, CLOSE_MS)
    }
    const stopped = (): void => end('stopped')
    const keep = (into: Buffer[]) => (chunk: Buffer) => {
      into.push(chunk.subarray(0, room))
      room -= chunk.length
      if (room < 0) {
        room = 0
        end(`expected at most ${outputBytes} bytes, got more`)
      }
    }
    child.stdout.on('data', keep(out))
    child.stderr.on('data', keep(err))
    // One that ends without reading its input, and one that is not there, are told by their end.
    child.stdin.on('error', () => {})
    child.on('error', (error) => {
      problem ??= reasonOf(error)
      closing ??= setTimeout(done, CLOSE_MS)
      if (child.pid === undefined) done()
    })
    child.on('exit', (code, killed) => {
      if (code !== 0) problem ??= `expected exit 0, got ${killed ?? code}`
      closing ??= setTimeout(done, CLOSE_MS)
    })
    child.on('close', done)
    signal.addEventListener('abort', stopped, { once: true })
    if (signal.aborted) stopped()
    child.stdin.end(script)
  })
}
