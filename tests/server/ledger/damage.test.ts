import {
  copyFileSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { Ledger } from '../../../server/ledger/ledger.ts'
import { KIND, platformRecord } from '../../../server/ledger/record.ts'
import { LEDGER_MIGRATIONS } from '../../../server/ledger/schema.ts'
import { readWal } from '../../../server/ledger/wal.ts'
import { openDatabase } from '../../../server/sqlite/database.ts'
import { collectGarbage } from '../../support/collect-garbage.ts'
import { everyEntry, fillLedger, recordNumber } from '../../support/filled-ledger.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const PAGE_BYTES = 4096

interface Opened {
  ledger: Ledger
  lines: string[]
}

async function open(path: string): Promise<Opened> {
  const lines: string[] = []
  const ledger = new Ledger(path, { warn: (_data, text) => void lines.push(text) })
  await ledger.start()
  onTestFinished(() => ledger.stop())
  return { ledger, lines }
}

const offsetsOf = (ledger: Ledger) =>
  everyEntry((offset, limit) => ledger.read(offset, limit)).map(({ offset }) => offset)

const upTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, at) => first + at)

/** Everything in the file, nothing in its log. */
async function ledgerOf(path: string, entries: number): Promise<void> {
  const ledger = new Ledger(path)
  await ledger.start()
  await Promise.all(upTo(entries).map((number) => ledger.append(recordNumber(number))))
  await ledger.stop()
  const again = new Ledger(path)
  await again.start()
  await again.stop()
}

/** Changes one byte of the entry's payload where it stands in the file. */
function hit(path: string, number: number): void {
  const bytes = readFileSync(path)
  const at = bytes.indexOf(Buffer.from(recordNumber(number).payload))
  expect(at).toBeGreaterThan(0)
  bytes[at + 3]! ^= 4
  writeFileSync(path, bytes)
}

test('entries that are damaged are left out and counted, even a whole batch of them', async () => {
  const path = join(temporaryFolder(), 'ledger.db')
  await ledgerOf(path, 60)
  const spoilt = upTo(23).filter((number) => number % 25 !== 0)
  for (const number of spoilt) hit(path, number)
  const { ledger, lines } = await open(path)
  expect(ledger.read(0, 10).map(({ offset }) => offset)).toEqual(upTo(30, 24).slice(0, 7))
  expect(offsetsOf(ledger)).toEqual(upTo(60, 24))
  expect(ledger.damaged).toBe(spoilt.length)
  expect(lines).toHaveLength(spoilt.length)
})

test('pages that are damaged while the ledger runs: it is built anew, takes what comes meanwhile, and goes on', async () => {
  const folder = temporaryFolder()
  const path = join(folder, 'ledger.db')
  await ledgerOf(path, 2000)
  const { ledger, lines } = await open(path)
  const file = openSync(path, 'r+')
  // Two pages in the middle, whatever they hold, once their bytes are no longer in a cache of this process.
  for (const page of [20, 21])
    writeSync(file, Buffer.alloc(PAGE_BYTES, 0xa5), 0, PAGE_BYTES, page * PAGE_BYTES)

  expect(() => offsetsOf(ledger)).toThrow(/ledger\.db: expected sound pages, got/)
  expect(ledger.fault).toMatch(/built anew/)
  const appended = ledger.append(recordNumber(2001))
  expect(await appended).toBe(2001)
  expect(ledger.fault).toBeNull()

  const offsets = offsetsOf(ledger)
  expect(offsets.length).toBeGreaterThan(1900)
  expect(offsets.at(-1)).toBe(2001)
  expect(ledger.damaged).toBe(2001 - offsets.length)
  expect(await ledger.append(recordNumber(offsets[100]!))).toBeNull()
  expect(lines).toContain('ledger: was damaged and has been built anew')
  expect(readdirSync(folder)).toContain('ledger.db.damaged-1')
  // The old file's connection goes; were it to take the new file's log with it, what is only there would be lost.
  await collectGarbage()
  expect(await ledger.append(recordNumber(2002))).toBe(2002)
  await collectGarbage()
  expect(readdirSync(folder)).toContain('ledger.db-wal')
  await ledger.stop()

  const again = await open(path)
  expect(offsetsOf(again.ledger)).toEqual([...offsets, 2002])
  expect(again.ledger.damaged).toBe(2001 - offsets.length)
  expect(again.lines).toEqual([])
})

test('an index that is damaged while the ledger runs: what is being appended waits and is not lost', async () => {
  const path = join(temporaryFolder(), 'ledger.db')
  await ledgerOf(path, 2000)
  const { ledger, lines } = await open(path)
  const bytes = readFileSync(path)
  const file = openSync(path, 'r+')
  const INDEX_LEAF = 0x0a
  for (let at = 0; at < bytes.length; at += PAGE_BYTES) {
    if (bytes[at] === INDEX_LEAF) writeSync(file, Buffer.alloc(PAGE_BYTES, 0xa5), 0, PAGE_BYTES, at)
  }
  const again = ledger.append(recordNumber(7))
  const fresh = upTo(2060, 2001).filter((number) => number % 25 !== 0)
  const offsets = await Promise.all(fresh.map((number) => ledger.append(recordNumber(number))))
  expect(offsets).toEqual(upTo(2000 + fresh.length, 2001))
  expect(await again).toBeNull()
  expect(offsetsOf(ledger)).toEqual(upTo(2000 + fresh.length))
  expect(ledger.damaged).toBe(0)
  expect(lines).toEqual(['ledger: was damaged and has been built anew'])
})

