import { randomInt } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openJournal } from '../../agent/journal/open.ts'
import { seeded } from '../samples/seeded.ts'
import { sampleNumber } from '../support/agent-samples.ts'
import { type Damage, damaged, drawDamage } from '../support/flip.ts'
import { journalRows, numbersIn } from '../support/journal-rows.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { atSize } from './size.ts'

const CASES = atSize({ slice: 200, full: 5000 })
const LIMIT_MS = 60_000 + CASES * 500
const SAMPLES = 400
const SEGMENT_BYTES = 4096
const QUIET = { warn() {} }

interface FilledJournal {
  files: Map<string, Uint8Array>
  acked: Set<number>
  /** Where each sample that nobody acknowledged was written to: file, and its length afterwards. */
  places: Map<number, { file: string; endBytes: number }>
}

function sizes(folder: string): Map<string, number> {
  return new Map(readdirSync(folder).map((name) => [name, statSync(join(folder, name)).size]))
}

/** A journal in the middle of its life: sealed in both lanes, a part acknowledged, a part not sealed yet. */
async function fillJournal(folder: string): Promise<FilledJournal> {
  const journal = await openJournal(folder, { log: QUIET, segmentBytes: SEGMENT_BYTES })
  const places: FilledJournal['places'] = new Map()
  const acked = new Set<number>()
  for (let number = 1; number <= SAMPLES; number++) {
    const before = sizes(folder)
    await journal.append(sampleNumber(number))
    const grown = [...sizes(folder)].find(([name, bytes]) => bytes > (before.get(name) ?? 0))
    if (grown) places.set(number, { file: grown[0], endBytes: grown[1] })
    if (number % 40 === 0) await journal.sealNewest(12)
    if (number % 50 === 0) await journal.sealOldest(15)
    if (number % 100 === 0) {
      const some = journal.pending().slice(0, 2)
      await journal.ack(some)
      for (const each of some.flatMap(numbersIn)) acked.add(each)
    }
  }
  await journal.close()
  for (const number of acked) places.delete(number)
  const files = new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name))]))
  return { files, acked, places }
}

test(`${CASES} times a bit of a journal's files turned or their end cut off: only what was hit is lost, and declared`, {
  timeout: LIMIT_MS,
}, async () => {
  const filled = await fillJournal(temporaryFolder())
  const root = temporaryFolder()
  const names = [...filled.files].flatMap(([name, bytes]) => (bytes.length > 0 ? [name] : []))
  const firstSeed = randomInt(2 ** 30)
  const sums = { lost: 0, declared: 0, longestMs: 0 }
  for (let seed = firstSeed; seed < firstSeed + CASES; seed++) {
    const random = seeded(seed)
    const hit = names[Math.floor(random() * names.length)]!
    const damage: Damage = drawDamage(filled.files.get(hit)!.length, random)
    const what = `seed ${seed}: ${hit} ${JSON.stringify(damage)}`
    const folder = join(root, String(seed))
    mkdirSync(folder)
    for (const [name, bytes] of filled.files) {
      writeFileSync(join(folder, name), name === hit ? damaged(bytes, damage) : bytes)
    }

    const begun = performance.now()
    const journal = await openJournal(folder, { log: QUIET, segmentBytes: SEGMENT_BYTES })
    const rows = await journalRows(journal)
    sums.longestMs = Math.max(sums.longestMs, Math.round(performance.now() - begun))
    await journal.append(sampleNumber(SAMPLES + 1))
    await journal.close()
    rmSync(folder, { recursive: true })

    expect(rows.wrong, what).toEqual([])
    const numbers = new Set(rows.numbers)
    expect(numbers.size, `${what}: none twice`).toBe(rows.numbers.length)
    const lost = [...filled.places.keys()].filter((number) => !numbers.has(number))
    if (damage.kind === 'flip') expect(lost.length, `${what}: lost ${lost}`).toBeLessThanOrEqual(1)
    else {
      const spared = lost.filter((number) => {
        const { file, endBytes } = filled.places.get(number)!
        return file !== hit || endBytes <= damage.bytes
      })
      expect(spared, `${what}: lost and not hit`).toEqual([])
    }
    expect(rows.lost, `${what}: declared, of ${lost.length} lost`).toBeGreaterThanOrEqual(lost.length)
    sums.lost += lost.length
    sums.declared += rows.lost
  }
  process.stdout.write(`${JSON.stringify({ name: 'chaos.damaged_journal', cases: CASES, ...sums })}\n`)
})
