import { randomInt } from 'node:crypto'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { expect, test } from 'vitest'
import type { Entry, Quarantined } from '../../server/ledger/entry.ts'
import { Ledger } from '../../server/ledger/ledger.ts'
import { openLedger } from '../../server/ledger/open.ts'
import { LedgerReader } from '../../server/ledger/reader.ts'
import { seeded } from '../samples/seeded.ts'
import { collectGarbage } from '../support/collect-garbage.ts'
import { everyEntry, type FilledLedger, fillLedger, recordNumber } from '../support/filled-ledger.ts'
import { type Damage, damaged, drawDamage } from '../support/flip.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { atSize } from './size.ts'

const CASES = atSize({ slice: 200, full: 5000 })
/** Each of these starts a thread of its own, which takes most of its time. */
const RUNNING_CASES = atSize({ slice: 20, full: 200 })

/** 0.5 s a case on a slow machine; 2 s with a thread. */
const LIMIT_MS = 60_000 + CASES * 500
const RUNNING_LIMIT_MS = 60_000 + RUNNING_CASES * 2000

interface Case {
  what: string
  path: string
  where: 'file' | 'wal'
  damage: Damage
}

/** The files of a case in a folder of its own; `seed` alone says what was done to them. */
function layOut(folder: string, seed: number, filled: FilledLedger): Case {
  const random = seeded(seed)
  const where = random() < 0.5 ? 'file' : 'wal'
  const damage = drawDamage(filled[where].length, random)
  const path = join(folder, String(seed), 'ledger.db')
  mkdirSync(join(path, '..'))
  writeFileSync(path, where === 'file' ? damaged(filled.file, damage) : filled.file)
  writeFileSync(`${path}-wal`, where === 'wal' ? damaged(filled.wal, damage) : filled.wal)
  return { what: `seed ${seed}: ${where} ${JSON.stringify(damage)}`, path, where, damage }
}

/** What a ledger has lost, after it was checked that all that it serves is true and that nothing else is lost. */
function check(
  { what, where, damage }: Case,
  filled: FilledLedger,
  served: { entries: readonly Entry[]; quarantined: readonly Quarantined[] },
): { entries: number; all: number } {
  const { entries, quarantined } = served
  const truth = new Map(filled.entries.map((entry) => [entry.offset, entry]))
  const held = new Map(filled.quarantined.map((item) => [item.reason, item]))
  const offsets = new Set(entries.map(({ offset }) => offset))
  // Not one expectation each: those would take longer than the ledger.
  const wrong = [
    ...entries.filter((entry) => !isDeepStrictEqual(entry, truth.get(entry.offset))),
    ...quarantined.filter((item) => !isDeepStrictEqual(item, held.get(item.reason))),
  ]
  expect(wrong, `${what}: served and not true`).toEqual([])
  expect(offsets.size, `${what}: none twice`).toBe(entries.length)
  const lost = truth.size - entries.length
  const all = lost + held.size - quarantined.length
  if (damage.kind === 'flip') expect(all, `${what}: lost`).toBeLessThanOrEqual(1)
  for (const offset of leftWhole(where, damage, filled)) {
    if (!offsets.has(offset)) expect.fail(`${what}: entry ${offset} was left whole and is not served`)
  }
  return { entries: lost, all }
}

/** After a truncation: those committed before the log's end, and those whose bytes still stand somewhere. */
function leftWhole(where: Case['where'], damage: Damage, filled: FilledLedger): number[] {
  if (damage.kind === 'flip') return []
  if (where === 'wal') {
    const last = filled.commits.findLast(({ walBytes }) => walBytes <= damage.bytes) ?? filled.commits[0]!
    return filled.entries.map(({ offset }) => offset).filter((offset) => offset <= last.head)
  }
  const left = [damaged(filled.file, damage), filled.wal].map((bytes) => Buffer.from(bytes))
  return [...filled.payloads]
    .filter(([, payload]) => payload.length > 20 && left.some((bytes) => holdsRow(bytes, payload)))
    .map(([offset]) => offset)
}

/** A row ends with its payload and four bytes of sum. */
function holdsRow(bytes: Buffer, payload: Uint8Array): boolean {
  const at = bytes.indexOf(payload)
  return at >= 0 && at + payload.length + 4 <= bytes.length
}

