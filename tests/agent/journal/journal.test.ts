import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { decodeLoss } from '#protocol/loss.ts'
import { decodeReport } from '#protocol/report.ts'
import type { Journal } from '../../../agent/journal/journal.ts'
import { openJournal } from '../../../agent/journal/open.ts'
import { segmentName } from '../../../agent/journal/segment.ts'
import type { Sealed } from '../../../agent/outbox.ts'
import { sampleNumber } from '../../support/agent-samples.ts'
import { rememberingLog } from '../../support/remembering-log.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const log = rememberingLog()

async function open(folder: string, segmentBytes?: number): Promise<Journal> {
  return openJournal(folder, segmentBytes === undefined ? { log } : { log, segmentBytes })
}

/** The sample numbers that a report's rows hold. */
function numbersIn(report: Sealed): (number | null)[] {
  return decodeReport(report.bytes).columns.find(({ metric }) => metric === 1)?.values ?? []
}

const keysOf = (sealed: readonly Sealed[]) => sealed.map(({ epoch, seq }) => [epoch, seq])

test('samples become reports that keep their number and bytes across a restart until acknowledged', async () => {
  const folder = temporaryFolder()
  const journal = await open(folder)
  for (const n of [1, 2, 3, 4]) await journal.append(sampleNumber(n))
  for (const n of [5, 6]) await journal.append(sampleNumber(n, 2))
  expect(await journal.sealNewest(1), 'the present first').toBe(true)
  expect(await journal.sealOldest(3)).toBe(true)
  expect(await journal.sealOldest(3), 'the rest of its boot').toBe(true)
  const before = journal.pending()
  expect(before.map(numbersIn), 'newest first, then oldest on').toEqual([[6], [1, 2, 3], [4]])
  expect(before.map(({ seq }) => seq)).toEqual([1, 2, 3])
  expect(
    before.map(({ boot, uptimeSeconds, clockSeconds }) => [boot, uptimeSeconds, clockSeconds]),
    'of the last row',
  ).toEqual([
    [2, 360, 1_800_000_360],
    [1, 180, 1_800_000_180],
    [1, 240, 1_800_000_240],
  ])
  expect(journal.unsealedRows).toBe(1)
  await journal.close()

  const reopened = await open(folder)
  expect(reopened.pending()).toEqual(before)
  expect([reopened.unsealedRows, reopened.rows]).toEqual([1, 6])
  await reopened.ack([before[1]!, before[0]!])
  expect(await reopened.sealNewest(20)).toBe(true)
  expect(await reopened.sealNewest(20), 'nothing is left').toBe(false)
  expect(await reopened.sealOldest(20)).toBe(false)
  const after = reopened.pending()
  expect(
    after.map((each) => [each.seq, numbersIn(each)]),
    'a new report takes the next number',
  ).toEqual([
    [4, [5]],
    [3, [4]],
  ])
  await reopened.close()

  const again = await open(folder)
  expect(again.pending()).toEqual(after)
  expect(again.epoch, 'one epoch for ever').toBe(before[0]!.epoch)
  await again.close()
})

test('what is pending is the same object each time it is asked for', async () => {
  const journal = await open(temporaryFolder())
  await journal.append(sampleNumber(1))
  await journal.sealNewest(1)
  expect(journal.pending()[0]).toBe(journal.pending()[0])
  await journal.close()
})

test('a segment file goes when the centre has all that it holds, and numbers go on after it', async () => {
  const folder = temporaryFolder()
  let journal = await open(folder, 100)
  for (let n = 1; n <= 20; n++) await journal.append(sampleNumber(n))
  const segments = async () => (await readdir(folder)).filter((name) => name.endsWith('.rows'))
  expect((await segments()).length, 'premise: several segments').toBeGreaterThan(3)
  await journal.sealOldest(20)
  await journal.append(sampleNumber(21))
  await journal.ack(journal.pending())
  expect((await segments()).length).toBeLessThanOrEqual(1)
  await journal.sealNewest(1)
  await journal.ack(journal.pending())
  await journal.close()

  journal = await open(folder, 100)
  expect(journal.pending()).toEqual([])
  await journal.append(sampleNumber(22))
  await journal.sealNewest(1)
  expect(journal.pending().map(({ epoch, seq }) => [epoch, seq])).toEqual([[journal.epoch, 3]])
  expect(journal.rows).toBe(22)
  await journal.close()
})

test('the last word of a boot is its goodbye, unless something was measured after it', async () => {
  const folder = temporaryFolder()
  const goodbye = { reason: 'shutdown', boot: 1, uptimeSeconds: 90 } as const
  let journal = await open(folder)
  await journal.append(sampleNumber(1))
  await journal.goodbye(goodbye)
  await journal.close()
  journal = await open(folder)
  expect(journal.lastGoodbye).toEqual(goodbye)
  await journal.append(sampleNumber(2))
  await journal.close()
  journal = await open(folder)
  expect(journal.lastGoodbye).toBeNull()
  journal.declareRefused([sampleNumber(3)])
  await journal.goodbye(goodbye)
  await journal.close()
  journal = await open(folder)
  expect([journal.lastGoodbye, journal.rows]).toEqual([goodbye, 3])
  await journal.close()
})

