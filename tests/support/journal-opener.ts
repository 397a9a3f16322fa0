import { openJournal } from '../../agent/journal/open.ts'

/** A process that opens the journal in the folder given and prints what it took. */
const [folder = ''] = process.argv.slice(2)
// What the program itself needs is there before.
await (await openJournal(`${folder}-empty`, { log: { warn() {} } })).close()
const before = process.memoryUsage.rss()
const begun = performance.now()
const journal = await openJournal(folder, { log: { warn() {} } })
const openMs = Math.round(performance.now() - begun)
const megabytes = Math.round((process.memoryUsage.rss() - before) / 1e6)
process.stdout.write(`${JSON.stringify({ rows: journal.unsealedRows, openMs, megabytes })}\n`)
await journal.close()
