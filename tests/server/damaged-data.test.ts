import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startTestCentre, type TestCentre } from '../support/centre.ts'
import { startCountingAgent } from '../support/counting-agent.ts'
import { eventually } from '../support/eventually.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const READINGS = 30

async function metric(centre: TestCentre, name: string): Promise<number> {
  const text = await (await fetch(`${centre.address}/metrics`)).text()
  return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1])
}

test('a centre whose ledger, projections and readings are all damaged starts, and shows every reading again', {
  timeout: 60_000,
}, async () => {
  const data = temporaryFolder()
  const first = await startTestCentre({ HAIDANG_DATA: data })
  const enrolled = await first.enrol('D1', 'S1', 'router')
  const agent = await startCountingAgent({ ...enrolled, folder: temporaryFolder(), port: first.mqttPort })
  for (let count = 0; count < READINGS; count++) await agent.sample()
  await eventually('all acknowledged', () => agent.pending() === 0)
  await agent.stop()
  const before = await metric(first, 'haidang_ledger_entries')
  await first.stop()
  for (const name of ['ledger.db', 'projections.db', 'readings.db']) {
    const path = join(data, name)
    writeFileSync(path, readFileSync(path).fill(0xa5, 0, 64))
  }

  const second = await startTestCentre({ HAIDANG_DATA: data })
  const { points } = await eventually('the readings', async () => {
    const answer = await second.api<{ points: { value: number }[] }>(
      '/devices/D1/readings?metric=uptime_seconds',
    )
    return answer.points.length >= READINGS && answer
  })
  expect(points.map(({ value }) => value).sort((a, b) => a - b)).toEqual(
    Array.from({ length: READINGS }, (_, at) => at + 1),
  )
  expect(await metric(second, 'haidang_ledger_damaged_entries_total')).toBe(0)
  expect(await metric(second, 'haidang_ledger_entries')).toBeGreaterThan(before)
})
