import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { segmentName } from '../../../agent/journal/segment.ts'
import { frameRow } from '../../../agent/journal/shelf.ts'
import { DEFAULT_JOURNAL_BYTES, SEGMENT_BYTES } from '../../../agent/journal/size.ts'
import { rowOf } from '../../../agent/report.ts'
import { officeDay } from '../../samples/office-pc.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const OPENER = join(import.meta.dirname, '../../support/journal-opener.ts')
const DAYS = 170

/** The files of a journal whose agent has been offline for so long. */
function writeJournal(folder: string): number {
  mkdirSync(folder)
  let [number, segment, bytes] = [0, 1, [] as Uint8Array[]]
  const write = () => {
    writeFileSync(join(folder, segmentName(segment++)), Buffer.concat(bytes))
    bytes = []
  }
  for (let day = 0; day < DAYS; day++) {
    for (const sample of officeDay(day)) {
      const row = frameRow(rowOf(sample, ++number))
      if (bytes.reduce((sum, { length }) => sum + length, row.length) > SEGMENT_BYTES) write()
      bytes.push(row)
    }
  }
  write()
  return number
}

test(`${DAYS} days of rows fit, and are opened in two seconds and little memory`, {
  timeout: 120_000,
}, () => {
  const folder = join(temporaryFolder(), 'journal')
  const rows = writeJournal(folder)
  const bytes = readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)
  expect(bytes).toBeLessThan(DEFAULT_JOURNAL_BYTES)
  const { stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', OPENER, folder], {
    encoding: 'utf8',
  })
  expect(stderr).toBe('')
  const opened = JSON.parse(stdout) as { rows: number; openMs: number; megabytes: number }
  process.stdout.write(`${JSON.stringify({ name: 'journal.open', days: DAYS, bytes, ...opened })}\n`)
  expect(opened.rows).toBe(rows)
  expect(opened.openMs).toBeLessThan(2000)
  expect(opened.megabytes, 'of objects that live they would be hundreds').toBeLessThan(30)
})
