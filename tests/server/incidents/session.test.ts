import { expect, test } from 'vitest'
import type { GoodbyeReason } from '#protocol/goodbye.ts'
import { deviceId } from '#protocol/ids.ts'
import type { Observation } from '../../../server/incidents/observation.ts'
import { observeSession, type Patience, passTime, type Session } from '../../../server/incidents/session.ts'

const device = deviceId('R1')
const patience: Patience = { holdDownSeconds: 180, restartSeconds: 900, staleGraceSeconds: 330 }
const connected = (t: number): Observation => ({
  ...{ t, type: 'connected', device, boot: null, previousEnd: null, keepaliveSeconds: 60 },
})
const pace = (t: number, keepaliveSeconds: number): Observation => ({
  ...{ t, type: 'pace', device, keepaliveSeconds },
})
const lost = (t: number, why: 'keepalive' | 'socket'): Observation => ({ t, type: 'lost', device, why })
const report = (t: number): Observation => ({
  ...{ t, type: 'report', device, now: null, clockMs: null, history: [] },
})
const goodbye = (t: number, reason: GoodbyeReason = 'shutdown'): Observation => ({
  ...{ t, type: 'goodbye', device, reason },
})
type PlatformEvent = Extract<Observation, { type: 'platform' }>['event']
const platform = (t: number, event: PlatformEvent): Observation => ({ t, type: 'platform', event })

const after = (...observations: Observation[]): Session =>
  observations.reduce<Session>((session, observation) => observeSession(session, observation, patience), {
    state: 'new',
  })

const suspect = { state: 'suspect', since: 900_000, loss: [810_000, 870_000], offlineAt: 1_080_000 }
const offline = { state: 'offline', since: 1_080_000, loss: [810_000, 870_000] }

