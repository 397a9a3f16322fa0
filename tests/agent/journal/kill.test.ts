import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'
import { decodeReport } from '#protocol/report.ts'
import { openJournal } from '../../../agent/journal/open.ts'
import { rememberingLog } from '../../support/remembering-log.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const APPENDER = join(import.meta.dirname, '../../support/journal-appender.ts')
const KILLS = 5

/** Lets a real process append until it has printed `lines` lines, kills it, and returns all that it printed. */
async function appendAndKill(folder: string, first: number, lines: number): Promise<string[]> {
  const child = spawn(process.execPath, ['--import', 'tsx', APPENDER, folder, String(first)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const printed: string[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    printed.push(line)
    if (printed.length === lines) child.kill('SIGKILL')
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  return printed
}

function numbersIn(hex: string): (number | null)[] {
  const report = decodeReport(Buffer.from(hex, 'hex'))
  return report.columns.find(({ metric }) => metric === 1)!.values
}

test('kill -9 at any moment: what was kept is there, once, and sealed reports are the same bytes', async () => {
  const folder = temporaryFolder()
  const acked = new Map<string, string>()
  let next = 1
  for (let kill = 0; kill < KILLS; kill++) {
    const printed = await appendAndKill(folder, next, 20 + Math.floor(Math.random() * 60))
    const words = printed.map((line) => line.split(' '))
    const named = (kind: string) =>
      new Map(words.filter(([word]) => word === kind).map(([, name = '', hex = '']) => [name, hex]))
    for (const [name, hex] of named('acked')) acked.set(name, hex)

    const journal = await openJournal(folder, { log: rememberingLog() })
    const kept = new Map(
      journal
        .pending()
        .map(({ epoch, seq, bytes }) => [`${epoch}/${seq}`, Buffer.from(bytes).toString('hex')]),
    )
    for (const [name, hex] of named('sealed')) {
      if (acked.has(name)) expect(kept.has(name), `acknowledged ${name} is not sent again`).toBe(false)
      // Killed between an ack and its line, it may be gone though nobody was told.
      else if (kept.has(name)) expect(kept.get(name), `sealed ${name}`).toBe(hex)
      else acked.set(name, hex)
    }
    while (await journal.sealOldest(100));
    const all = [
      ...journal.pending().map(({ bytes }) => Buffer.from(bytes).toString('hex')),
      ...acked.values(),
    ]
      .flatMap(numbersIn)
      .sort((a, b) => a! - b!)
    expect(all, 'every sample once, none missing between').toEqual(all.map((_, at) => at + 1))
    const promised = Math.max(...words.filter(([word]) => word === 'sample').map(([, n]) => Number(n)))
    expect(all.length, 'every sample that the process was told is kept').toBeGreaterThanOrEqual(promised)
    await journal.close()
    next = all.length + 1
  }
})
