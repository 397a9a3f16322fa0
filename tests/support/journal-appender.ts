import { openJournal } from '../../agent/journal/open.ts'
import { sampleNumber } from './agent-samples.ts'

/**
 * A process to be killed: appends samples to the journal in the folder given, seals every seventh time, in one lane
 * or the other, and acknowledges half of what it sealed. It prints each thing only after the journal has resolved for it.
 */
const [folder = '', first = '1'] = process.argv.slice(2)
const silent = { warn: () => {} }
const journal = await openJournal(folder, { log: silent, segmentBytes: 2048 })
for (let n = Number(first); ; n++) {
  await journal.append(sampleNumber(n))
  process.stdout.write(`sample ${n}\n`)
  if (n % 7 !== 0) continue
  if (n % 2 === 0) await journal.sealNewest(3)
  else while (await journal.sealOldest(20));
  for (const report of journal.pending()) {
    const name = `${report.epoch}/${report.seq} ${Buffer.from(report.bytes).toString('hex')}`
    process.stdout.write(`sealed ${name}\n`)
    if (report.seq % 2 === 0) {
      await journal.ack([report])
      process.stdout.write(`acked ${name}\n`)
    }
  }
}
