import { join } from 'node:path'
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { encodeGoodbye } from '#protocol/goodbye.ts'
import { encodeHello } from '#protocol/hello.ts'
import { advance } from '../../../server/incidents/engine.ts'
import type { Incident } from '../../../server/incidents/incident.ts'
import type { Observation } from '../../../server/incidents/observation.ts'
import { DEFAULT_RULES } from '../../../server/incidents/rules.ts'
import { type EngineState, emptyState } from '../../../server/incidents/state.ts'
import { Ledger } from '../../../server/ledger/ledger.ts'
import {
  connectedRecord,
  goodbyeRecord,
  lostRecord,
  plannedRecord,
  type Record,
  warningRecord,
} from '../../../server/ledger/record.ts'
import type { Notification } from '../../../server/notify/notification.ts'
import { AvailabilityFacts } from '../../../server/projections/availability.ts'
import { openProjections } from '../../../server/projections/database.ts'
import { Follower } from '../../../server/projections/follower.ts'
import { Incidents } from '../../../server/projections/incidents.ts'
import { readLines } from '../../../server/replay/read.ts'
import { createToldWorld, type ToldWorld } from '../../../server/replay/world.ts'
import { seeded } from '../../samples/seeded.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { busyDay } from './scenarios/busy.ts'

/** Whoever is killed, at whatever moment: the incidents are the same, and nobody is told twice. */

interface Past {
  world: ToldWorld
  observations: Observation[]
}

async function pastOf(seed: number, hours: number): Promise<Past> {
  const world = createToldWorld()
  const observations: Observation[] = []
  for await (const observation of readLines(busyDay(seed, hours).lines, world)) observations.push(observation)
  return { world, observations }
}

/** What the engine makes of it, forgetting before each observation all but the text of its state if `isKilled`. */
function through({ world, observations }: Past, isKilled: () => boolean) {
  let state: EngineState = emptyState()
  const events: unknown[] = []
  const incidents = new Map<string, Incident>()
  for (const observation of observations) {
    if (isKilled()) state = JSON.parse(JSON.stringify(state)) as EngineState
    const outcome = advance(state, world, DEFAULT_RULES, observation)
    events.push(...outcome.events.map((event) => structuredClone(event)))
    for (const incident of outcome.changed) incidents.set(incident.id, structuredClone(incident))
  }
  return { events, incidents: [...incidents.values()], state: JSON.stringify(state) }
}

describe.each([1, 2, 3])('a busy day of seed %s', (seed) => {
  test('the engine forgets everything but its state, at every observation: the same comes out', async () => {
    const past = await pastOf(seed, 24)
    const whole = through(past, () => false)
    expect(whole.events.length, 'premise: things happen').toBeGreaterThan(10)
    const killed = through(past, () => true)
    expect(killed.events).toEqual(whole.events)
    expect(killed.incidents).toEqual(whole.incidents)
    // Not `toBe`: the texts are of 100 kB.
    expect(killed.state === whole.state, 'the same state').toBe(true)
  })

  test('the engine is stopped now and then: the same comes out', async () => {
    const past = await pastOf(seed, 24)
    const random = seeded(seed)
    const killed = through(past, () => random() < 0.05)
    expect(killed.events).toEqual(through(past, () => false).events)
  })
})

// The ledger's thread and the disk are real; of time only the second in which a tick comes is not.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  onTestFinished(() => void vi.useRealTimers())
})

/** A tick comes every minute of the past. */
const SPEED = 60
const TICK_MS = SPEED * 1000

