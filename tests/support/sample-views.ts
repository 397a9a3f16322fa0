import { areaId, type DeviceKind, deviceId, siteId } from '#protocol/ids.ts'
import type { PageAssets } from '../../web/assets.ts'
import type {
  AreaView,
  ChartView,
  DevicePageView,
  DeviceView,
  DrawnView,
  IncidentPageView,
  IncidentView,
  NowView,
  RowsView,
  Said,
  Viewer,
} from '../../web/view.ts'

/** 14:14 on 21/06/2026 in Vietnam. */
export const AT = Date.UTC(2026, 5, 21, 7, 14)
export const MINUTE_MS = 60_000

export const ASSETS: PageAssets = {
  nonce: 'n0nce',
  style: '',
  liveUrl: '/live.js',
  eventsUrl: '/events?lang=vi',
  version: 'v1',
}

export const NO_ROWS: RowsView = {
  produced: 0,
  stored: 0,
  declaredLost: { thinned: 0, dropped: 0, damaged: 0, refused: 0 },
  waiting: 0,
  vanished: 0,
}

export const viewer = (changes: Partial<Viewer> = {}): Viewer => ({
  language: 'vi',
  name: null,
  path: '/',
  ...changes,
})

export function device(id: string, changes: Partial<DeviceView> = {}): DeviceView {
  return {
    id: deviceId(id),
    name: `Máy ${id}`,
    kind: 'pc',
    session: 'online',
    since: AT - 3 * 60 * MINUTE_MS,
    readAt: AT - 2 * MINUTE_MS,
    values: { cpu_percent: 12.3, memory_percent: 48.1, disk_percent: 71, rtt_ms: 23 },
    marks: [],
    unwatched: false,
    ...changes,
  }
}

export const drawn = (charts: ChartView[] = [], changes: Partial<DrawnView> = {}): DrawnView => ({
  ...{ charts, page: 1, pages: 1, loads: [], spare: null },
  ...changes,
})

export const devicePage = (changes: Partial<DevicePageView> = {}): DevicePageView => ({
  ...{ at: AT, device: device('9', { name: '9' }), siteName: '2', areaName: '1' },
  ...{ bulletinClass: null, prober: null, traits: {}, faults: [], support: null, lines: [] },
  ...{ pace: null, rows: NO_ROWS, bill: null, thisMonth: null, drawn: drawn(), incidents: [] },
  ...changes,
})

export function incident(changes: Partial<IncidentView> = {}): IncidentView {
  return {
    ...{ id: 'I1', root: null, scope: 'site', cause: 'undetermined', state: 'open', severity: 'major' },
    ...{ flapping: false, storm: null, start: [AT - 12 * MINUTE_MS, AT - 12 * MINUTE_MS], end: null },
    ...{ place: alike('UBND xã Nà Tăm'), cannotWarn: null, reason: alike('') },
    ...{ areaNames: ['Xã Nà Tăm'], siteNames: ['UBND xã Nà Tăm'] },
    ...{ deviceNames: ['Máy văn thư', 'Bộ định tuyến'], siteDevices: 2, back: 0, acknowledgedBy: null },
    ...changes,
  }
}

/** A name is the same in every language. */
export const alike = (text: string): Said => ({ vi: text, en: text })

export function incidentPage(changes: Partial<IncidentPageView> = {}): IncidentPageView {
  return {
    ...{ at: AT, incident: incident(), priority: 'page', version: 'v', reasons: [], acknowledgedAt: null },
    ...{ sites: [], happenings: [], root: null, children: [] },
    ...changes,
  }
}

export function area(id: string, name: string, devices: DeviceView[], depth = 0): AreaView {
  return { id: areaId(id), name, depth, sites: [{ id: siteId(`S-${id}`), name: `UBND ${name}`, devices }] }
}

export const nowView = (changes: Partial<NowView> = {}): NowView => ({
  warnings: [],
  at: AT,
  areas: [],
  incidents: [],
  resolved: [],
  ...changes,
})

/** Numbers that look random and are the same in every run. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31
    return Math.floor((state / 2 ** 31) * below)
  }
}

const COMMUNES = [
  'Nà Tăm',
  'Bản Bo',
  'Hua Bum',
  'Mù Cả',
  'Tà Tổng',
  'Pa Ủ',
  'Khun Há',
  'Sin Suối Hồ',
  'Dào San',
  'Nậm Sỏ',
]
const ROOMS = [
  'Văn thư',
  'Kế toán',
  'Địa chính',
  'Tư pháp',
  'Một cửa',
  'Chủ tịch',
  'Hội trường',
  'Công an',
  'Y tế',
  'Văn hoá',
]

/** A province of communes with `perSite` devices each, every reading different, one device in `oneDownIn` offline. */
export function province(sites: number, perSite: number, oneDownIn: number): AreaView[] {
  const random = randomFrom(7)
  const communes = Array.from({ length: sites }, (_, at) => {
    const name = `Xã ${COMMUNES[at % COMMUNES.length]}${at < COMMUNES.length ? '' : ` ${at}`}`
    const devices = Array.from({ length: perSite }, (_, n) => {
      const kind: DeviceKind = n === perSite - 1 ? 'speaker' : n === perSite - 2 ? 'router' : 'pc'
      const down = random(oneDownIn) === 0
      const id = `LC${at}-${kind}-${n}`
      const label =
        kind === 'pc' ? `${ROOMS[(n + at) % ROOMS.length]}` : kind === 'router' ? 'Định tuyến' : 'Cụm loa'
      return device(id, {
        name: `${label} ${random(90) + 10}`,
        kind,
        session: down ? 'offline' : random(10) === 0 ? 'goodbye' : random(30) === 0 ? 'suspect' : 'online',
        // Offices switch on between 06:54 and 07:34.
        since: AT - (400 + random(40)) * MINUTE_MS,
        readAt: AT - random(15 * 60_000),
        values: {
          cpu_percent: random(25) + random(250) / 10,
          memory_percent: 30 + random(500) / 10,
          disk_percent: 15 + random(800) / 10,
          rtt_ms: 20 + (at % 7) * 10 + random(9),
        },
      })
    })
    return area(`C${at}`, name, devices, 1)
  })
  return [{ id: areaId('P12'), name: 'Tỉnh Lai Châu', depth: 0, sites: [] }, ...communes]
}

/** Provinces P0, P1, … of communes with one site and two devices each; the first device of some is in another state. */
export function country(
  provinces: number,
  communes: number,
  states: Record<string, DeviceView['session']> = {},
): AreaView[] {
  return Array.from({ length: provinces }, (_, at) => {
    const id = `P${at}`
    const below = Array.from({ length: communes }, (_, n) => {
      const session = (n === 0 && states[id]) || 'online'
      return area(`${id}-${n}`, `Xã ${n}`, [device(`${id}-${n}-0`, { session }), device(`${id}-${n}-1`)], 1)
    })
    return [{ id: areaId(id), name: `Tỉnh ${at}`, depth: 0, sites: [] }, ...below]
  }).flat()
}

/** A day in steps of five minutes, with `missing` steps left out from the middle on. */
export function chart(changes: Partial<ChartView> = {}, missing = 0): ChartView {
  const random = randomFrom(3)
  const step = 5 * MINUTE_MS
  const from = AT - 24 * 60 * MINUTE_MS
  const points = Array.from({ length: 288 }, (_, n) => ({
    at: from + n * step,
    value: 30 + 25 * Math.sin(n / 40) + random(200) / 10,
  })).filter((_, n) => n < 144 || n >= 144 + missing)
  return { metric: 'cpu_percent', unit: '%', from, to: AT, points, ...changes }
}
