/** The world of a story, as the replay contract writes it: who stands where, on what line. */

type Terrain = 'island' | 'mountain' | 'coast' | 'plain'
type Medium = 'fibre' | 'microwave' | 'cell' | 'satellite'

interface DeviceLine {
  type: 'device'
  id: string
  site: string
  kind: 'pc' | 'router' | 'speaker'
  uplink: string | null
  sim: string | null
  battery: boolean
  keepalive: number
  report: number
}

export interface SiteWish {
  area: string
  terrain?: Terrain
  /** One uplink each, in order. */
  isps?: readonly string[]
  medium?: Medium
  pcs?: number
  routers?: number
  speakers?: number
  /** The base station that serves its loudspeakers. */
  cell?: string
  /** So many of its routers, and of its loudspeakers, live on without mains. */
  batteryRouters?: number
  batterySpeakers?: number
}

/** The ids of a site and of what stands there. */
export interface Site {
  id: string
  area: string
  pcs: string[]
  routers: string[]
  speakers: string[]
  /** What goes by the site's own line. */
  wired: string[]
  all: string[]
}

/** Wired devices and those on a mobile network show that they live at this pace. */
const KEEPALIVE_WIRED = 60
const KEEPALIVE_CELL = 120
const REPORT_SECONDS = 600

/** Loudspeakers go by their own SIM, whose operator is nobody's ISP. */
const SIM = 'V'

export interface Province {
  lines: object[]
  sites: Site[]
  devices: Map<string, DeviceLine>
  /** The cell that serves a device. */
  cells: Map<string, string>
  site(id: string, wish: SiteWish): Site
  /** Sites S901, S902, … of communes of their own, that nothing happens to: the province is larger than the story. */
  backdrop(communes: number, sitesEach: number): Site[]
}

/** A province with nobody in it yet; offices work from Monday to Friday, 07:30 to 17:00 in Vietnam. */
export function province(): Province {
  const lines: object[] = [{ type: 'area', id: 'P1', parent: null, name: 'Tỉnh' }]
  const communes = new Set<string>()
  const sites: Site[] = []
  const devices = new Map<string, DeviceLine>()
  const cells = new Map<string, string>()
  lines.push({
    type: 'calendar',
    workdays: [1, 2, 3, 4, 5],
    open: '07:30',
    close: '17:00',
    holidays: ['2026-09-02'],
    utcOffsetMinutes: 420,
  })

  function add(line: DeviceLine): string {
    devices.set(line.id, line)
    lines.push(line)
    return line.id
  }

  function site(id: string, wish: SiteWish): Site {
    const { area, terrain = 'plain', isps = ['A'], medium = 'fibre' } = wish
    const { pcs = 8, routers = 1, speakers = 5, batteryRouters = 0, batterySpeakers = 0 } = wish
    if (!communes.has(area)) {
      communes.add(area)
      lines.push({ type: 'area', id: area, parent: 'P1', name: `Xã ${area}` })
    }
    const uplinks = isps.map((isp, number) => ({ id: `${id}/${'abc'[number]}`, isp, medium }))
    lines.push({ type: 'site', id, area, terrain, uplinks })
    const wired = { site: id, uplink: uplinks[0]!.id, sim: null, keepalive: KEEPALIVE_WIRED }
    const own = { site: id, uplink: null, sim: SIM, keepalive: KEEPALIVE_CELL }
    const named = (letter: string, count: number): string[] =>
      Array.from({ length: count }, (_, number) => `${id}-${letter}${number + 1}`)
    const rest = { type: 'device', report: REPORT_SECONDS } as const
    const made: Site = {
      id,
      area,
      routers: named('R', routers).map((device, number) =>
        add({ ...rest, ...wired, id: device, kind: 'router', battery: number < batteryRouters }),
      ),
      pcs: named('P', pcs).map((device) =>
        add({ ...rest, ...wired, id: device, kind: 'pc', battery: false }),
      ),
      speakers: named('L', speakers).map((device, number) =>
        add({ ...rest, ...own, id: device, kind: 'speaker', battery: number < batterySpeakers }),
      ),
      wired: [],
      all: [],
    }
    for (const speaker of made.speakers) cells.set(speaker, wish.cell ?? `cell-${area}`)
    made.wired = [...made.routers, ...made.pcs]
    made.all = [...made.wired, ...made.speakers]
    sites.push(made)
    return made
  }

  return {
    ...{ lines, sites, devices, cells, site },
    backdrop: (count, sitesEach) =>
      Array.from({ length: count * sitesEach }, (_, number) =>
        site(`S${901 + number}`, {
          area: `C${91 + Math.floor(number / sitesEach)}`,
          isps: ['B'],
          pcs: 4,
          speakers: 3,
        }),
      ),
  }
}
