import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openBootsSeen } from '../../../agent/probe/boots.ts'
import { type Finding, NoAnswer } from '../../../agent/probe/probe.ts'
import { Probed } from '../../../agent/probe/probed.ts'
import { rememberingLog } from '../../support/remembering-log.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] })
})
afterEach(() => {
  vi.useRealTimers()
})

const realTimeout = setTimeout
const WRITTEN_MS = 20

const EVERY_SECONDS = 300

async function startProbed(withTouch = true) {
  const begin = performance.now()
  const device = { there: true, uptimeSeconds: 5000, readable: true }
  const happened: string[] = []
  const note = (what: string): void => {
    happened.push(`${Math.round((performance.now() - begin) / 1000)} ${what}`)
  }
  const line = { answers: true, onLink: true }
  const probed = new Probed({
    probe: {
      async look(): Promise<Finding> {
        note('look')
        if (!device.there) throw new NoAnswer('expected an answer, got none')
        if (!device.readable) throw new Error('expected JSON, got HTML')
        const values = { rx_bytes: 7_000_000, volume_percent: 60, uptime_seconds: device.uptimeSeconds }
        return { values, traits: { model: 'Loa' }, faults: [] }
      },
      stop: () => note('stop'),
    },
    profile: { name: 'x', everySeconds: EVERY_SECONDS },
    touch: withTouch
      ? async () => {
          note('touch')
          return device.there
        }
      : null,
    boots: await openBootsSeen(temporaryFolder(), rememberingLog()),
    lineAnswers: async () => line.answers,
    isOnLink: () => line.onLink,
    onReach: (there) => note(there ? 'there' : 'away'),
    log: rememberingLog(),
  })
  happened.push('begin')
  probed.start()
  const pass = async (seconds: number): Promise<void> => {
    // The file of boots is written in real time.
    for (let second = 0; second < seconds; second++) {
      const before = happened.length
      await vi.advanceTimersByTimeAsync(1000)
      if (happened.length > before) await new Promise((resolve) => realTimeout(resolve, WRITTEN_MS))
    }
  }
  await new Promise((resolve) => realTimeout(resolve, WRITTEN_MS))
  happened.shift()
  await pass(1)
  return { probed, device, line, happened, pass }
}

test('between two looks it is touched each minute; a touch in vain brings the look forward', async () => {
  const { probed, device, happened, pass } = await startProbed()
  await pass(EVERY_SECONDS + 30)
  const [first, ...later] = happened
  expect(first).toBe('0 look')
  expect(later.filter((each) => each.endsWith('touch'))).toHaveLength(4)
  expect(later.filter((each) => each.endsWith('look'))).toHaveLength(1)
  happened.length = 0
  device.there = false
  await pass(150)
  expect(happened.map((each) => each.split(' ')[1])).toEqual([
    'touch',
    'look',
    'look',
    'look',
    'away',
    'look',
  ])
  expect(probed.reach.state).toBe('away')
  device.there = true
  await pass(61)
  expect(probed.reach.state).toBe('there')
  probed.stop()
  expect(vi.getTimerCount()).toBe(0)
})

test('a counter is told once behind a look, what stands for now at each sample, and the uptime as it ages', async () => {
  const { probed, pass } = await startProbed()
  const { collector } = probed
  expect(await collector.read()).toMatchObject({ rx_bytes: 7_000_000, volume_percent: 60, probed_boot: 1 })
  await pass(60)
  const later = await collector.read()
  expect(later).not.toHaveProperty('rx_bytes')
  expect(later).toMatchObject({ volume_percent: 60, probed_boot: 1 })
  expect(later.uptime_seconds).toBeGreaterThanOrEqual(5059)
  expect(later.uptime_seconds).toBeLessThanOrEqual(5061)
  probed.stop()
})

test('while neither it nor the line answers nothing of it is said', async () => {
  const { probed, device, line, happened, pass } = await startProbed(false)
  device.there = false
  line.answers = false
  await pass(1200)
  expect(probed.reach.state).toBe('doubtful')
  expect(happened.some((each) => each.endsWith('away'))).toBe(false)
  expect(await probed.collector.read()).toEqual({})
  line.answers = true
  await pass(EVERY_SECONDS)
  expect(probed.reach.state).toBe('away')
  probed.stop()
})

test('a prober that is pulled out of the network, and heard by another line, blames no device', async () => {
  const { probed, device, line, pass } = await startProbed(false)
  device.there = false
  line.onLink = false
  await pass(1200)
  expect(probed.reach.state).toBe('doubtful')
  line.onLink = true
  await pass(EVERY_SECONDS)
  expect(probed.reach.state).toBe('away')
  probed.stop()
})

test('who answers what nobody can read is there, and that is told as a fault', async () => {
  const { probed, device, pass } = await startProbed(false)
  device.readable = false
  await pass(EVERY_SECONDS + 1)
  expect(probed.reach.state).toBe('there')
  expect(await probed.collector.read(), 'nor how long it is up').toEqual({ probed_boot: 0 })
  expect(probed.collector.traits?.(), 'it is the same device').toEqual({
    ...{ model: 'Loa', profile: 'x' },
    faults: 'x: expected JSON, got HTML',
  })
  device.there = false
  await pass(EVERY_SECONDS)
  expect(probed.collector.traits?.()).toMatchObject({ model: 'Loa' })
  probed.stop()
})
