import { join } from 'node:path'
import { Ledger } from '../../server/ledger/ledger.ts'
import { everyEntry, recordNumber } from './filled-ledger.ts'

/**
 * A process to be killed: tells what the ledger in the folder given holds, then appends to it and puts messages into
 * its quarantine. It prints each thing only after the ledger has resolved for it.
 */
const AT_ONCE = 8
const EPOCH_MS = 1_800_000_000_000

const [folder = ''] = process.argv.slice(2)
const say = (word: string, ...values: unknown[]): void => {
  process.stdout.write(`${[word, ...values].join(' ')}\n`)
}

const begun = { ms: performance.now(), cpu: process.cpuUsage() }
const ledger = new Ledger(join(folder, 'ledger.db'), { warn: (data) => say('rebuilt', JSON.stringify(data)) })
try {
  await ledger.start()
} catch (error) {
  // The power was cut meanwhile.
  say('failed', (error as Error).message)
  process.exit(1)
}
const { user, system } = process.cpuUsage(begun.cpu)
say('opened', Math.round(performance.now() - begun.ms), Math.round((user + system) / 1000))
const numbers = everyEntry((offset, limit) => ledger.read(offset, limit)).map(({ at }) => at - EPOCH_MS)
const quarantined = ledger.quarantined(100_000).map(({ reason }) => Number(reason))
say('kept', JSON.stringify({ numbers, quarantined, damaged: ledger.damaged }))

let next = Math.max(0, ...numbers, ...quarantined) + 1
async function load(): Promise<void> {
  for (;;) {
    const number = next++
    try {
      if (number % 10 === 0) {
        const payload = new Uint8Array(100).fill(number % 256)
        const from = { at: EPOCH_MS, device: `D${number % 97}`, topic: 'r', code: 'WIRE_RANGE' }
        await ledger.quarantine({ ...from, reason: String(number), payload })
        say('quarantined', number)
      } else {
        await ledger.append(recordNumber(number))
        say('entry', number)
      }
    } catch {
      // The disk is gone; whoever took its power is about to end this too.
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }
}
await Promise.all(Array.from({ length: AT_ONCE }, load))
