import { execFile } from 'node:child_process'
import { isIP } from 'node:net'
import { pingArguments, roundTripsIn } from './ping-answer.ts'
import { NoAnswer, type StepRunner } from './probe.ts'
import type { PingStep } from './profile.ts'
import type { Target } from './target.ts'
import { connectTcp } from './tcp-connection.ts'

/** One lost packet shows no device that is off; each further one costs 0.5 ms of a core. */
const COUNT = 2

/** Five answers and the sums take under 1 KB. */
const MAX_OUTPUT_BYTES = 16 * 1024

/** Echo (RFC 862). Hardly any device listens there: who is there refuses, and so shows itself. */
const KNOCK_PORT = 7

/** RFC 1123, 2.1: no name begins with `-`, which ping would take for a switch. */
const NAME = /^[A-Za-z0-9_]([A-Za-z0-9_.-]{0,252})$/

/**
 * Asks by the ping of the system, as only that may send ICMP without more rights than an agent has. One child a look:
 * it costs 3 to 5 ms. Where there is none a TCP connection is tried in its place, and that is told as a fault.
 * @throws Error when the address is neither an address nor a name
 */
export function createPingStep(
  step: PingStep,
  { address }: Pick<Target, 'address'>,
  program = 'ping',
): StepRunner {
  if (isIP(address.split('%')[0]!) === 0 && !NAME.test(address)) {
    throw new Error(`ping: expected an address or a name, got ${JSON.stringify(address.slice(0, 80))}`)
  }
  const count = step.count ?? COUNT
  return {
    async look(signal) {
      const run = await runPing(program, pingArguments(process.platform, address, count), signal)
      const answers = roundTripsIn(run.output)
      if (answers.length > 0) {
        const lost = Math.max(0, count - answers.length)
        const values = { probe_rtt_ms: Math.min(...answers), probe_loss_percent: (100 * lost) / count }
        return { values, traits: {}, faults: [] }
      }
      if (run.works)
        throw new NoAnswer(`ping: expected an answer of ${address}, got none to ${count} requests`)
      const fault = `ping: expected the system's ping to work, got ${run.reason}; TCP was tried in its place`
      return { values: { probe_rtt_ms: await knock(address, signal) }, traits: {}, faults: [fault] }
    },
    stop: () => {},
  }
}

/** How long a device takes to accept or to refuse a connection. @throws NoAnswer */
async function knock(address: string, signal: AbortSignal): Promise<number> {
  const startedMs = performance.now()
  try {
    const { socket } = await connectTcp(address, KNOCK_PORT, signal)
    socket.destroy()
  } catch (error) {
    if (error instanceof NoAnswer) throw error
  }
  return performance.now() - startedMs
}

interface Run {
  output: string
  /** Whether ping has asked at all: it is installed, and may send. */
  works: boolean
  reason: string
}

/** 1 is an honest "no answer" of iputils and busybox, 0 and 1 of Windows; all else is a ping that could not ask. */
const HONEST = [0, 1]

function runPing(program: string, args: string[], signal: AbortSignal): Promise<Run> {
  return new Promise((resolve) => {
    const options = { signal, encoding: 'latin1', maxBuffer: MAX_OUTPUT_BYTES, windowsHide: true } as const
    execFile(program, args, options, (error, stdout, stderr) => {
      const code = error ? (error.code ?? error.signal ?? error.name) : 0
      const works = signal.aborted || (HONEST.includes(Number(code)) && !isRefusal(stdout, stderr))
      resolve({ output: stdout, works, reason: (stderr.trim() || String(code)).slice(0, 80) })
    })
  })
}

/** Busybox ends with 1 also where it may not send: then it has said nothing but that. */
function isRefusal(stdout: string, stderr: string): boolean {
  return stderr.trim() !== '' && !/\d/.test(stdout)
}
