import { expect, test } from 'vitest'
import type { Journal } from '../../../agent/journal/journal.ts'
import { openJournal } from '../../../agent/journal/open.ts'
import { seeded } from '../../samples/seeded.ts'
import { sampleNumber } from '../../support/agent-samples.ts'
import { FragileDisk } from '../../support/fragile-disk.ts'
import { SimpleCentre } from '../../support/simple-centre.ts'

const DAYS = 365
const CUTS_A_DAY = 4
const BOOTS = DAYS * CUTS_A_DAY
const ROWS_A_BOOT = 30
const MAX_BYTES = 262_144
const SEGMENT_BYTES = 16_384
/** 20 days in 60 the line is down. */
const isUp = (day: number) => day % 60 >= 20

test('a year of power cuts, four a day and mostly in the middle of a write, with the line down for weeks', {
  timeout: 120_000,
}, async () => {
  const random = seeded(5)
  const disk = new FragileDisk(random)
  const options = { log: { warn() {} }, disk, maxBytes: MAX_BYTES, segmentBytes: SEGMENT_BYTES }
  const centre = new SimpleCentre()
  const deliver = async (journal: Journal) => {
    for (const each of journal.pending()) centre.take(each)
    await journal.ack(journal.pending())
  }
  let [longestMs, mostFiles, promised] = [0, 0, 0]
  const open = async () => {
    const begun = performance.now()
    const journal = await openJournal('', options)
    longestMs = Math.max(longestMs, performance.now() - begun)
    return journal
  }
  const epochs = new Set<number>()
  for (let boot = 1; boot <= BOOTS; boot++) {
    const journal = await open()
    epochs.add(journal.epoch)
    try {
      for (let row = 1; row < ROWS_A_BOOT; row++) await journal.append(sampleNumber(row, boot))
      promised += ROWS_A_BOOT - 1
      while (isUp(boot / CUTS_A_DAY) && (await journal.sealOldest(200))) await deliver(journal)
      disk.cutDuring(1 + Math.floor(random() * 2))
      await journal.append(sampleNumber(ROWS_A_BOOT, boot))
      promised++
    } catch (error) {
      if (!disk.isDark) throw error
    }
    disk.powerOn()
    mostFiles = Math.max(mostFiles, (await disk.names()).length)
    expect(disk.bytes).toBeLessThanOrEqual(MAX_BYTES)
  }
  const journal = await open()
  while (await journal.sealOldest(1440)) await deliver(journal)
  expect(centre.stored.length + centre.declared, 'the law').toBe(journal.rows)
  expect(journal.rows).toBeGreaterThanOrEqual(promised)
  expect(mostFiles, 'files, the books among them').toBeLessThanOrEqual((2 * MAX_BYTES) / SEGMENT_BYTES)
  expect(longestMs).toBeLessThan(2000)
  expect([...epochs], 'one epoch for ever').toHaveLength(1)
})
