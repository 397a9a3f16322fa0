import { openJournal } from '../../agent/journal/open.ts'
import { sampleNumber } from './agent-samples.ts'
import { journalRows, numbersIn } from './journal-rows.ts'

/**
 * A process to be killed: tells what the journal in the folder given holds, then appends samples to it, seals in both
 * lanes and acknowledges. It prints a sample after it was resolved, and an acknowledgement before it is written.
 */
const SEGMENT_BYTES = 4096

const [folder = ''] = process.argv.slice(2)
const say = (word: string, ...values: unknown[]): void => {
  process.stdout.write(`${[word, ...values].join(' ')}\n`)
}

const begun = { ms: performance.now(), cpu: process.cpuUsage() }
const journal = await openJournal(folder, { log: { warn() {} }, segmentBytes: SEGMENT_BYTES }).catch(
  (error: Error) => {
    // The power was cut meanwhile.
    say('failed', error.message)
    process.exit(1)
  },
)
const { user, system } = process.cpuUsage(begun.cpu)
say('opened', Math.round(performance.now() - begun.ms), Math.round((user + system) / 1000))
// As many as it has taken are numbered, those whose line was never written among them.
let number = journal.rows
say('kept', JSON.stringify(await journalRows(journal)))

for (;;) {
  number++
  try {
    await journal.append(sampleNumber(number))
    say('sample', number)
    if (number % 7 === 0) await journal.sealNewest(3)
    if (number % 11 === 0) await journal.sealOldest(20)
    if (number % 13 === 0) {
      const some = journal.pending().slice(0, 3)
      say('acking', some.flatMap(numbersIn).join())
      await journal.ack(some)
    }
  } catch {
    // The disk is gone; whoever took its power is about to end this too.
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
