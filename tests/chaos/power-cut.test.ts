import { randomInt } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { JournalRows } from '../support/journal-rows.ts'
import { mountDisk, powerCutMissing } from '../support/power-cut.ts'
import { startPrinting } from '../support/printing-process.ts'
import { atSize } from './size.ts'

const CUTS = atSize({ slice: 10, full: 100 })
const LEDGER_LOAD = join(import.meta.dirname, '../support/ledger-load.ts')
const JOURNAL_LOAD = join(import.meta.dirname, '../support/journal-load.ts')

/** From the first writes to well into a load. */
const LIFE_MS = [5, 600] as const
/** Every fifth cut comes somewhere from the process's first breath to its first write. */
const OPENING_MS = [50, 1500] as const
const ONE_IN_OPENING = 5

/** In time of the processor: how long the clock takes says what else this machine is doing, and is told. */
const MAX_OPENING_CPU_MS = 2000

const LIMIT_MS = 60_000 + CUTS * 15_000

interface Story<Kept> {
  program: string
  /** What the store holds after the power is back. */
  onKept(kept: Kept, cut: number): void
  /**
   * A line that the process printed before it was killed. Only what it said before the cut is a promise: a sync that is
   * under way while this kernel shuts a disk down may end as if it had been done.
   */
  onLine(word: string, rest: string, isPromise: boolean): void
}

/** Cuts the power of a process that writes, again and again. @returns figures of the openings */
async function cutPower<Kept>({ program, onKept, onLine }: Story<Kept>): Promise<object> {
  const disk = mountDisk()
  const figures = { openedAtMostMs: 0, openedAtMostCpuMs: 0 }
  for (let cut = 0; cut <= CUTS; cut++) {
    const child = startPrinting(program, [disk.folder])
    const isOpening = cut < CUTS && randomInt(ONE_IN_OPENING) === 0
    if (!isOpening) {
      const [, ms, cpuMs] = (await child.line('opened')).split(' ').map(Number)
      onKept(JSON.parse((await child.line('kept')).slice('kept '.length)) as Kept, cut)
      expect(cpuMs, 'milliseconds of processor to open').toBeLessThanOrEqual(MAX_OPENING_CPU_MS)
      figures.openedAtMostMs = Math.max(figures.openedAtMostMs, ms!)
      figures.openedAtMostCpuMs = Math.max(figures.openedAtMostCpuMs, cpuMs!)
    }
    if (cut === CUTS) {
      await child.kill()
      break
    }
    const [shortest, longest] = isOpening ? OPENING_MS : LIFE_MS
    await pause(randomInt(shortest, longest))
    // The premise: what nobody flushed does not survive.
    const unflushed = join(disk.folder, '..', `unflushed-${cut}`)
    writeFileSync(unflushed, 'x')
    const promised = child.lines.length
    disk.cut()
    await child.kill()
    disk.restore()
    expect(existsSync(unflushed) && readFileSync(unflushed, 'utf8') === 'x').toBe(false)
    for (const [at, line] of child.lines.entries()) {
      const [word = '', rest = ''] = line.split(' ')
      onLine(word, rest, at < promised)
    }
  }
  return figures
}

test.skipIf(powerCutMissing())(
  `${CUTS} power cuts of a ledger under load: all that was acknowledged is there, once`,
  { timeout: LIMIT_MS },
  async () => {
    const acknowledged = { entry: new Set<number>(), quarantined: new Set<number>() }
    let rebuilt = 0
    const figures = await cutPower<{ numbers: number[]; quarantined: number[]; damaged: number }>({
      program: LEDGER_LOAD,
      onKept(kept, cut) {
        const numbers = new Set(kept.numbers)
        const quarantined = new Set(kept.quarantined)
        const lost = [
          ...[...acknowledged.entry].filter((number) => !numbers.has(number)),
          ...[...acknowledged.quarantined].filter((number) => !quarantined.has(number)),
        ]
        expect(lost, `acknowledged and lost, cut ${cut}`).toEqual([])
        expect(numbers.size, 'no entry twice').toBe(kept.numbers.length)
        expect(kept.damaged, 'nothing is taken for damaged').toBe(0)
      },
      onLine(word, rest, isPromise) {
        if (isPromise && (word === 'entry' || word === 'quarantined')) acknowledged[word].add(Number(rest))
        if (word === 'rebuilt') rebuilt++
      },
    })
    // The premise: there was a load.
    expect(acknowledged.entry.size).toBeGreaterThan(CUTS * 20)
    const sums = { cuts: CUTS, acknowledged: acknowledged.entry.size, lost: 0, rebuilt }
    process.stdout.write(`${JSON.stringify({ name: 'chaos.power_cut_ledger', ...sums, ...figures })}\n`)
  },
)

test.skipIf(powerCutMissing())(
  `${CUTS} power cuts of a journal under load: all that it took and nobody acknowledged is there, once`,
  { timeout: LIMIT_MS },
  async () => {
    /** Taken, and no acknowledgement was begun. */
    const owed = new Set<number>()
    let taken = 0
    const figures = await cutPower<JournalRows>({
      program: JOURNAL_LOAD,
      onKept(kept, cut) {
        const numbers = new Set(kept.numbers)
        const lost = [...owed].filter((number) => !numbers.has(number))
        expect(lost, `taken and lost, cut ${cut}`).toEqual([])
        expect(numbers.size, 'none twice').toBe(kept.numbers.length)
        expect(kept.wrong).toEqual([])
        expect(kept.lost, 'declared lost').toBe(0)
      },
      onLine(word, rest, isPromise) {
        const numbers = rest.split(',').map(Number)
        if (isPromise && word === 'sample') {
          owed.add(numbers[0]!)
          taken++
        }
        if (word === 'acking') for (const number of numbers) owed.delete(number)
      },
    })
    // The premise: there was a load.
    expect(taken).toBeGreaterThan(CUTS * 10)
    const sums = { cuts: CUTS, taken, lost: 0 }
    process.stdout.write(`${JSON.stringify({ name: 'chaos.power_cut_journal', ...sums, ...figures })}\n`)
  },
)
