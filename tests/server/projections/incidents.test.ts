import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { deviceId } from '#protocol/ids.ts'
import { DEFAULT_RULES } from '../../../server/incidents/rules.ts'
import { Ledger } from '../../../server/ledger/ledger.ts'
import { connectedRecord, lostRecord, platformRecord, type Record } from '../../../server/ledger/record.ts'
import type { Notification } from '../../../server/notify/notification.ts'
import { AvailabilityFacts } from '../../../server/projections/availability.ts'
import { openProjections } from '../../../server/projections/database.ts'
import { Follower } from '../../../server/projections/follower.ts'
import { Incidents } from '../../../server/projections/incidents.ts'
import { smallWorld } from '../../support/small-world.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const R1 = deviceId('R1')
const R2 = deviceId('R2')
const world = smallWorld({
  S1: { name: 'Nà Tăm', devices: { R1: 'router' } },
  S2: { name: 'Hua Bum', devices: { R2: 'router' } },
})
const START = 1_782_000_000_000
const SECOND = 1000
const MINUTE = 60 * SECOND

// Ticks and clocks are virtual; the ledger's thread and the disk stay real.
beforeEach(() => {
  vi.useFakeTimers({ now: START, toFake: ['setInterval', 'clearInterval', 'Date', 'performance'] })
  onTestFinished(() => void vi.useRealTimers())
})

