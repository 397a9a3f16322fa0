import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type CounterLook,
  growthBetween,
  type Traffic,
  totalAfter,
  trafficAfter,
} from '../../../../agent/probe/snmp/counters.ts'

const WRAP = 2 ** 32
const MBIT = 1e6

const look = (parts: Partial<CounterLook> = {}): CounterLook => ({
  atMs: 0,
  ifIndex: 3,
  bits: 64,
  rx: 1000n,
  tx: 500n,
  agentTicks: 100_000,
  discontinuityTicks: 0,
  changeTicks: 0,
  bitsPerSecond: 100 * MBIT,
  ...parts,
})

/** A minute later, with so much more. */
const later = (before: CounterLook, parts: Partial<CounterLook> = {}): CounterLook => ({
  ...before,
  atMs: before.atMs + 60_000,
  agentTicks: before.agentTicks === null ? null : (before.agentTicks + 6000) % WRAP,
  ...parts,
})

describe('growthBetween', () => {
  const before = look()
  const old = look({ bits: 32, rx: BigInt(WRAP - 1000), tx: 500n })
  const unknown = { rx: null, tx: null }
  it.each<[string, CounterLook, CounterLook, { rx: number | null; tx: number | null }]>([
    ['counts', before, later(before, { rx: 5000n, tx: 900n }), { rx: 4000, tx: 400 }],
    ['an idle line', before, later(before), { rx: 0, tx: 0 }],
    ['a wrap of 32 bits', old, later(old, { rx: 1000n, tx: 600n }), { rx: 2000, tx: 100 }],
    ['two falls at once: a reset', old, later(old, { rx: 1000n, tx: 400n }), unknown],
    ['a fall when the link came back: a reset', old, later(old, { rx: 1000n, changeTicks: 99 }), unknown],
    ['a wrap that would be more than the line carries', old, later(old, { rx: 3_000_000_000n }), unknown],
    [
      'a gigabit with 32 bits over a minute: two wraps fit in',
      { ...old, bitsPerSecond: 1000 * MBIT },
      later({ ...old, bitsPerSecond: 1000 * MBIT }, { rx: BigInt(WRAP - 500) }),
      unknown,
    ],
    [
      'a gigabit with 32 bits over 15 s: one wrap at most',
      { ...old, bitsPerSecond: 1000 * MBIT },
      { ...old, bitsPerSecond: 1000 * MBIT, atMs: 15_000, agentTicks: 101_500, rx: 1000n },
      { rx: 2000, tx: 0 },
    ],
    ['64 bits never wrap', before, later(before, { rx: 10n }), unknown],
    ['the agent restarted', before, later(before, { rx: 2000n, agentTicks: 3000 }), unknown],
    [
      'the agent restarted and is older than before again',
      { ...before, agentTicks: 2000 },
      { ...later(before), agentTicks: 3000, rx: 2000n },
      unknown,
    ],
    [
      'ticks wrapped after 497 days',
      { ...before, agentTicks: WRAP - 1000 },
      later({ ...before, agentTicks: WRAP - 1000 }, { rx: 2000n }),
      { rx: 1000, tx: 0 },
    ],
    [
      'the counters say that they began anew',
      before,
      later(before, { rx: 2000n, discontinuityTicks: 7 }),
      unknown,
    ],
    ['another row', before, later(before, { rx: 2000n, ifIndex: 4 }), unknown],
    ['32 bits after 64', before, later(before, { rx: 2000n, bits: 32 }), unknown],
    [
      'a jump that no line carries',
      before,
      later(before, { rx: 2_000_000_000n, tx: 600n }),
      { rx: null, tx: 100 },
    ],
    ['no time passed', before, { ...before, rx: 2000n }, unknown],
    [
      'an agent that tells no clock',
      { ...before, agentTicks: null, discontinuityTicks: null, changeTicks: null },
      later({ ...before, agentTicks: null, discontinuityTicks: null, changeTicks: null }, { rx: 2000n }),
      { rx: 1000, tx: 0 },
    ],
  ])('%s', (_, one, other, expected) => {
    expect(growthBetween(one, other)).toEqual(expected)
  })
})

