import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  attemptOnLine,
  breakOnLine,
  closeOnLine,
  handshakeOnLine,
  LOOKUP_BYTES,
  packetOnLine,
  publishBytes,
} from '#protocol/cost.ts'
import { monthAt } from '#protocol/month.ts'
import { budgetWorld, METERED_LINE as line, settled } from '../../support/budget-world.ts'

const HOUR = 3600
const DAY_MS = 24 * HOUR * 1000

/** What may happen to a device on its line. Whatever the budget may refuse is asked of it first. */
type Happening =
  | { kind: 'pass'; seconds: number }
  | { kind: 'connect'; syns: number; outcome: 'dead' | 'refused' | 'up'; looked: boolean }
  | { kind: 'send'; lane: 'live' | 'history' | 'urgent'; payload: number; answered: boolean; times: number }
  | { kind: 'ping'; answered: boolean }
  | { kind: 'push'; bytes: number }
  | { kind: 'probe'; bytes: number; share: number; ends: boolean }
  | { kind: 'close'; orderly: boolean }
  | { kind: 'kill'; kept: boolean }
  | { kind: 'powerCut'; kept: boolean; offHours: number }
  | { kind: 'clock'; skewDays: number }
  | { kind: 'disk'; state: 'stuck' | 'full' | 'well' }
  | { kind: 'storm'; times: number }
  | { kind: 'news'; news: boolean }

const lane = fc.constantFrom('live' as const, 'history' as const, 'urgent' as const)
const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('pass' as const),
      seconds: fc.integer({ min: 1, max: 5 * HOUR }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('connect' as const),
      syns: fc.integer({ min: 1, max: 4 }),
      outcome: fc.constantFrom('dead' as const, 'refused' as const, 'up' as const, 'up' as const),
      looked: fc.boolean(),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('send' as const),
      lane,
      payload: fc.oneof(fc.integer({ min: 10, max: 200 }), fc.integer({ min: 200, max: 65_000 })),
      answered: fc.boolean(),
      times: fc.integer({ min: 1, max: 30 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('ping' as const), answered: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('push' as const), bytes: fc.integer({ min: 10, max: 44 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('probe' as const),
      bytes: fc.integer({ min: 1000, max: 200_000 }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      ends: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('close' as const), orderly: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('kill' as const), kept: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('powerCut' as const),
      kept: fc.boolean(),
      offHours: fc.integer({ min: 0, max: 24 * 20 }),
    }),
  },
  // Back to 1970 and a little, or some years ahead: until the next power cut, or for less than a day.
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('clock' as const),
      skewDays: fc.constantFrom(0, -20_000, -3, 45, 4000),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('disk' as const),
      state: fc.constantFrom('stuck' as const, 'full' as const, 'well' as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('news' as const), news: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('storm' as const), times: fc.integer({ min: 1, max: 300 }) }),
  },
)

