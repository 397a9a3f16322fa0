import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { deviceId } from '#protocol/ids.ts'
import { startCountingAgent } from './counting-agent.ts'

/**
 * A process to be killed: several counting agents under load. It prints a reading after the journal has taken it. A
 * line on its standard input ends the load; then it prints how many readings each journal has taken, once the centre
 * has acknowledged them all, and ends.
 */
export interface CountingOrder {
  folder: string
  port: number
  sinceSeconds: number
  devices: readonly { device: string; key: string }[]
}

const PAUSE_MS = 100
const JITTER_MS = 200

const order = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as CountingOrder
let reporting = true
void once(process.stdin, 'data').then(() => {
  reporting = false
})
process.stdout.write('started now\n')
const work = order.devices.map(async ({ device, key }) => {
  const { folder, port, sinceSeconds } = order
  const identity = { device: deviceId(device), key: Buffer.from(key, 'hex') }
  // As in the field: one answer counts for eight reports.
  const agent = await startCountingAgent({ ...identity, folder, port, sinceSeconds, answerEvery: 8 })
  while (reporting) {
    await agent.sample()
    process.stdout.write(`taken ${device} ${agent.produced()}\n`)
    await pause(PAUSE_MS + Math.random() * JITTER_MS)
  }
  while (agent.pending() > 0) {
    await agent.ask()
    await pause(PAUSE_MS)
  }
  process.stdout.write(`done ${device} ${agent.produced()}\n`)
  await agent.stop()
})
await Promise.all(work)
process.stdout.write('finished now\n')
process.exit(0)