test.each<[string, Session, unknown]>([
  [
    'online since it came, not since its take-over',
    after(connected(0), connected(5000)),
    { state: 'online', since: 0, heardAt: 5000, keepaliveSeconds: 60 },
  ],
  ['lost by its keepalive, within its bounds', after(connected(0), lost(900_000, 'keepalive')), suspect],
  [
    'not lost before it was last heard',
    after(connected(0), report(850_000), lost(900_000, 'keepalive')),
    { ...suspect, loss: [850_000, 870_000] },
  ],
  [
    'lost by the pace that it went over to, a slower one',
    after(connected(0), pace(100_000, 1200), lost(1_900_000, 'keepalive')),
    { ...suspect, since: 1_900_000, loss: [100_000, 1_300_000], offlineAt: 2_080_000 },
  ],
  [
    'lost by the pace that it went over to, a faster one',
    after(connected(0), pace(1000, 1200), pace(800_000, 60), lost(900_000, 'keepalive')),
    suspect,
  ],
  [
    'not lost before it told its new pace',
    after(connected(0), pace(1000, 1200), pace(850_000, 60), lost(940_000, 'keepalive')),
    { ...suspect, since: 940_000, loss: [850_000, 910_000], offlineAt: 1_120_000 },
  ],
  [
    'in doubt by its present pace',
    after(connected(0), pace(100_000, 1200), platform(5_000_000, 'stopping')),
    {
      ...{ state: 'stale', since: 5_000_000, earliest: 3_200_000, latest: null, offlineAt: null },
      habit: { keepaliveSeconds: 1200 },
    },
  ],
  [
    'not raised by a pace that comes late',
    after(connected(0), lost(900_000, 'keepalive'), pace(901_000, 60)),
    suspect,
  ],
  [
    'lost by its socket at once',
    after(connected(0), lost(900_000, 'socket')),
    { ...suspect, loss: [900_000, 900_000] },
  ],
  [
    'offline when the hold-down is over',
    passTime(after(connected(0), lost(900_000, 'keepalive')), 1_080_000),
    offline,
  ],
  [
    'still suspect just before',
    passTime(after(connected(0), lost(900_000, 'keepalive')), 1_079_999),
    suspect,
  ],
  [
    'offline by the next observation, whatever it is',
    after(connected(0), lost(900_000, 'keepalive'), { t: 2_000_000, type: 'tick' }),
    offline,
  ],
  [
    'lost once, at the first loss',
    after(connected(0), lost(900_000, 'keepalive'), lost(950_000, 'socket')),
    suspect,
  ],
  ['not raised by a late report', after(connected(0), lost(900_000, 'keepalive'), report(901_000)), suspect],
  [
    'gone with a goodbye, also when its socket closes',
    after(connected(0), goodbye(900_000), lost(900_100, 'socket')),
    { state: 'goodbye', since: 900_000, reason: 'shutdown', offlineAt: null },
  ],
  [
    'gone for a restart, and waited for',
    after(connected(0), goodbye(900_000, 'restart'), lost(900_100, 'socket')),
    { state: 'goodbye', since: 900_000, reason: 'restart', offlineAt: 1_800_000 },
  ],
  [
    'offline when the restart takes too long',
    passTime(after(connected(0), goodbye(900_000, 'restart')), 1_800_000),
    { state: 'offline', since: 1_800_000, loss: [900_000, 900_000], restarting: true },
  ],
  [
    'in doubt while the centre hears nothing, and waited for when it hears again',
    after(connected(0), platform(900_000, 'unhealthy'), platform(1_000_000, 'healthy')),
    {
      ...{ state: 'stale', since: 900_000, earliest: 900_000, latest: 1_000_000, offlineAt: 1_330_000 },
      habit: { keepaliveSeconds: 60 },
    },
  ],
  [
    'online when a connection that has lasted through its deafness is heard',
    after(connected(0), platform(900_000, 'unhealthy'), platform(1_000_000, 'healthy'), report(1_010_000)),
    { state: 'online', since: 900_000, heardAt: 1_010_000, keepaliveSeconds: 60 },
  ],
  [
    'in doubt still when a report comes behind a start: no connection has lasted',
    after(connected(0), platform(900_000, 'stopping'), platform(950_000, 'started'), report(960_000)),
    { state: 'stale', since: 900_000, earliest: 900_000, latest: 950_000, offlineAt: 1_280_000 },
  ],
  [
    'online when it came while the centre was said to hear nothing',
    after(connected(0), platform(900_000, 'unhealthy'), connected(950_000), platform(1_000_000, 'healthy')),
    { state: 'online', since: 950_000, heardAt: 950_000, keepaliveSeconds: 60 },
  ],
  ['never heard of, also after a start', after(platform(0, 'started')), { state: 'new' }],
  [
    'in doubt after a start',
    after(connected(0), report(600_000), platform(900_000, 'started')),
    { state: 'stale', since: 900_000, earliest: 600_000, latest: 900_000, offlineAt: 1_230_000 },
  ],
  [
    'offline when the grace is over',
    passTime(after(connected(0), report(600_000), platform(900_000, 'started')), 1_230_000),
    { state: 'offline', since: 1_230_000, loss: [600_000, 900_000] },
  ],
  [
    'in doubt without an end while the centre is away',
    passTime(after(connected(0), platform(900_000, 'stopping'), lost(900_001, 'socket')), 9_000_000),
    {
      ...{ state: 'stale', since: 900_000, earliest: 900_000, latest: null, offlineAt: null },
      habit: { keepaliveSeconds: 60 },
    },
  ],
  [
    'in doubt after a start, though its hold-down has passed: nobody saw it pass',
    after(connected(0), lost(900_000, 'keepalive'), platform(2_000_000, 'started')),
    { state: 'stale', since: 2_000_000, earliest: 810_000, latest: 870_000, offlineAt: 2_330_000 },
  ],
  [
    'in doubt, but lost before: the loss stays',
    after(
      connected(0),
      lost(900_000, 'keepalive'),
      platform(950_000, 'stopping'),
      platform(990_000, 'started'),
    ),
    { state: 'stale', since: 950_000, earliest: 810_000, latest: 870_000, offlineAt: 1_320_000 },
  ],
  [
    'two starts in a row: the grace begins again, the loss does not',
    after(connected(0), platform(900_000, 'started'), platform(950_000, 'started')),
    { state: 'stale', since: 900_000, earliest: 0, latest: 900_000, offlineAt: 1_280_000 },
  ],
  [
    'back after the doubt',
    after(connected(0), platform(900_000, 'started'), connected(950_000)),
    { state: 'online', since: 950_000, heardAt: 950_000, keepaliveSeconds: 60 },
  ],
])('%s', (_, session, expected) => {
  expect(session).toEqual(expected)
})

test('a device that has announced that it stays away is late only when it should be back', () => {
  const rare: Observation = {
    ...{ t: 0, type: 'connected', device, boot: null, previousEnd: null },
    ...{ keepaliveSeconds: 60, awaySeconds: 10_800 },
  }
  expect(after(rare, lost(60_000, 'socket'))).toMatchObject({
    ...{ state: 'suspect', offlineAt: 60_000 + 1.5 * 10_800_000 },
  })
  expect(after(rare, pace(1000, 60), lost(60_000, 'socket'))).toMatchObject({
    ...{ state: 'suspect', offlineAt: 60_000 + patience.holdDownSeconds * 1000 },
  })
})