test('when its end is lost while it runs, no offset is given a second time', async () => {
  const path = join(temporaryFolder(), 'ledger.db')
  await ledgerOf(path, 2000)
  const { ledger } = await open(path)
  truncateSync(path, 20 * PAGE_BYTES)
  expect(() => offsetsOf(ledger)).toThrow(/expected sound pages/)
  expect(await ledger.append(recordNumber(2001))).toBe(2001)
  const offsets = offsetsOf(ledger)
  expect(offsets.length).toBeGreaterThan(100)
  expect(ledger.damaged).toBe(2001 - offsets.length)
})

test('a rebuild that a crash has cut short between its renames is finished', async () => {
  const folder = temporaryFolder()
  const path = join(folder, 'ledger.db')
  await ledgerOf(path, 30)
  renameSync(path, `${path}.salvage`)
  writeFileSync(`${path}.damaged-1`, 'the damaged file')
  writeFileSync(`${path}-wal`, 'its log')
  const { ledger } = await open(path)
  expect(offsetsOf(ledger)).toEqual(upTo(30))
  expect(readFileSync(`${path}.damaged-1-wal`, 'utf8')).toBe('its log')
})

test('one that was cut short before is begun again', async () => {
  const path = join(temporaryFolder(), 'ledger.db')
  await ledgerOf(path, 30)
  copyFileSync(path, `${path}.salvage`)
  writeFileSync(path, readFileSync(path).fill(0, 0, 16))
  const { ledger } = await open(path)
  expect(offsetsOf(ledger)).toEqual(upTo(30))
  expect(existsSync(`${path}.salvage`)).toBe(false)
})

test('no entry gets an offset that a projection has seen, and what is missing is counted', async () => {
  const path = join(temporaryFolder(), 'ledger.db')
  await ledgerOf(path, 10)
  const { ledger } = await open(path)
  await ledger.reserve(15)
  await ledger.reserve(12)
  expect(ledger.head).toBe(15)
  expect(await ledger.append(platformRecord(1, 'started'))).toBe(16)
  expect(offsetsOf(ledger)).toEqual([...upTo(10), 16])
  expect(ledger.damaged).toBe(5)
  await ledger.stop()
  const again = await open(path)
  expect(again.ledger.head).toBe(16)
  expect(again.ledger.damaged).toBe(5)
})

test('a ledger of before there were sums gets them', async () => {
  const path = join(temporaryFolder(), 'ledger.db')
  const old = openDatabase(path, { migrations: LEDGER_MIGRATIONS.slice(0, 1) })
  for (const number of upTo(20)) {
    const { at, kind, device, epoch, seq, payload } = recordNumber(number)
    old.run('INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?)', number, at, kind, device, epoch, seq, payload)
  }
  old.close()
  const { ledger, lines } = await open(path)
  expect(offsetsOf(ledger)).toEqual(upTo(20))
  expect(ledger.damaged).toBe(0)
  expect(lines).toEqual([])
})

test('a ledger whose making a crash has cut short is not taken for damaged', async () => {
  const path = join(temporaryFolder(), 'ledger.db')
  openDatabase(path, { migrations: [] }).close()
  const { lines } = await open(path)
  expect(lines).toEqual([])
})

test('a file of a newer program is refused and left as it is', async () => {
  const folder = temporaryFolder()
  const path = join(folder, 'ledger.db')
  const newer = openDatabase(path, { migrations: [...LEDGER_MIGRATIONS, 'CREATE TABLE more (id INTEGER)'] })
  newer.close()
  await expect(new Ledger(path).start()).rejects.toThrow(/schema version 4 is newer than this program/)
  expect(readdirSync(folder).filter((name) => name.includes('damaged'))).toEqual([])
})

test('the log of a crash is sound, also where frames of an earlier life lie behind its end', async () => {
  const { wal } = await fillLedger(temporaryFolder())
  const { committed, rest, fault } = readWal(wal)
  expect(fault).toBeNull()
  expect(rest).toEqual([])
  expect(committed.length).toBeGreaterThan(30)
  // Frames whose salts are of another generation: what a log that began anew has not overwritten yet.
  const frameBytes = 24 + PAGE_BYTES
  const stale = Buffer.from(wal.slice(-frameBytes))
  stale.writeUInt32BE((stale.readUInt32BE(8) ^ 1) >>> 0, 8)
  stale.writeUInt32BE((stale.readUInt32BE(12) ^ 0x5a5a5a5a) >>> 0, 12)
  expect(readWal(Buffer.concat([wal, stale])).fault).toBeNull()
  expect(readWal(Buffer.concat([wal, wal.slice(-frameBytes)])).fault).toMatch(/wrong one in frame \d+ of \d+/)
})

test('a row that is sound and yet no entry is left out and counted: nobody waits behind it for ever', async () => {
  const { ledger, lines } = await open(join(temporaryFolder(), 'ledger.db'))
  await ledger.append({ ...recordNumber(1), kind: KIND.goodbye, payload: Uint8Array.of(99) })
  expect(ledger.read(0, 10)).toEqual([])
  await ledger.append(platformRecord(2, 'started'))
  expect(ledger.read(0, 1)).toMatchObject([{ offset: 2, kind: 'platform' }])
  expect(ledger.damaged).toBe(1)
  expect(lines).toEqual(['ledger: left out entry 1, which cannot be read'])
})
