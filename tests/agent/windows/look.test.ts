import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Watched } from '../../../agent/collect/watched.ts'
import { windowsCollectors } from '../../../agent/windows/collectors.ts'
import { lastBootEnd } from '../../../agent/windows/last-boot-end.ts'
import { createWindowsLook, LOOK_SECONDS } from '../../../agent/windows/look.ts'
import type { Run } from '../../../agent/windows/powershell.ts'
import { fixture } from './fixture.ts'

const MINUTE = 60_000

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] })
})
afterEach(() => {
  vi.useRealTimers()
})

const answer = (name: Parameters<typeof fixture>[0] = 'windows-11-en-bom-ps51'): Run => {
  return { stdout: fixture(name), stderr: Buffer.alloc(0), problem: null }
}

test('ten collectors asked each minute for six hours start PowerShell once a quarter of an hour at most', async () => {
  const starts: number[] = []
  const look = createWindowsLook({
    run: async () => {
      starts.push(performance.now())
      await new Promise((resolve) => setTimeout(resolve, 7000))
      return answer()
    },
  })
  const watched = windowsCollectors(look).map((one) => new Watched(one, { onFault: () => {} }))
  let told = 0
  for (let minute = 0; minute < 6 * 60; minute++) {
    const reading = Promise.all(watched.map((one) => one.read()))
    await vi.advanceTimersByTimeAsync(MINUTE)
    const values = Object.assign({}, ...(await reading))
    if (minute > 0) expect(values.fullest_disk_percent, `minute ${minute}`).toBe(50)
    if (values.rx_bytes !== undefined) told++
  }
  const apart = starts.slice(1).map((start, place) => start - starts[place]!)
  expect(Math.min(...apart)).toBeGreaterThanOrEqual(LOOK_SECONDS * 1000)
  expect(starts.length).toBeGreaterThanOrEqual(22)
  expect(starts.length).toBeLessThanOrEqual(24)
  expect(told, 'counters are told once a look, not repeated').toBe(starts.length)
  for (const one of watched) expect(one.fault).toBeNull()
})

test('one that fails is not asked more often: the next start is a quarter of an hour later', async () => {
  let starts = 0
  const look = createWindowsLook({
    run: async () => {
      starts++
      return {
        stdout: Buffer.alloc(0),
        stderr: Buffer.from('kein Zugriff'),
        problem: 'expected exit 0, got 5',
      }
    },
  })
  const said = 'expected exit 0, got 5: PowerShell: expected @hd:begin in its answer, got nothing'
  for (let time = 0; time < 5; time++) await expect(look.parts()).rejects.toThrow(said)
  expect(starts).toBe(1)
  await vi.advanceTimersByTimeAsync(LOOK_SECONDS * 1000 - 1)
  await expect(look.parts()).rejects.toThrow(said)
  expect(starts).toBe(1)
  await vi.advanceTimersByTimeAsync(1)
  await expect(look.parts()).rejects.toThrow(said)
  expect(starts).toBe(2)
  expect(await lastBootEnd(look), 'never rejects').toBeNull()
})

test('a look that outlasts its time counts as far as it came; the rest says why it is missing', async () => {
  const whole = fixture('windows-server-2019-en-ps51')
  const cut = whole.subarray(0, whole.indexOf('@hd:battery'))
  const look = createWindowsLook({
    run: async () => ({ stdout: cut, stderr: Buffer.alloc(0), problem: 'expected an end within 90000 ms' }),
  })
  const parts = await look.parts()
  expect(parts.rows('volumes')).toHaveLength(2)
  expect(() => parts.rows('battery')).toThrow(
    'battery: expected rows of Windows, got missing: expected an end within 90000 ms',
  )
  expect(await lastBootEnd(look)).toMatchObject({
    end: 'power-loss',
    evidence: 'power-loss 2026-11-18T19:40:28Z event 41',
    endedAtMs: Date.parse('2026-11-18T19:40:28Z'),
    sameKernel: false,
  })
})

test('PowerShell is ended when the last of those who wait for it is gone, not before', async () => {
  let stopped = false
  const look = createWindowsLook({
    run: (_script, signal) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => {
          stopped = true
          resolve({ stdout: Buffer.alloc(0), stderr: Buffer.alloc(0), problem: 'stopped' })
        })
      }),
  })
  const [one, other] = [new AbortController(), new AbortController()]
  const asked = [look.parts(one.signal), look.parts(other.signal)]
  const said = asked.map((each) => expect(each).rejects.toThrow('stopped'))
  one.abort()
  await said[0]
  expect(stopped).toBe(false)
  other.abort()
  await said[1]
  expect(stopped).toBe(true)
  await expect(look.parts(AbortSignal.abort())).rejects.toThrow('stopped')
})

test('who waits for the end of the last boot no longer leaves PowerShell to the collectors', async () => {
  let stopped = false
  const look = createWindowsLook({
    run: async (_script, signal) => {
      signal.addEventListener('abort', () => {
        stopped = true
      })
      await new Promise((resolve) => setTimeout(resolve, 80_000))
      return answer()
    },
  })
  const hurry = new AbortController()
  const end = lastBootEnd(look, hurry.signal)
  await vi.advanceTimersByTimeAsync(MINUTE)
  hurry.abort()
  expect(await end).toBeNull()
  expect(stopped).toBe(false)
  const parts = look.parts(new AbortController().signal)
  await vi.advanceTimersByTimeAsync(MINUTE)
  expect((await parts).rows('volumes')).toHaveLength(1)
})

test('the counters go on where an adapter begins again at nothing, and never fall', async () => {
  const counters = [
    { Ethernet: [1000, 500], 'Wi-Fi': [50, 20] },
    // The cable adapter was disabled and enabled: it counts anew.
    { Ethernet: [100, 40], 'Wi-Fi': [60, 30] },
    // The wireless one was pulled out.
    { Ethernet: [300, 90] },
  ]
  let asked = 0
  const look = createWindowsLook({
    run: async () => {
      const seen = Object.entries(counters[asked++] ?? {})
      const rows = seen.map(([Name, [rx, tx]]) => ({ Name, ReceivedBytes: rx, SentBytes: tx }))
      const adapters = seen.map(([Name]) => ({ Name }))
      const lines = [
        '@hd:begin 1',
        `@hd:counters ${JSON.stringify({ v: rows })}`,
        `@hd:adapters ${JSON.stringify({ v: adapters })}`,
        '@hd:end',
      ]
      return { stdout: Buffer.from(lines.join('\n')), stderr: Buffer.alloc(0), problem: null }
    },
  })
  const network = windowsCollectors(look).find(({ name }) => name === 'network')!
  const told: unknown[] = []
  for (let minute = 0; minute < 45; minute++) {
    const values = await network.read()
    if (values.rx_bytes !== undefined) told.push([values.rx_bytes, values.tx_bytes])
    await vi.advanceTimersByTimeAsync(MINUTE)
  }
  expect(told).toEqual([
    [1050, 520],
    [1160, 570],
    [1360, 620],
  ])
})
