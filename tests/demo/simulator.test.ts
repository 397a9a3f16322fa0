import { expect, test } from 'vitest'
import type { ContractLine } from '../../deploy/demo/simulator/contract-line.ts'
import { DEFAULT_RATES, type Rates } from '../../deploy/demo/simulator/rates.ts'
import { simulate } from '../../deploy/demo/simulator/simulate.ts'
import type { States } from '../../deploy/demo/simulator/states.ts'

const DAYS = 21
const PERIOD_SECONDS = DAYS * 86_400

/** A month in which everything happens often enough to be seen on a few sites. */
const BUSY: Rates = {
  ...DEFAULT_RATES,
  world: { ...DEFAULT_RATES.world, pcClockYearsOff: 0.2, routerUps: 0.5 },
  power: { ...DEFAULT_RATES.power, announcedPerYear: 30, dipsPerYear: 60, announcedOverrun: 0.5 },
  links: {
    ...DEFAULT_RATES.links,
    ...{ aggregationPerYear: 20, ispPerYear: 20, microwavePerYear: 40, ispMaintenancePerYear: 60 },
    uplinkCutsPerYear: 6,
  },
  devices: {
    ...DEFAULT_RATES.devices,
    ...{
      speakerDeadPerYear: 4,
      pcDeadPerYear: 1,
      simBlockedPerYear: 2,
      rebootsPerYear: 20,
      antennaCorroding: 0.5,
    },
  },
  people: { ...DEFAULT_RATES.people, nightCutSites: 0.3 },
  platform: { ...DEFAULT_RATES.platform, outagesPerYear: 40, lineBreaksPerYear: 40 },
  weather: { ...DEFAULT_RATES.weather, typhoonsPerYear: 40, testWarningsPerYear: 60 },
}

const small = simulate({ seed: 5, sites: 12, days: DAYS, rates: BUSY })
const lines = [...small.observations()]
const of = <Type extends ContractLine['type']>(type: Type) =>
  lines.filter((line): line is Extract<ContractLine, { type: Type }> => line.type === type)

test('the same seed makes the same period, another seed another', () => {
  const again = simulate({ seed: 5, sites: 12, days: DAYS, rates: BUSY })
  expect([...again.observations()]).toEqual(lines)
  expect(again.truth).toEqual(small.truth)
  expect([...small.observations()]).toEqual(lines)
  const other = simulate({ seed: 6, sites: 12, days: DAYS, rates: BUSY })
  expect(other.truth.incidents).not.toEqual(small.truth.incidents)
})

test('lines come in the order of time, inside the period, in whole milliseconds', () => {
  let last = small.truth.from
  for (const { t } of lines) {
    expect(t).toBeGreaterThanOrEqual(last)
    last = t
  }
  expect(last).toBeLessThan(small.truth.to)
  expect(lines.every(({ t }) => Number.isInteger(t))).toBe(true)
})

test('the world is what a province has', () => {
  const kinds = small.world.flatMap((line) => (line.type === 'device' ? [line.kind] : []))
  const count = (kind: string) => kinds.filter((one) => one === kind).length
  expect(count('pc')).toBe(12 * 8)
  expect(count('router')).toBeGreaterThanOrEqual(12)
  expect(count('speaker')).toBeGreaterThanOrEqual(12 * 4)
  expect(small.world.map(({ type }) => type)).toEqual(
    [...small.world].map(({ type }) => type).sort((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b)),
  )
  const speakers = small.world.filter((line) => line.type === 'device' && line.kind === 'speaker')
  for (const speaker of speakers) expect(speaker).toMatchObject({ uplink: null, sim: expect.any(String) })
  const full = simulate({ seed: 1, days: 1 })
  const sites = full.world.filter(({ type }) => type === 'site')
  const devices = full.world.filter(({ type }) => type === 'device')
  expect(sites).toHaveLength(100)
  expect(devices.length).toBeGreaterThan(1300)
  expect(devices.length).toBeLessThan(1500)
  const terrains = new Map<string, string>()
  for (const line of full.world) if (line.type === 'site') terrains.set(line.area, line.terrain)
  const communesOn = (terrain: string) => [...terrains.values()].filter((one) => one === terrain).length
  expect([communesOn('island'), communesOn('mountain'), communesOn('coast')]).toEqual([3, 4, 5])
})