/** A ledger and what follows it, in a folder that outlives them. */
async function startFollowing(folder = temporaryFolder(), speed = 1) {
  const ledger = new Ledger(join(folder, 'ledger.db'))
  await ledger.start()
  const real = openProjections(join(folder, 'projections.db'))
  const disk = { full: false }
  const database: typeof real = {
    ...real,
    transaction: (work) =>
      real.transaction(() => {
        const result = work()
        if (disk.full) throw new Error('disk full')
        return result
      }),
  }
  const told: string[] = []
  const warned: string[] = []
  const changes: string[][] = []
  const incidents = new Incidents({
    database,
    world,
    rules: DEFAULT_RULES,
    outbox: { enqueue: ({ id }: Notification) => void told.push(id) },
    facts: new AvailabilityFacts(database),
    now: Date.now,
    speed,
    head: () => ledger.head,
    append: (record) => ledger.append(record),
    wake: () => follower.wake(),
    log: { warn: (data, text) => void warned.push(`${text}: ${(data as { error: string }).error}`) },
  })
  const follower = new Follower(incidents, ledger, { info: () => {}, warn: () => {} })
  incidents.onChange((devices) => void changes.push(devices))
  incidents.start()
  follower.start()
  let ended = false
  const die = async () => {
    if (ended) return
    ended = true
    // As after kill -9, nothing more is stored.
    disk.full = true
    await follower.stop()
    try {
      incidents.stop()
    } catch {
      // It has tried to store.
    }
    real.close()
    await ledger.stop()
  }
  onTestFinished(die)
  const caughtUp = async () => {
    for (let turns = 0; incidents.offset() !== ledger.head; turns++) {
      if (turns > 100_000)
        throw new Error(`expected the follower at ${ledger.head}, got ${incidents.offset()}`)
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  return {
    ...{ incidents, told, warned, changes, disk, die, folder, caughtUp },
    async append(...records: Record[]) {
      for (const record of records) await ledger.append(record)
      await caughtUp()
    },
  }
}

const started = () => platformRecord(Date.now(), 'started')
const connected = (device = R1) => connectedRecord(Date.now(), device, 60, new Uint8Array())
const silent = (device = R1) => lostRecord(Date.now(), device, 'keepalive')

test('a loss is told after its hold-down, each change once and with the devices that it touched', async () => {
  const { append, incidents, told, changes } = await startFollowing()
  await append(started(), connected(R1), connected(R2))
  vi.advanceTimersByTime(MINUTE)
  changes.length = 0
  // Taken over: its session goes on.
  await append(connected(R2))
  expect(changes).toEqual([])
  await append(silent())
  vi.advanceTimersByTime(3 * MINUTE)
  expect(told).toEqual([])
  vi.advanceTimersByTime(2 * SECOND)
  expect(told).toEqual(['I1/opened'])
  expect(changes).toEqual([[R1], [R1]])
  expect(incidents.open()).toHaveLength(1)
  const acknowledged = await incidents.acknowledge('I1', 'Páo')
  expect(acknowledged).toMatchObject({ state: 'acknowledged', acknowledgedBy: 'Páo' })
  expect(await incidents.acknowledge('I9', 'Páo')).toBeUndefined()
})

test('a tick that could not be stored is told once, and made up for without waiting for an arrival', async () => {
  const { append, caughtUp, incidents, told, warned, disk } = await startFollowing()
  await append(started(), connected())
  vi.advanceTimersByTime(20 * SECOND)
  await append(silent())
  disk.full = true
  vi.advanceTimersByTime(15 * SECOND)
  disk.full = false
  expect(warned).toEqual(['incidents could not be stored: disk full'])
  await caughtUp()
  expect(incidents.session(R1).state).toBe('suspect')
  vi.advanceTimersByTime(5 * MINUTE)
  expect(told).toEqual(['I1/opened'])
})

test('killed during a hold-down, back after 4 minutes: no incident for who returns, one for who does not', async () => {
  const before = await startFollowing()
  await before.append(started(), connected(R1), connected(R2))
  vi.advanceTimersByTime(MINUTE)
  await before.append(silent(R1), silent(R2))
  vi.advanceTimersByTime(10 * SECOND)
  await before.die()
  vi.setSystemTime(Date.now() + 4 * MINUTE)

  const after = await startFollowing(before.folder)
  await after.caughtUp()
  // The start is not on disk yet: a slow one must not make time pass.
  vi.advanceTimersByTime(3 * SECOND)
  await after.append(started())
  vi.advanceTimersByTime(5 * SECOND)
  await after.append(connected(R1))
  vi.advanceTimersByTime(DEFAULT_RULES.staleGraceSeconds * SECOND - 5 * SECOND)
  expect(after.told).toEqual([])
  vi.advanceTimersByTime(2 * SECOND)
  expect(after.incidents.open().map(({ devices }) => devices)).toEqual([[R2]])
  vi.advanceTimersByTime(60 * MINUTE)
  expect([...before.told, ...after.told]).toEqual(['I1/opened'])
})

test('away for longer than a restart takes: one message of the centre itself, and one when it is sure again', async () => {
  const before = await startFollowing()
  await before.append(started(), connected(R1))
  vi.advanceTimersByTime(20 * SECOND)
  await before.die()
  vi.setSystemTime(Date.now() + 10 * MINUTE)

  const after = await startFollowing(before.folder)
  await after.append(started(), connected(R1))
  expect(after.incidents.open()).toMatchObject([{ scope: 'platform', state: 'recovering' }])
  vi.advanceTimersByTime(60 * MINUTE)
  expect([...before.told, ...after.told]).toEqual(['I1/opened', 'I1/resolved'])
})

test('a clock a day ahead for one tick ends no hold-down, and detection goes on', async () => {
  const { append, told } = await startFollowing()
  await append(started(), connected(R1), connected(R2))
  vi.advanceTimersByTime(MINUTE)
  await append(silent(R1))
  vi.setSystemTime(Date.now() + 24 * 60 * MINUTE)
  vi.advanceTimersByTime(SECOND)
  vi.setSystemTime(Date.now() - 24 * 60 * MINUTE)
  vi.advanceTimersByTime(2 * MINUTE)
  expect(told).toEqual([])
  vi.advanceTimersByTime(2 * MINUTE)
  expect(told).toEqual(['I1/opened'])
  // Believed when it stays, and when it goes back nothing waits for it.
  vi.setSystemTime(Date.now() + 24 * 60 * MINUTE)
  vi.advanceTimersByTime(MINUTE)
  vi.setSystemTime(Date.now() - 24 * 60 * MINUTE)
  vi.advanceTimersByTime(MINUTE)
  await append(silent(R2))
  vi.advanceTimersByTime(4 * MINUTE)
  expect(told).toEqual(['I1/opened', 'I2/opened'])
})

test('in a show at ninety times speed a tick behind what was seen moves nothing that has happened', async () => {
  const { append, incidents } = await startFollowing(temporaryFolder(), 90)
  await append(started(), connected(R1), connected(R2))
  vi.advanceTimersByTime(5 * MINUTE)
  await append(connected(R2), silent(R1))
  const lostAt = Date.now()
  vi.advanceTimersByTime(10 * MINUTE)
  expect(incidents.open().map(({ start }) => start)).toEqual([[lostAt - 90 * SECOND, lostAt - 30 * SECOND]])
})
