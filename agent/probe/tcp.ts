import type { Socket } from 'node:net'
import { failureOf } from './failure.ts'
import { firstMatch } from './match.ts'
import type { StepRunner } from './probe.ts'
import type { TcpStep } from './profile.ts'
import { readAll } from './readings.ts'
import { shown } from './rule.ts'
import type { Target } from './target.ts'
import { connectTcp } from './tcp-connection.ts'

const MAX_ANSWER_BYTES = 64 * 1024

/** What comes a byte at a time is not looked at a byte at a time. */
const GATHER_MS = 20

/** Without `until` an answer is over when nothing has followed for so long. */
const QUIET_MS = 1000

/** Connects, says what the step has to say, and reads the answer by its rules. A look ends with its signal. */
export function createTcpStep(step: TcpStep, target: Target): StepRunner {
  const silent = step.until === undefined && Object.keys({ ...step.readings, ...step.traits }).length === 0
  return {
    async look(signal) {
      const { socket, connectMs } = await connectTcp(target.address, step.port, signal)
      try {
        const text = silent ? '' : await answerOf(socket, step, signal)
        const finding = readAll(step, () => text)
        finding.values.probe_rtt_ms = connectMs
        return finding
      } finally {
        socket.destroy()
      }
    },
    stop: () => {},
  }
}

/** @throws Error when nothing came, or nothing that `until` matches */
async function answerOf(socket: Socket, step: TcpStep, signal: AbortSignal): Promise<string> {
  const where = `tcp ${step.port}`
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  const over = await new Promise<'matched' | 'quiet' | 'ended' | 'full' | Error>((resolve) => {
    let gathering: NodeJS.Timeout | undefined
    let quiet: NodeJS.Timeout | undefined
    const end = (how: 'matched' | 'quiet' | 'ended' | 'full' | Error): void => {
      clearTimeout(gathering)
      clearTimeout(quiet)
      signal.removeEventListener('abort', onAbort)
      resolve(how)
    }
    const onAbort = (): void => end(text === '' ? failureOf(signal.reason, where, true) : 'quiet')
    const look = (): void => {
      gathering = undefined
      try {
        if (firstMatch(step.until!, text) !== null) end('matched')
      } catch (error) {
        end(error as Error)
      }
    }
    socket.on('data', (chunk) => {
      bytes += chunk.length
      text += decoder.decode(chunk, { stream: true })
      if (bytes >= MAX_ANSWER_BYTES) return end('full')
      if (step.until !== undefined) {
        gathering ??= setTimeout(look, GATHER_MS)
        return
      }
      clearTimeout(quiet)
      quiet = setTimeout(() => end('quiet'), QUIET_MS)
    })
    socket.once('end', () => end('ended'))
    socket.on('error', (error) => end(failureOf(error, where, true)))
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
    if (step.send !== undefined) socket.write(step.send)
  })
  if (over instanceof Error) throw over
  if (step.until !== undefined && over !== 'matched' && firstMatch(step.until, text) === null) {
    throw new Error(`${where}: expected an answer that matches ${shown(step.until)}, got ${shown(text)}`)
  }
  if (text === '') throw new Error(`${where}: expected an answer, got the end of the connection`)
  return text
}