/** Opens and reads as the ledger does, without its thread. */
function readThrough(path: string): {
  entries: Entry[]
  quarantined: Quarantined[]
  head: number
  damaged: number
  rebuilt: boolean
} {
  let why: string | null = null
  for (let tries = 0; tries < 3; tries++) {
    const { database, head, quarantinedLost, salvaged } = openLedger(path, why)
    const onDamage = (finding: string) => {
      why = finding
    }
    const reader = new LedgerReader({ path, log: { warn() {} }, onDamage })
    why = null
    try {
      const entries = everyEntry((offset, limit) => reader.entries(offset, limit, head))
      const quarantined = reader.quarantined(10_000)
      return {
        entries,
        quarantined,
        head,
        damaged: reader.lost + quarantinedLost,
        rebuilt: salvaged !== null,
      }
    } catch (error) {
      if (why === null) throw error
    } finally {
      reader.close()
      database.close()
    }
  }
  throw new Error(`${path}: expected to be read after it was built anew, got ${why}`)
}

test(`${CASES} times a bit of a ledger's files turned or their end cut off: only what was hit is lost, and counted`, {
  timeout: LIMIT_MS,
}, async () => {
  const filled = await fillLedger(temporaryFolder())
  const folder = temporaryFolder()
  const firstSeed = randomInt(2 ** 30)
  const sums = { lost: 0, rebuilt: 0, longestMs: 0 }
  for (let seed = firstSeed; seed < firstSeed + CASES; seed++) {
    const one = layOut(folder, seed, filled)
    const begun = performance.now()
    const read = readThrough(one.path)
    sums.longestMs = Math.max(sums.longestMs, Math.round(performance.now() - begun))
    const lost = check(one, filled, read)
    // What is missing at the end the ledger cannot know; the centre's projections do.
    const counted = read.damaged + filled.entries.length - read.head
    expect(counted, `${one.what}: counted`).toBeGreaterThanOrEqual(lost.entries)
    expect(counted, `${one.what}: counted`).toBeLessThanOrEqual(lost.all)
    sums.lost += lost.all
    if (read.rebuilt) sums.rebuilt++
    rmSync(join(one.path, '..'), { recursive: true })
    if (seed % 100 === 0) await collectGarbage()
  }
  process.stdout.write(`${JSON.stringify({ name: 'chaos.damaged_ledger', cases: CASES, ...sums })}\n`)
})

/** Reads everything, waiting while the ledger is being built anew. */
async function readRunning(ledger: Ledger): Promise<Entry[]> {
  for (;;) {
    const woken = new Promise<void>((resolve) => {
      const unfollow = ledger.follow(() => {
        unfollow()
        resolve()
      })
    })
    try {
      return everyEntry((offset, limit) => ledger.read(offset, limit))
    } catch (error) {
      if (!/expected sound pages|being built anew/.test((error as Error).message)) throw error
      await woken
    }
  }
}

test(`${RUNNING_CASES} times the same, and the ledger goes on: new entries are taken, old ones are not taken twice`, {
  timeout: RUNNING_LIMIT_MS,
}, async () => {
  const filled = await fillLedger(temporaryFolder())
  const folder = temporaryFolder()
  const firstSeed = randomInt(2 ** 30)
  for (let seed = firstSeed; seed < firstSeed + RUNNING_CASES; seed++) {
    const one = layOut(folder, seed, filled)
    const ledger = new Ledger(one.path)
    await ledger.start()
    const entries = await readRunning(ledger)
    const lost = check(one, filled, { entries, quarantined: ledger.quarantined(10_000) })
    // As the centre does at its start: its projections had seen all of them.
    await ledger.reserve(filled.entries.length)
    expect(ledger.damaged, `${one.what}: counted`).toBeGreaterThanOrEqual(lost.entries)
    expect(await ledger.append(recordNumber(30_001)), one.what).toBe(filled.entries.length + 1)
    const known = entries.find(({ kind }) => kind === 'report')
    if (known) expect(await ledger.append(recordNumber(known.offset)), one.what).toBeNull()
    await ledger.stop()
    rmSync(join(one.path, '..'), { recursive: true })
  }
})