describe('totalAfter', () => {
  it('begins at nothing, adds, and begins again where nothing is known', () => {
    let total = totalAfter(null, null)
    expect(total.told).toBe(0)
    total = totalAfter(total, 5000)
    expect(total.told).toBe(5000)
    total = totalAfter(total, null)
    expect(total.told).toBe(0)
    total = totalAfter(total, null)
    expect(total.told, 'a total of 0 cannot fall').toBeNull()
    expect(totalAfter(total, 7).told).toBe(7)
  })
})

type Event =
  | { kind: 'carry'; share: number; seconds: number }
  | { kind: 'restart' | 'reset' | 'reindex' | 'vanish' | 'prober' | 'late'; seconds: number }
  | { kind: 'jump'; by: number; seconds: number }

const seconds = fc.integer({ min: 1, max: 200 })
const event: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('carry' as const),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      seconds,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom('restart', 'reset', 'reindex', 'vanish', 'prober', 'late'),
      seconds,
    }) as fc.Arbitrary<Event>,
  },
)
const jump: fc.Arbitrary<Event> = fc.record({
  kind: fc.constant('jump' as const),
  by: fc.integer({ min: -(2 ** 33), max: 2 ** 40 }),
  seconds,
})

/** A device with one interface, of which every octet is known. */
class TrueInterface {
  readonly bits: 32 | 64
  readonly bitsPerSecond: number
  readonly signs: boolean
  atMs = 0
  carried = { rx: 0, tx: 0 }
  #counter = { rx: 0n, tx: 0n }
  #ticks: number
  #discontinuity = 0
  #ifIndex = 3
  gone = false

  constructor(bits: 32 | 64, bitsPerSecond: number, startTicks: number, offset: bigint, signs: boolean) {
    this.bits = bits
    this.bitsPerSecond = bitsPerSecond
    this.signs = signs
    this.#ticks = startTicks
    // Of a line that only receives the other counter stays low: a reset of both is then a fall of one.
    this.#counter = { rx: offset, tx: offset % 3n === 0n ? 0n : offset / 3n }
  }

  happen(what: Event): void {
    this.atMs += what.seconds * 1000
    this.#ticks = (this.#ticks + what.seconds * 100) % WRAP
    const share = what.kind === 'carry' ? what.share : 0.5
    const bytes = Math.floor((this.bitsPerSecond / 8) * what.seconds * share)
    this.carried.rx += bytes
    this.carried.tx += Math.floor(bytes / 2)
    this.#counter.rx += BigInt(bytes)
    this.#counter.tx += BigInt(Math.floor(bytes / 2))
    this.gone = what.kind === 'vanish'
    // Another interface stands in the row, which has carried more.
    if (what.kind === 'reindex')
      this.#counter = { rx: this.#counter.rx + 70_000n, tx: this.#counter.tx + 70_000n }
    if (what.kind === 'restart' || what.kind === 'reset') {
      // What is left of the interval counts from nothing.
      // Some drivers forget one of the two only: then it looks like a wrap.
      const tx = what.seconds % 2 === 0 ? BigInt(Math.floor(bytes / 8)) : this.#counter.tx
      this.#counter = { rx: BigInt(Math.floor(bytes / 4)), tx }
    }
    if (what.kind === 'restart') this.#ticks = Math.floor(what.seconds * 25)
    if (what.kind === 'reset') this.#discontinuity = this.#ticks || 1
    if (what.kind === 'reindex') this.#ifIndex++
    if (what.kind === 'jump') this.#counter.rx = BigInt.asUintN(this.bits, this.#counter.rx + BigInt(what.by))
  }