const ORDER = ['area', 'site', 'device', 'calendar']

test('every line has the fields of the contract and no other', () => {
  const fields: Record<ContractLine['type'], string> = {
    connected: 't type device boot previousEnd',
    goodbye: 't type device reason',
    lost: 't type device why',
    report: 't type device boot seq uptime at rttMs history',
    power: 't type device source',
    cell: 't type device cell',
    platform: 't type healthy',
    warning: 't type action id status severity areas onset expires',
    planned: 't type id cause sites from to',
  }
  const sorted = (names: string[]) => [...names].sort().join(' ')
  for (const line of lines) expect(sorted(Object.keys(line))).toBe(sorted(fields[line.type].split(' ')))
  for (const { history, uptime } of of('report')) {
    expect(history.length).toBeGreaterThan(0)
    for (const { boot, from, to, clock, end } of history) {
      expect([boot, from, to, uptime].every((number) => Number.isInteger(number) && number >= 0)).toBe(true)
      expect(to).toBeGreaterThanOrEqual(from)
      expect(clock === null || Number.isInteger(clock)).toBe(true)
      expect(end === null || typeof end === 'string').toBe(true)
    }
    expect(history.at(-1)).toMatchObject({ end: null, to: uptime })
    expect(history.slice(0, -1).every(({ end }) => end !== null)).toBe(true)
  }
  for (const line of [...of('warning')]) expect(line.expires).toBeGreaterThan(line.onset)
  for (const line of [...of('planned')]) expect(line.from).toBeGreaterThanOrEqual(line.t)
})

test('boots count up by device and each first connection says how the one before ended', () => {
  const boots = new Map<string, number>()
  for (const { device, boot, previousEnd } of of('connected')) {
    const before = boots.get(device) ?? 0
    expect(boot).toBeGreaterThanOrEqual(before)
    expect(previousEnd === null).toBe(boot === before || boot === 1)
    boots.set(device, boot)
  }
})

test('everything that can happen happens', () => {
  const values = <T>(all: readonly T[]) => new Set(all)
  expect(values(of('goodbye').map(({ reason }) => reason))).toEqual(
    new Set(['shutdown', 'restart', 'sleep', 'service-stop']),
  )
  expect(values(of('lost').map(({ why }) => why))).toEqual(new Set(['keepalive', 'socket']))
  expect(values(of('power').map(({ source }) => source))).toEqual(new Set(['battery', 'mains']))
  expect(values(of('platform').map(({ healthy }) => healthy))).toEqual(new Set([true, false]))
  expect(values(of('warning').map(({ action }) => action))).toEqual(new Set(['alert', 'update', 'cancel']))
  expect(values(of('warning').map(({ status }) => status))).toEqual(new Set(['actual', 'test']))
  expect(values(of('planned').map(({ cause }) => cause))).toEqual(new Set(['power', 'maintenance']))
  expect(of('cell').length).toBeGreaterThan(0)
  const ends = of('connected').map(({ previousEnd }) => previousEnd)
  expect(values(ends)).toEqual(new Set([null, 'power-loss', 'shutdown', 'restart', 'sleep', 'unknown']))
  const kinds = values(small.truth.incidents.map(({ kind }) => kind))
  for (const kind of [
    'feeder-cut',
    'announced-cut',
    'overrun',
    'dip',
    'mains-trip',
    'night-cut',
    'uplink-cut',
  ])
    expect(kinds).toContain(kind)
  for (const kind of [
    'aggregation',
    'isp',
    'isp-maintenance',
    'microwave',
    'cell-fault',
    'cell-fade',
    'hang',
  ])
    expect(kinds).toContain(kind)
  for (const kind of ['dead', 'sim-blocked', 'antenna', 'reboot', 'broker', 'broker-line'])
    expect(kinds).toContain(kind)
  const offline = of('report').filter(({ history }) => history.length > 2)
  expect(offline.length, 'reports that tell of a boot which never reached the centre').toBeGreaterThan(0)
  const clocks = of('report').flatMap(({ t, history }) => history.map(({ clock }) => (clock ?? t) - t))
  expect(Math.min(...clocks)).toBeLessThan(-300 * 86_400_000)
  expect(of('report').some(({ history }) => history.some(({ clock }) => clock === null))).toBe(true)
})

