import type { Kind, Medium, Terrain, WorldLine } from './contract-line.ts'
import { type Days, UTC_OFFSET_MINUTES } from './local-time.ts'
import { type Random, randomOf } from './random.ts'
import type { Rates } from './rates.ts'

export interface SimCommune {
  id: string
  terrain: Terrain
}

/** A base station of one operator. It stands on a feeder that nobody told us of and lives on its batteries without it. */
export interface SimCell {
  id: string
  commune: SimCommune
  isp: string
  feeder: string
  batterySeconds: number
  /** Its backhaul is the island's microwave. */
  byMicrowave: boolean
}

export interface SimUplink {
  id: string
  isp: string
  medium: Medium
  /** The base station of a cellular uplink. */
  cell: SimCell | null
}

export interface SimSite {
  id: string
  commune: SimCommune
  feeder: string
  uplinks: SimUplink[]
  /** The caretaker cuts the mains of the office every night. */
  nightCut: boolean
  /** How long the router's mini-UPS lasts; null without one. */
  upsSeconds: number | null
}

export interface SimDevice {
  id: string
  kind: Kind
  site: SimSite
  /** The feeder it takes its current from: a pole may hang on another one than the office. */
  feeder: string
  /** The first router of a site: the others and the PCs are behind it. */
  gateway: boolean
  batterySeconds: number | null
  sim: string | null
  /** Where its SIM may be served, the usual one first. */
  cells: SimCell[]
  keepalive: number
  clockErrorMs: number
  /** Without a clock that runs while it is off it knows the time only from the centre. */
  hasClock: boolean
}

export interface SimWorld {
  communes: SimCommune[]
  feeders: { id: string; commune: SimCommune }[]
  cells: SimCell[]
  sites: SimSite[]
  devices: SimDevice[]
}

export const REPORT_SECONDS = 600
const KEEPALIVE_WIRED = 60
const KEEPALIVE_CELL = 120
const PCS_A_SITE = 8
const SITES_A_FEEDER = 3
const YEAR_MS = 365 * 86_400_000
const OPERATORS = { A: '452-01', B: '452-02' } as const
export const ISPS = ['A', 'B'] as const

const two = (n: number) => String(n).padStart(2, '0')
const three = (n: number) => String(n).padStart(3, '0')

/** Of twelve communes three are islands, four in the mountains, five on the coast; of three, one of each. */
const TERRAINS: readonly Terrain[] = [
  ...(['island', 'mountain', 'coast', 'coast'] as const),
  ...(['mountain', 'island', 'coast', 'mountain'] as const),
  ...(['coast', 'island', 'mountain', 'coast'] as const),
]

function cellsOf(commune: SimCommune, feeders: readonly string[], rates: Rates, random: Random): SimCell[] {
  return ISPS.flatMap((isp) =>
    Array.from({ length: isp === 'A' ? 2 : 1 }, (_, i) => ({
      id: `${OPERATORS[isp]}-${commune.id}-${i + 1}`,
      commune,
      isp,
      feeder: random.pick(feeders),
      batterySeconds: random.between(...rates.world.stationBatterySeconds),
      byMicrowave: commune.terrain === 'island' && random.chance(rates.world.islandCellByMicrowave),
    })),
  )
}

function uplinksOf(id: string, commune: SimCommune, cells: readonly SimCell[], rates: Rates, random: Random) {
  const isp = random.chance(rates.world.ispA) ? 'A' : 'B'
  if (commune.terrain === 'island')
    return [{ id: `${id}/a`, isp, medium: 'microwave' as const, cell: null }] satisfies SimUplink[]
  if (commune.terrain === 'mountain' && random.chance(rates.world.mountainByCell)) {
    const cell = random.pick(cells.filter((c) => c.isp === isp))
    return [{ id: `${id}/a`, isp, medium: 'cell' as const, cell }] satisfies SimUplink[]
  }
  const uplinks: SimUplink[] = [{ id: `${id}/a`, isp, medium: 'fibre', cell: null }]
  if (random.chance(rates.world.twoIsps))
    uplinks.push({ id: `${id}/b`, isp: isp === 'A' ? 'B' : 'A', medium: 'fibre', cell: null })
  return uplinks
}

