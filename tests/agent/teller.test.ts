import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { decodeTraits, type Traits } from '#protocol/traits.ts'
import { Teller } from '../../agent/teller.ts'
import { rememberingLog } from '../support/remembering-log.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const HOUR = 3600_000

function teller(folder = temporaryFolder()) {
  const now = { ms: 0 }
  const traits: Traits = { os: 'Debian 12', model: 'OptiPlex 3020' }
  const said: Record<number, string>[] = []
  const centre = { hears: true }
  const log = rememberingLog()
  const start = async (): Promise<Teller> => {
    const made = new Teller({
      ...{ folder, log, now: () => now.ms, traits: () => traits },
      async say(payload) {
        if (!centre.hears) return false
        said.push(Object.fromEntries(decodeTraits(payload)))
        return true
      },
    })
    await made.start()
    return made
  }
  return { folder, now, traits, said, centre, log, start }
}

test('told once, what changes then, and over a restart nothing again', async () => {
  const { now, traits, said, start } = teller()
  const first = await start()
  await first.look()
  await first.look()
  expect(said).toEqual([{ 2: 'Debian 12', 5: 'OptiPlex 3020' }])
  traits.faults = 'temperature: EIO'
  await first.look()
  expect(said[1], 'what was never told does not wait').toEqual({ 21: 'temperature: EIO' })
  traits.faults = 'disk: EIO'
  now.ms = HOUR - 1
  await first.look()
  expect(said, 'what wavers waits').toHaveLength(2)
  now.ms = HOUR
  await first.look()
  expect(said[2]).toEqual({ 21: 'disk: EIO' })
  delete traits.faults
  now.ms = 2 * HOUR
  await first.look()
  expect(said[3], 'taken back').toEqual({ 21: '' })
  await (await start()).look()
  expect(said).toHaveLength(4)
})

test('what is not found yet after a restart is not taken back, what is not found for minutes is', async () => {
  const { now, traits, said, start } = teller()
  await (await start()).look()
  delete traits.model
  const second = await start()
  await second.look()
  expect(said).toHaveLength(1)
  traits.model = 'OptiPlex 3020'
  now.ms = 120_000
  await second.look()
  expect(said, 'found again').toHaveLength(1)
  delete traits.os
  const third = await start()
  await third.look()
  now.ms += HOUR / 6
  await third.look()
  expect(said.slice(1)).toEqual([{ 2: '' }])
})

test('what was not heard is told again', async () => {
  const { said, centre, start } = teller()
  const made = await start()
  centre.hears = false
  await made.look()
  centre.hears = true
  await made.look()
  expect(said).toHaveLength(1)
})

test.each(['', '{"os":1}', 'null', '[1]'])('a file that cannot be read costs a telling: %s', async (text) => {
  const { folder, said, start } = teller()
  await writeFile(join(folder, 'traits.json'), text)
  await (await start()).look()
  expect(said).toHaveLength(1)
})

test('that a fault is mended is told within ten minutes; that it is there again waits its hour', async () => {
  const { now, traits, said, start } = teller()
  const made = await start()
  traits.faults = 'disk: EIO'
  await made.look()
  delete traits.faults
  now.ms = HOUR / 6 - 1
  await made.look()
  expect(said).toHaveLength(1)
  now.ms = HOUR / 6
  await made.look()
  expect(said[1]).toEqual({ 21: '' })
  traits.faults = 'disk: EIO'
  now.ms += HOUR - 1
  await made.look()
  expect(said).toHaveLength(2)
  now.ms += 1
  await made.look()
  expect(said).toHaveLength(3)
})
