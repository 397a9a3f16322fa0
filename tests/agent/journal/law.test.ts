import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BOOKS_BYTES } from '../../../agent/journal/book-keeper.ts'
import type { Journal } from '../../../agent/journal/journal.ts'
import { openJournal } from '../../../agent/journal/open.ts'
import { sampleNumber } from '../../support/agent-samples.ts'
import { FragileDisk } from '../../support/fragile-disk.ts'
import { SimpleCentre } from '../../support/simple-centre.ts'

const log = { warn() {} }

/** Eight rows. */
const SEGMENT_BYTES = 256
const ROOMY_BYTES = 2 ** 20
const RUNS = 60
const LIMIT_MS = 120_000

type Deed =
  | { do: 'append'; rows: number }
  | { do: 'newest' | 'oldest'; rows: number }
  | { do: 'deliver'; share: number; heard: boolean }
  | { do: 'refuse'; rows: number }
  | { do: 'goodbye' | 'kill' | 'reboot' }
  | { do: 'cut'; operation: number }

const deed: fc.Arbitrary<Deed> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('append' as const), rows: fc.integer({ min: 1, max: 150 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom('newest' as const, 'oldest' as const),
      rows: fc.integer({ min: 1, max: 20 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('deliver' as const),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      heard: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('refuse' as const), rows: fc.integer({ min: 1, max: 5 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom('goodbye' as const, 'kill' as const, 'reboot' as const) }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('cut' as const), operation: fc.integer({ min: 1, max: 40 }) }),
  },
)

/** A device's life on a fragile disk, with what it measured and what its centre has. */
class Life {
  readonly disk: FragileDisk
  readonly centre = new SimpleCentre()
  readonly maxBytes: number
  /** Rows that `append` has resolved for. */
  readonly promised: number[] = []
  /** Appends that a cut came into. */
  interrupted = 0
  /** Rows that were declared as refused, in memory: a cut can come before that is on the disk. */
  refused = 0
  journal!: Journal
  readonly #random: () => number
  #number = 0
  #boot = 1
  #uptime = 0

  constructor(seed: number, maxBytes: number) {
    this.#random = randomOf(seed)
    this.disk = new FragileDisk(this.#random)
    this.maxBytes = maxBytes
  }

  async open(): Promise<void> {
    this.journal = await openJournal('', {
      log,
      disk: this.disk,
      maxBytes: this.maxBytes,
      segmentBytes: SEGMENT_BYTES,
    })
  }

  async live(deeds: readonly Deed[]): Promise<void> {
    for (const each of deeds) {
      try {
        await this.#do(each)
      } catch (error) {
        if (!this.disk.isDark && !this.disk.hasFailed) throw error
        // What a failing disk has refused is tried again, as intake and link do.
        if (!this.disk.isDark) await this.#do(each)
      }
      while (this.disk.isDark) await this.#comeBack()
      expect(this.disk.bytes, 'bounded').toBeLessThanOrEqual(this.maxBytes)
    }
    this.disk.cutDuring(Number.POSITIVE_INFINITY)
  }

  async #comeBack(): Promise<void> {
    this.disk.powerOn()
    this.#boot++
    this.#uptime = 0
    // It may go again while the journal is being opened.
    if (this.#random() < 0.5) this.disk.cutDuring(1 + Math.floor(this.#random() * 12))
    await this.open().catch((error: unknown) => {
      if (!this.disk.isDark) throw error
    })
  }

  async #do(deed: Deed): Promise<void> {
    switch (deed.do) {
      case 'append':
        for (let row = 0; row < deed.rows; row++) await this.append()
        return
      case 'newest':
        return void (await this.journal.sealNewest(deed.rows))
      case 'oldest':
        return void (await this.journal.sealOldest(deed.rows))
      case 'deliver': {
        const pending = this.journal.pending()
        const sent = pending.slice(0, Math.ceil(pending.length * deed.share))
        for (const each of sent) this.centre.take(each)
        if (deed.heard) await this.journal.ack(sent)
        return
      }
      case 'refuse': {
        const samples = Array.from({ length: deed.rows }, () => this.#sample())
        this.refused += samples.length
        this.journal.declareRefused(samples)
        return
      }
      case 'goodbye':
        return this.journal.goodbye({ reason: 'restart', boot: this.#boot, uptimeSeconds: this.#uptime })
      case 'kill':
        return this.open()
      case 'reboot':
        await this.journal.close()
        this.#boot++
        this.#uptime = 0
        return this.open()
      case 'cut':
        this.disk.cutDuring(deed.operation)
    }
  }

  async append(): Promise<void> {
    const sample = this.#sample()
    const number = this.#number
    try {
      await this.journal.append(sample)
      this.promised.push(number)
    } catch (error) {
      if (this.disk.isDark) this.interrupted++
      // So many reports under way as no link sends at once: the intake would hold the row back, and give it up.
      if (!String(error).includes('full of sealed reports') && !String(error).includes('EIO')) throw error
      this.refused++
      this.journal.declareRefused([sample])
    }
  }

  #sample() {
    this.#number++
    this.#uptime += 60
    return { ...sampleNumber(this.#number, this.#boot), uptimeSeconds: this.#uptime }
  }

  missing(): number[] {
    const stored = new Set(this.centre.stored)
    return this.promised.filter((number) => !stored.has(number))
  }

  expectTheLaw(): void {
    const { centre, journal } = this
    expect(new Set(centre.stored).size, 'no row comes twice').toBe(centre.stored.length)
    expect(centre.stored.length + centre.declared, 'the law').toBe(journal.rows)
    expect(journal.unsealedRows).toBe(0)
  }

  async nameOf(file: number): Promise<string> {
    const names = (await this.disk.names()).sort()
    return names[file % names.length]!
  }

  /** Until nothing is left in it. */
  async drain(): Promise<void> {
    for (;;) {
      const pending = this.journal.pending()
      for (const each of pending) this.centre.take(each)
      await this.journal.ack(pending)
      if (!(await this.journal.sealNewest(7)) && !(await this.journal.sealOldest(15))) return
    }
  }
}

function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

const limits = fc.constantFrom(
  // Books and a few segments: it thins, and drops.
  BOOKS_BYTES + 5 * SEGMENT_BYTES,
  BOOKS_BYTES + 12 * SEGMENT_BYTES,
  ROOMY_BYTES,
)
const deeds = fc.array(deed, { minLength: 10, maxLength: 60, size: 'max' })
/** A book or segment file, by a number that is taken modulo how many there are. */
const file = fc.nat()

test('rows produced = rows that came once + rows declared lost + rows still in it, whatever crashes', {
  timeout: LIMIT_MS,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(), limits, deeds, async (seed, maxBytes, deeds) => {
      const life = new Life(seed, maxBytes)
      await life.open()
      await life.live(deeds)
      await life.append()
      await life.drain()
      const { lost } = life.centre
      life.expectTheLaw()
      const missing = life.missing()
      expect(missing.length, 'only what was given up is missing').toBeLessThanOrEqual(
        lost.thinned + lost.dropped,
      )
      if (maxBytes === ROOMY_BYTES) expect(missing, 'with room enough, nothing').toEqual([])
      // A refused row that a cut made nameless is declared all the same, as one that is missing.
      expect(lost.damaged, 'rows that a cut took in the middle').toBeLessThanOrEqual(
        life.interrupted + life.refused - lost.refused,
      )
    }),
    { numRuns: RUNS },
  )
})

/** Everything that is delivered is acknowledged, and no power is cut. */
const calm = (each: Deed): Deed[] => {
  if (each.do === 'cut') return []
  return each.do === 'deliver' ? [{ ...each, heard: true }] : [each]
}

test('a single flipped bit, wherever it is, costs nothing', { timeout: LIMIT_MS }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(), limits, deeds, file, fc.nat(), async (seed, maxBytes, deeds, file, at) => {
      const life = new Life(seed, maxBytes)
      await life.open()
      await life.live(deeds.flatMap(calm))
      const [rows, pending] = [life.journal.rows, life.journal.pending()]
      await life.journal.close()
      const name = await life.nameOf(file)
      const bytes = Uint8Array.from(life.disk.contents(name))
      if (bytes.length > 0) bytes[(at >> 3) % bytes.length]! ^= 1 << (at & 7)
      life.disk.damage(name, bytes)
      await life.open()
      expect(life.journal.rows).toBe(rows)
      expect(life.journal.pending(), 'the same under the same numbers').toEqual(pending)
      await life.drain()
      life.expectTheLaw()
      const { lost } = life.centre
      expect(lost.damaged).toBe(0)
      expect(life.missing()).toHaveLength(lost.thinned + lost.dropped)
    }),
    { numRuns: RUNS },
  )
})