/** What is on a site: eight PCs, one or two routers, four to six loudspeakers with SIMs of their own. */
function devicesOf(
  site: SimSite,
  cells: readonly SimCell[],
  feeders: readonly string[],
  rates: Rates,
  random: Random,
): SimDevice[] {
  const uplink = site.uplinks[0]!
  const keepalive = uplink.medium === 'cell' ? KEEPALIVE_CELL : KEEPALIVE_WIRED
  const inOffice = { site, feeder: site.feeder, sim: null, cells: [], keepalive, hasClock: true }
  const routers = random.chance(rates.world.secondRouter) ? 2 : 1
  const devices: SimDevice[] = []
  for (let i = 1; i <= routers; i++)
    devices.push({
      ...inOffice,
      id: `${site.id}-R${i}`,
      kind: 'router',
      gateway: i === 1,
      batterySeconds: i === 1 ? site.upsSeconds : null,
      clockErrorMs: 0,
    })
  for (let i = 1; i <= PCS_A_SITE; i++) {
    const years = random.chance(rates.world.pcClockYearsOff) ? random.pick([-6, -3, -1, 2]) : 0
    const clockErrorMs = Math.round(years * YEAR_MS + random.normal(0, 30_000))
    devices.push({
      ...inOffice,
      id: `${site.id}-P${i}`,
      kind: 'pc',
      gateway: false,
      batterySeconds: null,
      clockErrorMs,
    })
  }
  const home = {
    A: random.pick(cells.filter((c) => c.isp === 'A')),
    B: random.pick(cells.filter((c) => c.isp === 'B')),
  }
  const sim = random.chance(rates.world.ispA) ? 'A' : 'B'
  const speakers = random.whole(4, 6)
  for (let i = 1; i <= speakers; i++) {
    const usual = home[sim]
    const others = cells.filter((c) => c.isp === sim && c !== usual)
    const second = others.length > 0 && random.chance(rates.world.secondCell)
    devices.push({
      id: `${site.id}-L${i}`,
      kind: 'speaker',
      site,
      feeder: random.chance(rates.world.poleOnOtherFeeder) ? random.pick(feeders) : site.feeder,
      gateway: false,
      batterySeconds: random.chance(rates.world.speakerBattery)
        ? random.between(...rates.world.speakerBatterySeconds)
        : null,
      sim,
      cells: second ? [usual, random.pick(others)] : [usual],
      keepalive: KEEPALIVE_CELL,
      clockErrorMs: Math.round(random.normal(0, 2000)),
      hasClock: !random.chance(rates.world.speakerWithoutClock),
    })
  }
  return devices
}

/** The province as it is, with what the centre is never told: feeders, base stations, batteries, habits. */
export function buildWorld(seed: number, siteCount: number, rates: Rates): SimWorld {
  const count = Math.min(TERRAINS.length, Math.max(3, Math.round(siteCount / 8)))
  const communes = Array.from({ length: count }, (_, i) => ({
    id: `C${two(i + 1)}`,
    terrain: TERRAINS[i]!,
  }))
  const world: SimWorld = { communes, feeders: [], cells: [], sites: [], devices: [] }
  for (const [index, commune] of communes.entries()) {
    const random = randomOf(seed, `world/${commune.id}`)
    const sites = Math.floor(siteCount / count) + (index < siteCount % count ? 1 : 0)
    const feeders = Array.from(
      { length: Math.max(1, Math.round(sites / SITES_A_FEEDER)) },
      (_, i) => `${commune.id}-F${i + 1}`,
    )
    const cells = cellsOf(commune, feeders, rates, random)
    world.feeders.push(...feeders.map((id) => ({ id, commune })))
    world.cells.push(...cells)
    for (let i = 0; i < sites; i++) {
      const id = `S${three(world.sites.length + 1)}`
      const nightCut = random.chance(rates.people.nightCutSites)
      const ups = !nightCut && random.chance(rates.world.routerUps)
      const site: SimSite = {
        id,
        commune,
        feeder: feeders[i % feeders.length]!,
        uplinks: uplinksOf(id, commune, cells, rates, random),
        nightCut,
        upsSeconds: ups ? random.between(...rates.world.routerUpsSeconds) : null,
      }
      world.sites.push(site)
      world.devices.push(...devicesOf(site, cells, feeders, rates, random))
    }
  }
  return world
}

/** What the centre is told of the province. */
export function worldLines(world: SimWorld, days: Days): WorldLine[] {
  return [
    { type: 'area', id: 'P1', parent: null, name: 'Tỉnh mô phỏng' },
    ...world.communes.map(({ id }): WorldLine => ({ type: 'area', id, parent: 'P1', name: `Xã ${id}` })),
    ...world.sites.map(
      ({ id, commune, uplinks }): WorldLine => ({
        type: 'site',
        id,
        area: commune.id,
        terrain: commune.terrain,
        uplinks: uplinks.map((uplink) => ({ id: uplink.id, isp: uplink.isp, medium: uplink.medium })),
      }),
    ),
    ...world.devices.map(
      (device): WorldLine => ({
        type: 'device',
        id: device.id,
        site: device.site.id,
        kind: device.kind,
        uplink: device.kind === 'speaker' ? null : device.site.uplinks[0]!.id,
        sim: device.sim,
        battery: device.batterySeconds !== null,
        keepalive: device.keepalive,
        report: REPORT_SECONDS,
      }),
    ),
    {
      type: 'calendar',
      workdays: [1, 2, 3, 4, 5],
      open: '07:30',
      close: '17:00',
      holidays: [...days.holidays],
      utcOffsetMinutes: UTC_OFFSET_MINUTES,
    },
  ]
}
