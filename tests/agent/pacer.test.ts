import { expect, onTestFinished, test } from 'vitest'
import { decodePace, type Pace, SILENT_STEP } from '#protocol/pace.ts'
import { encodeSettings, type Settings } from '#protocol/settings.ts'
import { DOWN_TOPICS } from '#protocol/topics.ts'
import { parseAgentConfig } from '../../agent/config.ts'
import { Pacer } from '../../agent/pacer.ts'
import { METERED_LINE, NOON_MS, SlowDisk, settled } from '../support/budget-world.ts'
import { rememberingLog } from '../support/remembering-log.ts'

const HOUR_MS = 3_600_000

const papers = parseAgentConfig({
  server: { host: '127.0.0.1', port: 1 },
  ...{ device: 'PC-01', key: '00'.repeat(32), sampleSeconds: 60, reportSeconds: 900, keepaliveSeconds: 1200 },
})
const settingsOf = (number: number, monthlyBytes: number | null): Settings => ({
  ...{ number, sampleSeconds: 60, reportSeconds: 900, keepaliveSeconds: 1200 },
  ...{ spreadSeconds: 10, monthlyBytes, hold: false, measure: false },
})

/** A pacer on a line that hears what it says as long as `allowed`. */
async function world(monthlyBytes: number | null) {
  const time = { ms: NOON_MS }
  const line = { allowed: true, connected: false, said: [] as Pace[] }
  const kept: number[] = []
  const keep = { now: async (): Promise<void> => {} }
  const clock = { uptimeSeconds: () => Math.floor((time.ms - NOON_MS) / 1000) + 60, nowMs: () => time.ms }
  const pacer = new Pacer({
    ...{
      papers,
      settings: settingsOf(1, monthlyBytes),
      saved: 'none',
      store: new SlowDisk(),
      clock,
      boot: 1,
    },
    async keepSettings({ number }) {
      await keep.now()
      kept.push(number)
    },
    line: () => METERED_LINE,
    hasNews: () => false,
    link: {
      get connected() {
        return line.connected
      },
      send() {},
      async say(_topic, payload) {
        if (line.allowed) line.said.push(decodePace(payload))
        return line.allowed
      },
    },
    onPace() {},
    log: rememberingLog(),
  })
  await pacer.start()
  onTestFinished(() => pacer.stop())
  return {
    ...{ pacer, line, time, kept, keep },
    connect() {
      line.connected = true
      pacer.onConnected()
    },
    push: (settings: Settings) => pacer.onPush(DOWN_TOPICS.settings, encodeSettings(settings)),
  }
}

test('a pace that the meter refused to tell is told at the next sample', async () => {
  const { pacer, line, connect, push } = await world(null)
  pacer.helloPace()
  connect()
  line.allowed = false
  await push(settingsOf(2, null))
  await settled()
  line.allowed = true
  pacer.tick()
  expect(line.said).toMatchObject([{ settings: 2 }])
  pacer.tick()
  expect(line.said, 'once').toHaveLength(1)
})

test('a pace that changed between the hello and its answer is told', async () => {
  const { pacer, line, connect, push } = await world(null)
  pacer.helloPace()
  await push(settingsOf(2, null))
  connect()
  expect(line.said).toMatchObject([{ settings: 2 }])
  await settled()
  pacer.helloPace()
  connect()
  expect(line.said, 'the hello said it').toHaveLength(1)
})

test('where hellos of two attempts told two paces, the present one is told', async () => {
  const { pacer, line, connect, push } = await world(null)
  pacer.helloPace()
  await push(settingsOf(2, null))
  pacer.helloPace()
  connect()
  expect(line.said).toMatchObject([{ settings: 2 }])
})

test('two settings in a row: the last to come are the last to be kept, and are followed', async () => {
  const { pacer, kept, keep, push } = await world(null)
  let release = (): void => {}
  keep.now = () => new Promise((resolve) => (release = resolve))
  const first = push(settingsOf(2, null))
  await settled()
  keep.now = async () => {}
  const second = push(settingsOf(3, null))
  await settled()
  release()
  await Promise.all([first, second])
  expect(kept).toEqual([2, 3])
  expect(pacer.pace.settings).toBe(3)
})

test('a mute device says so once a month, so that it hears of a higher cap', async () => {
  const { pacer, time, connect, line } = await world(20_000)
  expect(pacer.pace.step).toBe(SILENT_STEP)
  expect(pacer.budget.mayConnect(), 'silence is news').toBe(true)
  pacer.helloPace()
  connect()
  line.connected = false
  expect(pacer.budget.mayConnect(), 'told').toBe(false)
  while (time.ms < Date.UTC(2026, 11, 1, 5)) await pass(time, pacer)
  expect(pacer.pace.step).toBe(SILENT_STEP)
  expect(pacer.budget.mayConnect()).toBe(true)
  pacer.helloPace()
  connect()
  line.connected = false
  expect(pacer.budget.mayConnect()).toBe(false)
})

async function pass(time: { ms: number }, pacer: Pacer): Promise<void> {
  time.ms += HOUR_MS
  pacer.tick()
  await settled()
}
