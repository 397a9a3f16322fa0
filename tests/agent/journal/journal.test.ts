import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { MAX_ROWS } from '#protocol/limits.ts'
import { decodeReport } from '#protocol/report.ts'
import { Contents, type SealedReport } from '../../../agent/journal/contents.ts'
import type { Journal } from '../../../agent/journal/journal.ts'
import { openJournal } from '../../../agent/journal/open.ts'
import { scan } from '../../../agent/journal/record.ts'
import { segmentPath } from '../../../agent/journal/segment.ts'
import { sampleNumber } from '../../support/agent-samples.ts'
import { rememberingLog } from '../../support/remembering-log.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const log = rememberingLog()

async function open(folder: string, segmentBytes?: number): Promise<Journal> {
  return openJournal(folder, segmentBytes === undefined ? { log } : { log, segmentBytes })
}

/** The sample numbers that a report's rows hold. */
function numbersIn(report: SealedReport): (number | null)[] {
  return decodeReport(report.bytes).columns.find(({ metric }) => metric === 1)?.values ?? []
}

/** Every sample number in the journal, in the order of the rows; sealing what is not sealed yet. */
async function everyNumber(journal: Journal): Promise<(number | null)[]> {
  await journal.seal()
  return journal
    .pending()
    .sort((a, b) => a.uptimeSeconds - b.uptimeSeconds)
    .flatMap(numbersIn)
}

test('samples become reports that keep their number and bytes across a restart until acknowledged', async () => {
  const folder = temporaryFolder()
  const journal = await open(folder)
  for (const n of [1, 2]) await journal.append(sampleNumber(n))
  await journal.seal()
  for (const n of [3, 4]) await journal.append(sampleNumber(n, 2))
  await journal.append(sampleNumber(5, 3))
  await journal.seal()
  const before = journal.pending()
  expect(
    before.map(({ seq, boot }) => [seq, boot]),
    'newest first, then oldest on; one boot each',
  ).toEqual([
    [3, 3],
    [1, 1],
    [2, 2],
  ])
  expect(before.map(numbersIn)).toEqual([[5], [1, 2], [3, 4]])
  await journal.append(sampleNumber(6, 3))
  await journal.close()

  const reopened = await open(folder)
  expect(reopened.pending()).toEqual(before)
  expect(reopened.unsealedRows).toBe(1)
  await reopened.ack(before[1]!)
  await reopened.seal()
  const after = reopened.pending()
  expect(
    after.map(({ seq }) => seq),
    'a new report takes the next number',
  ).toEqual([4, 2, 3])
  await reopened.close()

  const again = await open(folder)
  expect(again.pending()).toEqual(after)
  expect(new Set(again.pending().map(({ epoch }) => epoch)), 'one epoch for ever').toEqual(
    new Set([before[0]!.epoch]),
  )
  await again.close()
})

test('a segment file goes when the centre has all that it holds, and numbers go on after it', async () => {
  const folder = temporaryFolder()
  let journal = await open(folder, 100)
  for (let n = 1; n <= 20; n++) await journal.append(sampleNumber(n))
  await journal.seal()
  expect((await readdir(folder)).length, 'premise: several segments').toBeGreaterThan(3)
  const [first] = journal.pending()
  await journal.append(sampleNumber(21))
  await journal.ack(first!)
  expect((await readdir(folder)).length).toBeLessThanOrEqual(2)
  await journal.seal()
  await journal.ack(journal.pending()[0]!)
  await journal.close()

  journal = await open(folder, 100)
  expect(journal.pending()).toEqual([])
  await journal.append(sampleNumber(22))
  await journal.seal()
  const [last] = journal.pending()
  expect([last?.epoch, last?.seq]).toEqual([first!.epoch, 3])
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
  await journal.close()
})

/** A journal's only segment: five samples, the first two sealed. */
async function smallSegment(): Promise<{ bytes: Uint8Array; epoch: number }> {
  const folder = temporaryFolder()
  const journal = await open(folder)
  for (const n of [1, 2]) await journal.append(sampleNumber(n))
  await journal.seal()
  for (const n of [3, 4, 5]) await journal.append(sampleNumber(n))
  await journal.close()
  return { bytes: await readFile(segmentPath(folder, 1)), epoch: journal.epoch }
}

async function folderWith(segment: Uint8Array, name: string, parent: string): Promise<string> {
  const folder = join(parent, name)
  await mkdir(folder)
  await writeFile(segmentPath(folder, 1), segment)
  return folder
}