test('the states of every device fill the period without gap or overlap', () => {
  for (const { device, states } of small.truth.devices) {
    let reached = 0
    for (const { from, to } of small.partition(device)) {
      expect(from).toBeCloseTo(reached, 6)
      expect(to).toBeGreaterThan(from)
      reached = to
    }
    expect(reached).toBeCloseTo(PERIOD_SECONDS, 6)
    expect(total(states)).toBeCloseTo(PERIOD_SECONDS, 3)
  }
})

function total(states: States): number {
  const { upConnectedSeconds, upUnreachableSeconds, downPowerSeconds, downFaultSeconds, offPlannedSeconds } =
    states
  return upConnectedSeconds + upUnreachableSeconds + downPowerSeconds + downFaultSeconds + offPlannedSeconds
}

const connections = new Map<string, number[]>()
for (const { device, t } of of('connected'))
  connections.set(device, [...(connections.get(device) ?? []), (t - small.truth.from) / 1000])

/** From each connection to the next, or to where the truth ends it; nothing of one that could not be. */
function connectedSeconds(device: string): number {
  const up = small.partition(device).filter(({ state }) => state === 'up-connected')
  const all = connections.get(device) ?? []
  return all.reduce((sum, from, i) => {
    const within = up.find((piece) => piece.from <= from && piece.to >= from)
    if (within === undefined) throw new Error(`${device}: expected to be up at ${from} s, where it connects`)
    return sum + Math.min(within.to, all[i + 1] ?? within.to) - from
  }, 0)
}

test('sessions lie in the time that a device was connected, and cover it', () => {
  const coverOf = (wanted: (kind: string) => boolean) => {
    const devices = small.truth.devices.filter(({ kind }) => wanted(kind))
    const really = devices.reduce((sum, { states }) => sum + states.upConnectedSeconds, 0)
    return devices.reduce((sum, { device }) => sum + connectedSeconds(device), 0) / really
  }
  expect(coverOf((kind) => kind !== 'pc')).toBeGreaterThan(0.999)
  // The agent starts half a minute after its PC, and a PC starts every day, often twice.
  expect(coverOf((kind) => kind === 'pc')).toBeGreaterThan(0.998)
  expect(coverOf(() => true)).toBeLessThanOrEqual(1)
})

test('a blackout is credited to one outage at a time, and only the long ones make an incident alertable', () => {
  const byDevice = new Map<string, { from: number; to: number }[]>()
  for (const { blackouts, duty } of small.truth.incidents) {
    if (duty === 'alertable')
      expect(Math.max(...blackouts.map(({ from, to }) => to - from))).toBeGreaterThan(599_000)
    for (const { device, from, to } of blackouts)
      byDevice.set(device, [...(byDevice.get(device) ?? []), { from, to }])
  }
  for (const stretches of byDevice.values()) {
    stretches.sort((a, b) => a.from - b.from)
    for (const [i, { from }] of stretches.entries())
      if (i > 0) expect(from).toBeGreaterThanOrEqual(stretches[i - 1]!.to)
  }
})

test('children of one storm in one commune share a root', () => {
  const storms = small.truth.incidents.filter(({ storm }) => storm !== null)
  expect(storms.length).toBeGreaterThan(0)
  for (const { root, storm, commune } of storms) expect(root).toBe(`${storm}/${commune}`)
})
