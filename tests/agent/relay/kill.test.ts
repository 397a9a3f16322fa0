import { expect, test } from 'vitest'
import { seeded } from '../../samples/seeded.ts'
import { eventually } from '../../support/eventually.ts'
import { type RunningRelay, startNeighbour, startRelay, startRelayCentre } from '../../support/relay-site.ts'

/** Under CI's slice; what a single one takes is mostly waiting. */
const KILLS = 25

test(`a relay that dies at ${KILLS} random moments loses no report, and none is stored twice`, async () => {
  const random = seeded(20261122)
  const centre = await startRelayCentre()
  let site: RunningRelay = await startRelay(centre)
  const { port } = site
  const devices = await Promise.all(
    ['D1', 'D2', 'D3'].map((name) => startNeighbour(name, port, { again: true })),
  )
  for (let kill = 0; kill < KILLS; kill++) {
    const rounds = Math.floor(random() * 5)
    for (let round = 0; round < rounds; round++) {
      for (const device of devices) await device.sample()
      void site.relay.report(() => {})
      await new Promise((resolve) => setTimeout(resolve, random() * 40))
    }
    await site.stop()
    site = await startRelay(centre, { port })
  }
  await eventually('all are welcome', () => devices.every(({ neighbour }) => neighbour.live))
  for (const device of devices) await device.sample()
  await eventually('everything is stored', async () => {
    await site.relay.report(() => {})
    return devices.every(({ device, produced }) => centre.rows(device).length >= produced())
  })
  for (const { device, produced } of devices) {
    const rows = centre.rows(device).sort((a, b) => a - b)
    expect(rows).toEqual(Array.from({ length: produced() }, (_, at) => at + 1))
  }
}, 60_000)