  look(): CounterLook {
    return {
      atMs: this.atMs,
      ifIndex: this.#ifIndex,
      bits: this.bits,
      rx: BigInt.asUintN(this.bits, this.#counter.rx),
      tx: BigInt.asUintN(this.bits, this.#counter.tx),
      agentTicks: this.#ticks,
      discontinuityTicks: this.signs ? this.#discontinuity : null,
      changeTicks: this.#discontinuity,
      bitsPerSecond: this.bitsPerSecond,
    }
  }
}

const world = fc.record({
  bits: fc.constantFrom(32 as const, 64 as const),
  mbit: fc.constantFrom(1, 10, 100, 1000, 10_000),
  startTicks: fc.oneof(
    fc.integer({ min: 0, max: WRAP - 1 }),
    fc.integer({ min: WRAP - 20_000, max: WRAP - 1 }),
  ),
  offset: fc.oneof(fc.bigInt(0n, 2n ** 32n - 1n), fc.bigInt(2n ** 32n - 10_000_000n, 2n ** 32n - 1n)),
})

interface Told {
  atMs: number
  told: number
  carried: number
}

/** What the server sees of the received octets, in order, as rows; with what was true at each. */
function live(world: TrueInterface, events: readonly Event[]): Told[] {
  const rows: Told[] = []
  let traffic: Traffic | null = null
  let earlier: CounterLook | null = null
  for (const what of events) {
    world.happen(what)
    if (what.kind === 'prober') traffic = null
    if (world.gone) continue
    const now = world.look()
    traffic = trafficAfter(traffic, now)
    // A look that was overtaken, delivered again behind the newer one.
    if (what.kind === 'late' && earlier) traffic = trafficAfter(traffic, earlier)
    earlier = now
    const { told } = traffic.rx
    if (told !== null) rows.push({ atMs: world.atMs, told, carried: world.carried.rx })
  }
  return rows
}

const pairs = (rows: readonly Told[]) => rows.slice(1).map((row, place) => [rows[place]!, row] as const)

describe('whatever happens to a device', () => {
  it('no octet is invented, and none that is counted is lost', () => {
    fc.assert(
      fc.property(world, fc.array(event, { maxLength: 40 }), ({ bits, mbit, startTicks, offset }, events) => {
        const rows = live(new TrueInterface(bits, mbit * MBIT, startTicks, offset, true), events)
        for (const [one, other] of pairs(rows)) {
          // A fall is a new beginning: nothing is claimed over it.
          if (other.told < one.told) continue
          expect(other.told - one.told).toBeLessThanOrEqual(other.carried - one.carried)
        }
      }),
      { numRuns: 2000 },
    )
  })

  it('a line that only carries is told exactly, through every wrap that its speed allows', () => {
    fc.assert(
      fc.property(
        world,
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2, maxLength: 30 }),
        (parts, shares) => {
          const speed = Math.min(parts.mbit, parts.bits === 32 ? 100 : 10_000) * MBIT
          const device = new TrueInterface(parts.bits, speed, parts.startTicks, parts.offset, true)
          const rows = live(
            device,
            shares.map((share) => ({ kind: 'carry' as const, share, seconds: 60 })),
          )
          expect(rows).toHaveLength(shares.length)
          for (const [one, other] of pairs(rows))
            expect(other.told - one.told).toBe(other.carried - one.carried)
        },
      ),
      { numRuns: 500 },
    )
  })

  it('no rate is negative or more than the line carries, even where counters jump without a word', () => {
    fc.assert(
      fc.property(
        world,
        fc.array(fc.oneof(event, jump), { maxLength: 40 }),
        ({ bits, mbit, startTicks, offset }, events) => {
          const rows = live(new TrueInterface(bits, mbit * MBIT, startTicks, offset, false), events)
          for (const [one, other] of pairs(rows)) {
            expect(other.told).toBeGreaterThanOrEqual(0)
            if (other.told < one.told) continue
            const most = ((mbit * MBIT) / 8) * ((other.atMs - one.atMs) / 1000 + 15) * 1.05
            expect(other.told - one.told).toBeLessThanOrEqual(most)
          }
        },
      ),
      { numRuns: 2000 },
    )
  })
})
