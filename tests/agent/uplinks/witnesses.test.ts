import { expect, test } from 'vitest'
import { afterCounters, isSilent, type Movement, receives } from '../../../agent/uplinks/movement.ts'
import { afterLook, type Shares } from '../../../agent/uplinks/shares.ts'
import { afterTelling, mayTell, type Settling, settle, type Told } from '../../../agent/uplinks/turn.ts'

const MEGABYTE = 1e6

/** What is known after looks ten seconds apart, each with what has moved since the one before. */
function moved(looks: readonly { rx?: number; rxPackets?: number; txPackets?: number }[]): Movement {
  let counters = { rx: 0, tx: 0, rxPackets: 0, txPackets: 0 }
  let movement = afterCounters(null, counters, 0)
  for (const [index, { rx = 0, rxPackets = 0, txPackets = 0 }] of looks.entries()) {
    counters = {
      ...{ rx: counters.rx + rx, tx: counters.tx },
      ...{ rxPackets: counters.rxPackets + rxPackets, txPackets: counters.txPackets + txPackets },
    }
    movement = afterCounters(movement, counters, (index + 1) * 10_000)
  }
  return movement
}

test('silent is a line that is asked again and again and says nothing', () => {
  expect(isSilent(null)).toBe(false)
  expect(isSilent(moved([{}, {}, {}])), 'nobody asks').toBe(false)
  expect(isSilent(moved([{ txPackets: 4 }, { txPackets: 4 }, {}]))).toBe(true)
  expect(isSilent(moved([{ txPackets: 40 }])), 'ten seconds are a slow line').toBe(false)
  expect(isSilent(moved([{ txPackets: 40 }, { txPackets: 40, rxPackets: 1 }]))).toBe(false)
  expect(isSilent(moved([{ txPackets: 2 }, { txPackets: 2 }])), 'a stray packet or two').toBe(false)
})

test('a line receives when more comes in than neighbours chatter', () => {
  expect(receives(moved([{ rx: 60 * 200 }, { rx: 60 * 200 }]))).toBe(false)
  expect(receives(moved([{ rx: 0.5 * MEGABYTE }, { rx: 0.5 * MEGABYTE }]))).toBe(true)
  expect(receives(moved([{ rx: MEGABYTE }, {}, {}, {}])), 'it did').toBe(false)
  const remade = afterCounters(
    moved([{ rx: MEGABYTE }, {}]),
    { rx: 9, tx: 0, rxPackets: 1, txPackets: 0 },
    30_000,
  )
  expect(receives(remade), 'made anew: nothing is known').toBe(false)
})

test('who carries by what is carried: clear spans count, others change nothing', () => {
  let shares: Shares | null = null
  const totals = { wan: 1000 * MEGABYTE, mobile: 0 }
  const span = (wan: number, mobile: number) => {
    totals.wan += wan
    totals.mobile += mobile
    const atMs = shares === null ? 0 : shares.sinceMs + 300_000
    const lines = Object.entries(totals).map(([name, bytes]) => ({ interface: name, bytes }))
    shares = afterLook(shares, lines, atMs)
    return shares.clear
  }
  expect(span(0, 0), 'what was carried before says nothing').toBeNull()
  expect(span(20_000, 30_000), 'a tracker and its pings').toBeNull()
  expect(span(50 * MEGABYTE, MEGABYTE)).toEqual(['wan'])
  expect(span(8 * MEGABYTE, 2 * MEGABYTE), 'neither alone nor together').toEqual(['wan'])
  expect(span(30_000, 30_000), 'night').toEqual(['wan'])
  expect(span(6 * MEGABYTE, 4 * MEGABYTE)).toEqual(['wan', 'mobile'])
  expect(span(0, 20 * MEGABYTE)).toEqual(['mobile'])
  expect(span(-1000 * MEGABYTE, 5 * MEGABYTE), 'a counter that fell carried nothing').toEqual(['mobile'])
})

test('a word is believed at once if it is the first, another when it has been seen for two seconds', () => {
  let known: Settling<string> = { settled: null, doubt: null }
  const seen = (word: string, atMs: number) => {
    known = settle(known, word, atMs)
    return known.settled
  }
  expect(seen('first', 0)).toBe('first')
  expect(seen('none', 10_000), 'the route of the first has gone').toBe('first')
  expect(seen('second', 11_000), 'and that of the second come').toBe('first')
  expect(seen('second', 13_000)).toBe('second')
  expect(seen('none', 20_000)).toBe('second')
  expect(seen('second', 21_000), 'it was nothing').toBe('second')
  expect(seen('none', 22_000), 'doubt begins anew').toBe('second')
  expect(seen('none', 24_000)).toBe('none')
})

test('a line that flickers for a day is told of about a hundred times, one that turned once at once', () => {
  let told: Told<string> = { word: null, atMs: 0, turns: 0 }
  const tell = (word: string, atMs: number) => {
    if (!mayTell(told, word, atMs)) return false
    told = afterTelling(told, word, atMs)
    return true
  }
  expect(tell('first', 0)).toBe(true)
  expect(tell('second', 5000), 'the first turn waits for nothing').toBe(true)
  const times: number[] = []
  for (let atMs = 10_000; atMs < 86_400_000; atMs += 10_000) {
    if (tell(Math.floor(atMs / 10_000) % 2 === 0 ? 'first' : 'second', atMs)) times.push(atMs)
  }
  expect(times.length).toBeGreaterThan(86_400 / (15 * 60) - 5)
  expect(times.length).toBeLessThan(86_400 / (15 * 60) + 10)
  const quietMs = times.at(-1)! + 2 * 3600_000
  const other = told.word === 'first' ? 'second' : 'first'
  expect(tell(other, quietMs), 'after two quiet hours').toBe(true)
  expect(tell(told.word === 'first' ? 'second' : 'first', quietMs + 60_000), 'it may turn back soon').toBe(
    true,
  )
})