test('of a file that is cut off, zeroed in part or gone the rows are declared, to the last one', {
  timeout: LIMIT_MS,
}, async () => {
  const harm = fc.constantFrom('cut off', 'zeroed', 'noise', 'gone')
  const places = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 1, max: 200 }))
  await fc.assert(
    fc.asyncProperty(
      ...([fc.nat(), limits, deeds, file, harm, places] as const),
      async (seed, maxBytes, deeds, file, harm, [share, length]) => {
        const life = new Life(seed, maxBytes)
        await life.open()
        await life.live(deeds.flatMap(calm))
        const { rows } = life.journal
        await life.journal.close()
        const name = await life.nameOf(file)
        const isLast = name === (await life.disk.names()).sort().at(-3)
        const before = life.disk.contents(name)
        const from = Math.floor(share * before.length)
        const bytes = Uint8Array.from(harm === 'cut off' ? before.subarray(0, from) : before)
        if (harm === 'zeroed') bytes.fill(0, from, from + length)
        if (harm === 'noise') {
          for (let at = from; at < Math.min(from + length, bytes.length); at++) bytes[at] = (at * 167) & 255
        }
        if (harm === 'gone') await life.disk.remove(name)
        else life.disk.damage(name, bytes)
        await life.open()
        await life.drain()
        life.expectTheLaw()
        const { lost } = life.centre
        // Behind the last word of the books nothing tells that there was more: at most the rows since the last report.
        const untold = Math.max(0, rows - life.journal.rows)
        const told = lost.thinned + lost.dropped + lost.damaged
        expect(life.missing().length).toBeLessThanOrEqual(told + untold)
        if (!isLast) expect(untold).toBe(0)
      },
    ),
    { numRuns: RUNS },
  )
})

test('every operation on the disk fails once, each in a life of its own, and the law holds', {
  timeout: LIMIT_MS,
}, async () => {
  const deeds: Deed[] = [
    { do: 'append', rows: 60 },
    ...Array.from({ length: 6 }, (): Deed[] => [
      { do: 'newest', rows: 3 },
      { do: 'oldest', rows: 9 },
      { do: 'deliver', share: 0.5, heard: true },
      { do: 'append', rows: 20 },
    ]).flat(),
    { do: 'goodbye' },
    { do: 'reboot' },
    { do: 'append', rows: 9 },
  ]
  for (let failing = 1; ; failing++) {
    const life = new Life(failing, BOOKS_BYTES + 6 * SEGMENT_BYTES)
    await life.open()
    life.disk.failDuring(failing)
    await life.live(deeds)
    if (!life.disk.hasFailed) {
      expect(failing, 'premise: it had enough to do').toBeGreaterThan(500)
      break
    }
    await life.drain()
    life.expectTheLaw()
    const { lost } = life.centre
    expect(life.missing(), `operation ${failing}`).toHaveLength(lost.thinned + lost.dropped)
    expect(lost.damaged, `operation ${failing}`).toBe(0)
  }
})
