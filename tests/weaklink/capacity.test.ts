import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { type CapacityEstimate, MAX_ESTIMATE_BYTES } from '../../agent/capacity/estimate.ts'
import { CapacityResponder } from '../../server/capacity/responder.ts'
import { rememberingLog } from '../support/remembering-log.ts'
import { canMakeLines, makeWeakLine } from '../support/weak-line.ts'

const ESTIMATE = fileURLToPath(new URL('../bench/support/capacity/estimate.ts', import.meta.url))
const DEVICE = 'W1'
const KEY = Buffer.alloc(32, 'the key of W1')
/** A machine that stands still for the whole of a train of 80 ms says so, and is asked again. */
const TRIES = 3

// Bytes: where little is enough, little is spent.
test.runIf(canMakeLines()).each([
  [128, 0, 30_000],
  [128, 0.02, 60_000],
  [1000, 0.02, MAX_ESTIMATE_BYTES],
  [8000, 0.01, MAX_ESTIMATE_BYTES],
])(
  'the capacity of a real line of %i kbit/s that loses %f is told within a quarter, for %i bytes',
  async (kbps, loss, most) => {
    const line = makeWeakLine()
    line.limit(kbps)
    line.lose(loss)
    const responder = new CapacityResponder({
      keyOf: (identity) => (identity === DEVICE ? KEY : null),
      ...{ host: line.serverAddress, port: 0, log: rememberingLog() },
    })
    const port = await responder.start()
    onTestFinished(() => responder.stop())
    const args = [...process.execArgv, ESTIMATE, line.serverAddress, `${port}`, DEVICE, KEY.toString('hex')]
    const [program, ...rest] = line.inside(process.execPath, ...args)
    let found: CapacityEstimate | null = null
    for (let time = 0; time < TRIES && !(found?.down && found.up); time++) {
      const before = line.traffic().bytes
      const child = spawn(program!, rest, { stdio: ['ignore', 'pipe', 'inherit'] })
      let told = ''
      child.stdout.on('data', (part) => {
        told += part
      })
      await once(child, 'close')
      found = JSON.parse(told) as CapacityEstimate
      expect(found.spentBytes).toBeLessThanOrEqual(most)
      // What the line has seen, each packet that came to it; the model may be too high, never too low.
      expect(line.traffic().bytes - before).toBeLessThanOrEqual(found.spentBytes)
    }
    for (const way of [found!.down, found!.up]) {
      expect(Math.abs(way!.kbps / kbps - 1) * 100).toBeLessThan(25)
      expect(Math.abs(way!.kbps / kbps - 1) * 100).toBeLessThan(way!.errorPercent * 1.25)
    }
  },
  60_000,
)