/** Lives through it and counts by itself, with the model's own prices; answers the dearest month. */
async function dearestMonth(capBytes: number, happenings: readonly Happening[]): Promise<number> {
  const world = budgetWorld(capBytes)
  const { time, disk } = world
  /** By true month. */
  const spent = new Map<number, number>()
  const count = (bytes: number) => {
    const month = monthAt(time.trueMs)
    spent.set(month, (spent.get(month) ?? 0) + bytes)
  }
  let up = false
  let pushes = 0
  let skewedSeconds = 0
  /** A look at the line that goes on: what it has spent, which the budget is not told before its end. */
  let probing: number | null = null

  const close = (orderly: boolean) => {
    if (!up) return
    up = false
    count(orderly ? closeOnLine(line) : breakOnLine(line))
    world.budget.closed(orderly)
  }
  /** The process is gone; the kernel ends its connection. */
  const die = () => {
    if (up) count(breakOnLine(line))
    up = false
  }
  const connect = (syns: number, outcome: 'dead' | 'refused' | 'up', looked = false) => {
    close(false)
    const { budget } = world
    if (!budget.mayConnect()) return
    if (looked) {
      count(LOOKUP_BYTES)
      budget.lookedUp()
    }
    for (let at = 0; at < syns; at++) {
      count(attemptOnLine(line))
      budget.attempted(at > 0)
    }
    if (outcome === 'dead') {
      budget.gaveUp()
      return
    }
    const sizes = { identityBytes: 8, connectBytes: 60 }
    // Refused with CONNACK: the dearest way.
    count(handshakeOnLine(line, sizes))
    if (outcome === 'refused') {
      count(breakOnLine(line))
      budget.closed(false)
      return
    }
    budget.connected(sizes.connectBytes, 0)
    up = true
    pushes = 0
  }

  await world.start()
  for (const one of happenings) {
    const { budget } = world
    switch (one.kind) {
      case 'pass':
        for (let left = one.seconds; left > 0; left -= 900) {
          world.pass(Math.min(900, left))
          budget.tick()
        }
        if (time.skewMs > 0) skewedSeconds += one.seconds
        if (skewedSeconds > 20 * HOUR) [time.skewMs, skewedSeconds] = [0, 0]
        break
      case 'connect':
        connect(one.syns, one.outcome, one.looked)
        break
      case 'send':
        for (let at = 0; at < one.times && up; at++) {
          if (!budget.maySend(one.lane, one.payload)) {
            // For the disk's sake, perhaps: the link asks again when there is room.
            await settled()
            if (!budget.maySend(one.lane, one.payload)) break
          }
          const bytes = publishBytes({ topicBytes: 1, payloadBytes: one.payload, qos: one.answered ? 1 : 0 })
          count(packetOnLine(line, bytes, one.answered))
          budget.sent(bytes, one.answered)
          if (!one.answered) continue
          count(packetOnLine(line, 4, false))
          budget.received(4)
        }
        break
      case 'ping':
        if (!up || !budget.mayPing()) break
        count(packetOnLine(line, 2, true))
        budget.sent(2, true)
        if (!one.answered) break
        count(packetOnLine(line, 2, false))
        budget.received(2)
        break
      case 'push':
        if (!up || pushes === 2) break
        pushes++
        count(packetOnLine(line, one.bytes, false))
        budget.received(one.bytes)
        break
      case 'probe': {
        if (probing === null) {
          if (!budget.mayProbe(one.bytes)) {
            await settled()
            if (!budget.mayProbe(one.bytes)) break
          }
          probing = Math.floor(one.bytes * one.share)
          count(probing)
        }
        if (!one.ends) break
        budget.probed(probing)
        probing = null
        break
      }
      case 'close':
        close(one.orderly)
        break
      case 'kill':
        die()
        probing = null
        disk.cut(one.kept)
        // A start waits for the disk.
        disk.stuck = false
        await settled()
        await world.start()
        break
      case 'powerCut':
        die()
        probing = null
        disk.cut(one.kept)
        if (time.skewMs > 0) [time.skewMs, skewedSeconds] = [0, 0]
        await settled()
        disk.stuck = false
        disk.full = false
        await world.start(one.offHours * HOUR * 1000)
        break
      case 'clock':
        time.skewMs = one.skewDays * DAY_MS
        skewedSeconds = 0
        break
      case 'news':
        world.news = one.news
        break
      case 'disk':
        disk.full = one.state === 'full'
        disk.stuck = one.state === 'stuck'
        if (!disk.stuck) disk.settle()
        break
      case 'storm':
        for (let at = 0; at < one.times; at++) {
          connect(1, 'up')
          await settled()
          close(at % 2 === 0)
          world.pass(7)
        }
        break
    }
    await settled()
  }
  return Math.max(0, ...spent.values())
}

test.each([3000, 20_000, 100_000, 1_000_000])(
  'a cap of %i bytes is not exceeded, whatever happens',
  async (cap) => {
    let dearest = 0
    await fc.assert(
      fc.asyncProperty(fc.array(happening, { minLength: 20, maxLength: 150 }), async (happenings) => {
        const bytes = await dearestMonth(cap, happenings)
        dearest = Math.max(dearest, bytes)
        expect(bytes).toBeLessThanOrEqual(cap)
      }),
      { numRuns: 200 },
    )
    // A budget that refuses everything would pass, too.
    if (cap >= 20_000) expect(dearest).toBeGreaterThan(cap * 0.5)
  },
  60_000,
)
