import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { deviceId } from '#protocol/ids.ts'
import { createBroker } from '../../broker/broker.ts'
import { createIntake } from '../../server/intake.ts'
import { Ledger } from '../../server/ledger/ledger.ts'
import type { LineAgent } from '../support/line-agent.ts'
import { rememberingLog } from '../support/remembering-log.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { makeWeakLine, type WeakLine } from '../support/weak-line.ts'

const LINE_AGENT = fileURLToPath(new URL('../support/line-agent.ts', import.meta.url))
const DEVICE = deviceId('W1')
const KEY = Buffer.alloc(32, 'the key of W1')

/** What the device at the far end has said so far: the words of its lines after the first, which is the key. */
export type Said = Record<'sample' | 'connected' | 'acknowledged' | 'log' | 'learnt' | 'stopped', string[][]>

export interface FarDevice {
  said: Said
  tell(line: 'samples on' | 'samples off' | 'stop'): void
  /** Resolves when the program has ended. */
  ended: Promise<unknown>
}

/** When a sample was stored first, ms since 1970, and in how many reports of the ledger it is. */
export interface Stored {
  atMs: number
  times: number
}

export interface World {
  line: WeakLine
  start(agent: Partial<LineAgent>): FarDevice
  /** By number of the sample, so far. */
  stored(): ReadonlyMap<number, Stored>
}

/** Broker, intake and ledger here, and a device that finds them at the other end of a weak line. */
export async function weakWorld(): Promise<World> {
  const line = makeWeakLine()
  const ledger = new Ledger(join(temporaryFolder(), 'ledger.db'))
  await ledger.start()
  onTestFinished(() => ledger.stop())
  const intake = createIntake({
    ledger,
    now: Date.now,
    log: rememberingLog(),
    onTaken: () => {},
    onNeighbours: () => {},
  })
  const broker = createBroker({
    keyOf: (identity) => (identity === DEVICE ? KEY : null),
    inlet: intake,
    log: rememberingLog(),
    onRefused: () => {},
    host: undefined,
    port: 0,
  })
  const { port } = await broker.start()
  onTestFinished(() => broker.stop())
  const stored = new Map<number, Stored>()
  let read = 0
  return {
    line,
    start(agent) {
      const settings: LineAgent = {
        ...{
          folder: temporaryFolder(),
          host: line.serverAddress,
          port,
          device: DEVICE,
          key: KEY.toString('hex'),
        },
        ...{
          sampleMs: 1000,
          reportSeconds: 5,
          keepaliveSeconds: 60,
          answerEvery: 8,
          kernelTells: true,
          learns: false,
          backlog: 0,
        },
        ...agent,
      }
      const [program, ...args] = line.inside(
        process.execPath,
        ...process.execArgv,
        LINE_AGENT,
        JSON.stringify(settings),
      )
      return listen(spawn(program!, args, { stdio: ['pipe', 'pipe', 'inherit'] }))
    },
    stored() {
      for (let entries = ledger.read(read, 1000); entries.length > 0; entries = ledger.read(read, 1000)) {
        for (const entry of entries) {
          if (entry.kind !== 'report') continue
          const { uptimeSeconds, offsetsSeconds } = entry.report
          for (const number of offsetsSeconds.map((offset) => uptimeSeconds + offset)) {
            const known = stored.get(number)
            stored.set(number, { atMs: known?.atMs ?? entry.at, times: (known?.times ?? 0) + 1 })
          }
        }
        read = entries.at(-1)!.offset
      }
      return stored
    },
  }
}

function listen(child: ChildProcess): FarDevice {
  const said: Said = { sample: [], connected: [], acknowledged: [], log: [], learnt: [], stopped: [] }
  createInterface(child.stdout!).on('line', (line) => {
    const [key, ...words] = line.split(' ')
    if (key && key in said) said[key as keyof Said].push(words)
  })
  const ended = once(child, 'close')
  onTestFinished(async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
    await ended
  })
  return { said, tell: (line) => child.stdin!.write(`${line}\n`), ended }
}

/** The value below which `share` of them lie. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN
}

/** A measured figure as a line of JSON, for the README. */
export function figure(name: string, values: Record<string, number>): void {
  process.stdout.write(`${JSON.stringify({ name, ...values })}\n`)
}