test('cut at any length, it holds every record before the cut and takes new ones', async () => {
  const { bytes, epoch } = await smallSegment()
  const parent = temporaryFolder()
  // Start, samples 1 and 2, seal, samples 3 to 5: how many samples lie wholly before each length.
  const ends = scan(bytes).records.map(
    (
      (end) =>
      ({ payload }) =>
        (end += 7 + payload.length)
    )(0),
  )
  const sampleEnds = [1, 2, 4, 5, 6].map((at) => ends[at]!)
  for (let length = 0; length <= bytes.length; length++) {
    const folder = await folderWith(bytes.subarray(0, length), `${length}`, parent)
    const journal = await open(folder)
    await journal.append(sampleNumber(9))
    const whole = sampleEnds.filter((end) => end <= length).length
    expect(await everyNumber(journal), `cut to ${length} bytes`).toEqual(
      [1, 2, 3, 4, 5].slice(0, whole).concat(9),
    )
    if (!ends.includes(length)) {
      expect(journal.epoch, `cut inside a record at ${length}: what was lost may have been a seal`).not.toBe(
        epoch,
      )
    }
    const pending = journal.pending()
    await journal.close()
    const reopened = await open(folder)
    expect(reopened.pending(), `cut to ${length} bytes, opened again`).toEqual(pending)
    await reopened.close()
  }
})

test('after damage the new epoch is on the disk before anything else is written', async () => {
  const { bytes, epoch } = await smallSegment()
  const folder = await folderWith(bytes.subarray(0, -1), 'torn', temporaryFolder())
  const journal = await open(folder)
  expect(journal.epoch, 'premise: a torn tail begins an epoch').not.toBe(epoch)
  // What a crash leaves now, since nothing was written after opening.
  const left = await folderWith(await readFile(segmentPath(folder, 1)), 'left', folder)
  const reopened = await open(left)
  expect(reopened.epoch).toBe(journal.epoch)
  await journal.close()
  await reopened.close()
})

test('the highest number of a boot is known, also when the files that told it are gone', async () => {
  const folder = temporaryFolder()
  // Every write gets a segment of its own.
  let journal = await open(folder, 1)
  expect(journal.lastBoot).toBe(0)
  await journal.append(sampleNumber(1, 6))
  expect(journal.lastBoot).toBe(6)
  await journal.goodbye({ reason: 'restart', boot: 7, uptimeSeconds: 900 })
  await journal.seal()
  await journal.ack(journal.pending()[0]!)
  await journal.close()
  const names = await readdir(folder)
  expect(names, 'premise: only the acknowledgement is left').toHaveLength(1)
  const { records } = scan(await readFile(join(folder, names[0]!)))
  expect(String.fromCharCode(...records.map(({ kind }) => kind))).toBe('EA')
  journal = await open(folder, 1)
  expect(journal.lastBoot).toBe(7)
  await journal.close()
})

test('rows whose report cannot be encoded are kept', () => {
  const contents = new Contents()
  contents.beginEpoch(1)
  // Too many bytes for one report: values as far apart as they can be, in more columns than are measured today.
  const columns = (n: number) =>
    Array.from({ length: 10 }, (_, at) => ({ metric: at + 1, values: [n % 2 === 0 ? 2 ** 50 : -(2 ** 50)] }))
  const head = { epoch: 0, boot: 1, clockSeconds: null, offsetsSeconds: [0] }
  for (let n = 1; n <= MAX_ROWS; n++) {
    contents.apply({ kind: 'sample', row: { ...head, seq: n, uptimeSeconds: n, columns: columns(n) } }, 1)
  }
  const [seal] = contents.sealEntries()
  expect(() => contents.apply(seal!, 1)).toThrow('expected at most 65536 bytes')
  expect(contents.unsealedRows).toBe(MAX_ROWS)
  expect(contents.pending()).toEqual([])
})

test('whatever byte is damaged, only its record is lost and no number is given twice', async () => {
  const { bytes, epoch } = await smallSegment()
  const parent = temporaryFolder()
  for (let at = 0; at < bytes.length; at++) {
    const damaged = Uint8Array.from(bytes)
    damaged[at]! ^= 1 << (at % 8)
    const journal = await open(await folderWith(damaged, `${at}`, parent))
    const numbers = await everyNumber(journal)
    expect(numbers.length, `byte ${at}`).toBeGreaterThanOrEqual(4)
    expect([1, 2, 3, 4, 5], `byte ${at}`).toEqual(expect.arrayContaining(numbers))
    const fresh = journal.pending().filter((report) => report.epoch !== epoch)
    expect(fresh.length, `byte ${at}: new reports under a new epoch`).toBeGreaterThan(0)
    await journal.close()
  }
  expect(log.lines).toContain('journal: left out what could not be read')
})

test('a folder that cannot be one is refused with its path and the reason', async () => {
  const folder = join(temporaryFolder(), 'journal')
  await writeFile(folder, 'a file where the folder should be')
  await expect(open(folder)).rejects.toThrow(
    new RegExp(`^journal: expected to read and write ${folder}, got EEXIST`),
  )
})