test('the highest number of a boot is known, also when the rows that told it are gone', async () => {
  const folder = temporaryFolder()
  // Every row gets a segment of its own.
  let journal = await open(folder, 1)
  expect(journal.lastBoot).toBe(0)
  await journal.append(sampleNumber(1, 6))
  expect(journal.lastBoot).toBe(6)
  await journal.goodbye({ reason: 'restart', boot: 7, uptimeSeconds: 900 })
  await journal.append(sampleNumber(2, 6))
  while (await journal.sealOldest(1));
  await journal.ack(journal.pending())
  await journal.close()
  journal = await open(folder, 1)
  expect(journal.lastBoot).toBe(7)
  await journal.close()
})

test('a row that was being written when the power went is declared, without a new epoch', async () => {
  const folder = temporaryFolder()
  let journal = await open(folder)
  await journal.append(sampleNumber(1))
  await journal.sealNewest(1)
  for (const n of [2, 3]) await journal.append(sampleNumber(n))
  const { epoch } = journal
  await journal.close()
  const path = join(folder, segmentName(1))
  const bytes = await readFile(path)
  await writeFile(path, bytes.subarray(0, -5))
  journal = await open(folder)
  expect([journal.epoch, journal.rows, journal.unsealedRows]).toEqual([epoch, 3, 1])
  await journal.append(sampleNumber(4))
  while (await journal.sealOldest(10));
  const pending = journal.pending()
  expect(pending.filter(({ kind }) => kind === 'report').map(numbersIn)).toEqual([[2, 4], [1]])
  expect(pending.flatMap(({ kind, bytes }) => (kind === 'loss' ? [decodeLoss(bytes)] : []))).toEqual([
    { epoch, seq: 3, boot: 0, uptimeSeconds: 0, spanSeconds: 0, rows: 1, reason: 'damaged' },
  ])
  await journal.close()
})

test('when one of the books cannot be read the other stands for it', async () => {
  const folder = temporaryFolder()
  let journal = await open(folder)
  for (const n of [1, 2, 3]) await journal.append(sampleNumber(n))
  await journal.sealOldest(2)
  const before = journal.pending()
  await journal.close()
  await writeFile(join(folder, 'books.1'), 'nothing that can be read')
  journal = await open(folder)
  expect(journal.pending(), 'what has a number keeps it').toEqual(before)
  expect(journal.epoch).toBe(before[0]!.epoch)
  await journal.close()
  await writeFile(join(folder, 'books.2'), '')
  journal = await open(folder)
  expect(journal.pending(), 'the first one was made whole').toEqual(before)
  await journal.close()
})

test('when both books are damaged nothing is lost, and no number is given a second time', async () => {
  const folder = temporaryFolder()
  let journal = await open(folder)
  for (const n of [1, 2, 3]) await journal.append(sampleNumber(n))
  await journal.sealOldest(2)
  const before = journal.pending()
  await journal.close()
  for (const name of ['books.1', 'books.2']) await writeFile(join(folder, name), 'nothing that can be read')
  journal = await open(folder)
  while (await journal.sealOldest(10));
  expect(journal.pending().map(numbersIn)).toEqual([[1, 2, 3]])
  expect(keysOf(journal.pending())[0]![0]).not.toBe(before[0]!.epoch)
  expect(log.lines).toContain('journal: left out what could not be read')
  await journal.close()
})

test('rows that are too much for one report become two', async () => {
  const journal = await open(temporaryFolder())
  // 1,440 rows of ten metrics, as far apart as they can be.
  const far = (n: number) => (n % 2 === 0 ? 2 ** 49 : -(2 ** 49))
  const names = ['cpu_percent', 'memory_percent', 'disk_percent', 'temperature_celsius', 'rtt_ms'] as const
  for (let n = 1; n <= 1440; n++) {
    const values = Object.fromEntries(names.map((name, at) => [name, far(n + at) / 16]))
    await journal.append({
      ...sampleNumber(n),
      values: { ...values, loss_percent: far(n), rx_bytes: far(n) * 1000, tx_bytes: far(n) * 999 },
    })
  }
  expect(await journal.sealOldest(2000)).toBe(true)
  expect(await journal.sealNewest(2000)).toBe(true)
  const rows = journal.pending().map(({ bytes }) => decodeReport(bytes).offsetsSeconds.length)
  expect(rows.reduce((sum, each) => sum + each)).toBe(1440)
  expect(rows.length).toBeGreaterThan(1)
  await journal.close()
})

test('after so many outages that were not drained the history goes first, until there are fewer', async () => {
  const folder = temporaryFolder()
  const journal = await open(folder)
  // An outage of two rows, then a report of one, and again.
  for (let n = 1; n <= 300; n++) {
    await journal.append(sampleNumber(n))
    if (n % 3 === 0) {
      await journal.sealNewest(1)
      await journal.ack(journal.pending())
    }
  }
  expect(journal.unsealedRows).toBe(200)
  expect((await stat(join(folder, 'books.1'))).size, 'the books stay within their room').toBe(8192)
  while (await journal.sealOldest(100)) await journal.ack(journal.pending())
  expect([journal.unsealedRows, journal.rows]).toEqual([0, 300])
  await journal.close()
})

test('a folder that cannot be one is refused with its path and the reason', async () => {
  const folder = join(temporaryFolder(), 'journal')
  await writeFile(folder, 'a file where the folder should be')
  await expect(open(folder)).rejects.toThrow(
    new RegExp(`^journal: expected to read and write ${folder}, got EEXIST`),
  )
})