/** The ledger, and what follows it in a process that can die. */
async function startCentre({ world }: Past, folder: string, clock: { ms: number }) {
  const ledger = new Ledger(join(folder, 'ledger.db'))
  await ledger.start()
  const real = openProjections(join(folder, 'projections.db'))
  real.run('CREATE TABLE IF NOT EXISTS told (id TEXT NOT NULL)')
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
  const incidents = new Incidents({
    ...{ database, world, rules: DEFAULT_RULES, facts: new AvailabilityFacts(database) },
    // As the outbox does: in the very transaction.
    outbox: {
      enqueue: ({ id, text }: Notification) =>
        void real.run('INSERT INTO told VALUES (?)', `${id} ${text.en.subject}`),
    },
    ...{ now: () => clock.ms, monotonic: () => clock.ms, speed: SPEED },
    head: () => ledger.head,
    append: (record) => ledger.append(record),
    wake: () => follower.wake(),
    log: { warn: () => {} },
  })
  const follower = new Follower(incidents, ledger, { info: () => {}, warn: () => {} })
  incidents.start()
  follower.start()
  const caughtUp = async (): Promise<void> => {
    for (let turns = 0; incidents.offset() !== ledger.head; turns++) {
      if (turns > 100_000)
        throw new Error(`expected the follower at ${ledger.head}, got ${incidents.offset()}`)
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  return {
    append: (record: Record) => ledger.append(record),
    caughtUp,
    tick: () => vi.advanceTimersByTime(1000),
    told: () => real.all<{ id: string }>('SELECT id FROM told ORDER BY rowid').map(({ id }) => id),
    stored: () =>
      real
        .all<{ json: string }>('SELECT json FROM incident ORDER BY opened_ms, id')
        .map(({ json }) => JSON.parse(json)),
    /** As after kill -9: nothing more reaches the disk. */
    async die() {
      disk.full = true
      await follower.stop()
      try {
        incidents.stop()
      } catch {
        // It has tried to store.
      }
      real.close()
      await ledger.stop()
    },
  }
}

/** The part of a past that the ledger of a broker holds. */
function recordsOf({ observations }: Past): Record[] {
  return observations.flatMap((observation): Record[] => {
    const { t } = observation
    switch (observation.type) {
      case 'connected': {
        const { device, boot, previousEnd, keepaliveSeconds } = observation
        const pace = { settings: 0, sampleSeconds: 60, reportSeconds: 600, keepaliveSeconds, step: 0 }
        const hello = { epoch: 1, boot: boot!, uptimeSeconds: 60, previousEnd, pace, rows: 0 }
        return [connectedRecord(t, device, keepaliveSeconds, encodeHello(hello))]
      }
      case 'lost':
        return [lostRecord(t, observation.device, observation.why)]
      case 'goodbye': {
        const goodbye = encodeGoodbye({ reason: observation.reason, boot: 7, uptimeSeconds: 60 })
        return [goodbyeRecord(t, observation.device, goodbye)]
      }
      case 'warning':
        return [warningRecord(t, observation)]
      case 'planned':
        return [plannedRecord(t, observation)]
      default:
        return []
    }
  })
}

/** The whole past through a ledger and a projection that is killed whenever `isKilled` says so. */
async function live(past: Past, isKilled: () => boolean) {
  const folder = temporaryFolder()
  const clock = { ms: past.observations[0]!.t }
  let deaths = 0
  let centre = await startCentre(past, folder, clock)
  const perhapsDie = async (): Promise<void> => {
    if (!isKilled()) return
    deaths++
    await centre.die()
    centre = await startCentre(past, folder, clock)
  }
  for (const record of recordsOf(past)) {
    while (clock.ms + TICK_MS <= record.at) {
      clock.ms += TICK_MS
      await centre.caughtUp()
      centre.tick()
      await perhapsDie()
    }
    clock.ms = record.at
    await centre.append(record)
    // Before, while, or after the projection takes it in.
    await perhapsDie()
  }
  await centre.caughtUp()
  clock.ms += TICK_MS
  centre.tick()
  const outcome = { told: centre.told(), stored: centre.stored(), deaths }
  await centre.die()
  return outcome
}

test.each([1, 2])(
  'a centre of seed %s dies anywhere: the same incidents, no message twice',
  {
    timeout: 60_000,
  },
  async (seed) => {
    const past = await pastOf(seed, 6)
    const whole = await live(past, () => false)
    expect(whole.told.length, 'premise: people are told things').toBeGreaterThan(5)
    const random = seeded(100 + seed)
    const killed = await live(past, () => random() < 0.04)
    expect(killed.deaths, 'premise: it dies often').toBeGreaterThan(15)
    expect(killed.told).toEqual(whole.told)
    expect(new Set(killed.told).size).toBe(killed.told.length)
    expect(killed.stored).toEqual(whole.stored)
  },
)
