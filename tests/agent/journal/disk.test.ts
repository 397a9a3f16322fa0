import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { Intake } from '../../../agent/journal/intake.ts'
import type { Journal } from '../../../agent/journal/journal.ts'
import { openJournal } from '../../../agent/journal/open.ts'
import { sampleNumber } from '../../support/agent-samples.ts'
import { rememberingLog } from '../../support/remembering-log.ts'
import { SimpleCentre } from '../../support/simple-centre.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const isRoot = process.getuid?.() === 0
if (!isRoot && process.env.CI) throw new Error('journals on a full disk: expected root, which mounts one')
if (!isRoot) process.stderr.write('journals on a full disk are not tested: it is mounted, which needs root\n')

function mount(...args: string[]): void {
  const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', ...args], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`mount ${args.join(' ')}: expected status 0, got ${status}: ${stderr}`)
}

/** A disk of 256 kB in a folder of the test. */
function smallDisk(): string {
  const folder = join(temporaryFolder(), 'disk')
  mkdirSync(folder)
  mount('-o', 'size=256k', 'tmpfs', folder)
  onTestFinished(() => void spawnSync('umount', [folder]))
  return folder
}

const segmentBytes = 8192

/** Fills the disk; returns how to free it again. */
function fill(folder: string): () => void {
  const path = join(folder, 'of somebody else')
  for (let bytes = 262_144; bytes >= 1; bytes >>= 1) {
    try {
      writeFileSync(path, Buffer.alloc(bytes), { flag: 'a' })
    } catch {
      // Half of it may fit.
    }
  }
  return () => rmSync(path)
}

/** All that is in it, as a centre has it. */
async function drained(journal: Journal, centre = new SimpleCentre()): Promise<SimpleCentre> {
  do {
    for (const each of journal.pending()) centre.take(each)
    await journal.ack(journal.pending())
  } while (await journal.sealOldest(500))
  return centre
}

const upTo = (last: number) => Array.from({ length: last }, (_, at) => at + 1)

test.runIf(isRoot)(
  'on a full disk rows wait, what was measured can still be sent, and the rest is declared',
  async () => {
    const folder = smallDisk()
    const journal = await openJournal(join(folder, 'journal'), { log: rememberingLog(), segmentBytes })
    const log = rememberingLog()
    const intake = new Intake({ journal, log, maxWaiting: 200 })
    for (const n of upTo(1000)) await intake.take(sampleNumber(n))
    const free = fill(folder)
    for (const n of upTo(700)) await intake.take(sampleNumber(1000 + n))
    expect(log.lines, 'premise').toEqual(['samples wait in memory: the journal cannot be written'])
    const kept = journal.unsealedRows
    expect(journal.rows, 'the refused count as produced').toBe(1500)
    // The books are written in place, so acknowledged files go and make room.
    const centre = await drained(journal)
    expect(centre.stored).toEqual(upTo(kept))
    free()
    await intake.take(sampleNumber(1701))
    await drained(journal, centre)
    expect(centre.lost).toEqual({ thinned: 0, dropped: 0, damaged: 0, refused: 1500 - kept })
    expect(centre.stored).toEqual([...upTo(kept), ...upTo(201).map((n) => 1500 + n)])
    expect(journal.rows).toBe(1701)
    await journal.close()
  },
)

test.runIf(isRoot)('a full disk can be opened, and what was torn is cut off', async () => {
  const folder = smallDisk()
  const open = () => openJournal(join(folder, 'journal'), { log: rememberingLog(), segmentBytes })
  let journal = await open()
  for (const n of upTo(300)) await journal.append(sampleNumber(n))
  await journal.close()
  const free = fill(folder)
  journal = await open()
  expect(journal.unsealedRows).toBe(300)
  for (let n = 301; ; n++) {
    const done = await journal.append(sampleNumber(n)).catch(() => false)
    if (done === false) break
  }
  const { rows } = journal
  await journal.close()
  journal = await open()
  expect(journal.rows).toBe(rows)
  free()
  const centre = await drained(journal)
  expect([...centre.stored, centre.declared]).toEqual([...upTo(rows), 0])
  await journal.close()
})

test.runIf(isRoot)('a disk that turns read only refuses rows and takes them again', async () => {
  const folder = smallDisk()
  const path = join(folder, 'journal')
  const journal = await openJournal(path, { log: rememberingLog(), segmentBytes })
  await journal.append(sampleNumber(1))
  await journal.close()
  mount('-o', 'remount,ro', 'tmpfs', folder)
  await expect(openJournal(path, { log: rememberingLog() })).rejects.toThrow(
    `journal: expected to read and write ${path}, got EROFS`,
  )
  mount('-o', 'remount,rw', 'tmpfs', folder)
  const again = await openJournal(path, { log: rememberingLog() })
  await again.append(sampleNumber(2))
  expect((await drained(again)).stored).toEqual([1, 2])
  await again.close()
})

test('a clock that is set back to 1970 leaves rows in their order, by boot and uptime', async () => {
  const journal = await openJournal(temporaryFolder(), { log: rememberingLog() })
  for (const n of [1, 2]) await journal.append(sampleNumber(n))
  for (const n of [3, 4]) await journal.append({ ...sampleNumber(n), clockSeconds: n })
  await journal.sealNewest(2)
  expect(journal.pending()[0]).toMatchObject({ boot: 1, uptimeSeconds: 240, clockSeconds: null })
  await journal.sealOldest(2)
  expect(journal.pending()[1]).toMatchObject({ boot: 1, uptimeSeconds: 120, clockSeconds: 1_800_000_120 })
  await journal.close()
})
