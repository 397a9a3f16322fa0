import type { OutageKind } from './simulator/outage.ts'
import { DEFAULT_RATES, type Rates } from './simulator/rates.ts'
import { type Simulated, simulate } from './simulator/simulate.ts'
import type { TrueIncident } from './simulator/truth.ts'
import type { Story, Truth } from './story.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

/** A typhoon in most weeks, and a centre that does not fail: the show is about the province. */
const STORMY: Rates = {
  ...DEFAULT_RATES,
  weather: {
    ...DEFAULT_RATES.weather,
    typhoonsPerYear: 120,
    falseWarningsPerYear: 0,
    testWarningsPerYear: 0,
  },
  platform: { ...DEFAULT_RATES.platform, outagesPerYear: 0, longOutageSeconds: 0, lineBreaksPerYear: 0 },
}

/** Some days so that everything has a past when the storm comes, and time for it to pass. */
const DAYS = 6
const BEFORE_MS = 1.5 * DAY_MS
const PLAY_MS = DAY_MS
/** A week without a typhoon that fits is left for the next one. */
const MOST_TRIES = 40

/** The first blow falls in the middle of an office morning: Wednesday 14 October 2026, 08:40 in Vietnam. */
const FIRST_BLOW = Date.UTC(2026, 9, 14, 1, 40)
/** The centre judges nobody in the first 12 minutes after its start; then it is calm for a moment. */
const PRELUDE_MS = 20 * MINUTE_MS

/** A day of the simulated province with a typhoon, from shortly before its first blow. The same for the same seed. */
export function stormDay({ sites, seed }: { sites: number; seed: number }): Story {
  for (let attempt = 0; attempt < MOST_TRIES; attempt++) {
    const asked = { seed: seed * MOST_TRIES + attempt, sites, days: DAYS, rates: STORMY }
    const draft = simulate({ ...asked, start: 0 })
    const blow = firstBlow(draft)
    if (blow === null) continue
    // The weather does not ask for the date: the week is moved so that the storm comes when it shall.
    return storyOf(simulate({ ...asked, start: FIRST_BLOW - blow }))
  }
  throw new Error(`seed ${seed}: expected a typhoon within ${MOST_TRIES} weeks, got none; try another --seed`)
}

const isHeard = ({ duty }: TrueIncident): boolean => duty === 'alertable'

/** When a typhoon first takes something away that the centre must tell of, with enough time before and after; or null. */
function firstBlow({ truth }: Simulated): number | null {
  const typhoons = new Set(truth.storms.filter(({ kind }) => kind === 'typhoon').map(({ id }) => id))
  const blows = truth.incidents
    .filter((incident) => isHeard(incident) && incident.storm !== null && typhoons.has(incident.storm))
    .map(({ start }) => start)
    .filter((start) => start > truth.from + BEFORE_MS && start < truth.to - PLAY_MS)
  return blows.length === 0 ? null : Math.min(...blows)
}

function storyOf(simulated: Simulated): Story {
  const { world, truth } = simulated
  const startMs = (firstBlow(simulated) ?? FIRST_BLOW) - PRELUDE_MS
  const endMs = Math.min(truth.to, startMs + PLAY_MS)
  const lines = [...simulated.observations()].filter(({ t }) => t < endMs)
  const siteOf = new Map(
    world.flatMap((line) => (line.type === 'device' ? [[line.id, line.site] as const] : [])),
  )
  const told = truth.incidents
    .filter((incident) => isHeard(incident) && incident.start >= startMs && incident.start < endMs)
    .flatMap((incident) => tellingOf(incident, siteOf))
  const storms = truth.storms
    .filter(({ kind, start, end }) => kind === 'typhoon' && start < endMs && end > startMs)
    .flatMap(({ passages }) => passages)
    .filter(({ from }) => from >= startMs && from < endMs)
    .map(
      ({ commune, from }): Truth => ({
        t: from,
        vi: `Bão vào {${commune}}`,
        en: `The storm reaches {${commune}}`,
      }),
    )
  return { world, lines, startMs, endMs, truth: [...told, ...storms].sort((a, b) => a.t - b.t) }
}

const KINDS: Partial<Record<OutageKind, { vi: string; en: string }>> = {
  'feeder-cut': { vi: 'Mất điện', en: 'power cut' },
  'announced-cut': { vi: 'Cắt điện theo lịch', en: 'announced power cut' },
  overrun: { vi: 'Cắt điện quá giờ đã báo', en: 'power cut past its announced end' },
  'mains-trip': { vi: 'Nhảy cầu dao trụ sở', en: 'the office breaker tripped' },
  'uplink-cut': { vi: 'Đứt cáp', en: 'cable cut' },
  'uplink-blip': { vi: 'Chập chờn đường truyền', en: 'the line flickers' },
  aggregation: { vi: 'Hỏng thiết bị gom của nhà mạng', en: "operator's aggregation failed" },
  isp: { vi: 'Sự cố nhà mạng', en: 'operator outage' },
  'isp-maintenance': { vi: 'Nhà mạng bảo trì', en: 'operator maintenance' },
  microwave: { vi: 'Mất vi ba ra đảo', en: "the island's microwave link failed" },
  'cell-fault': { vi: 'Hỏng trạm phát sóng', en: 'base station failed' },
  'cell-fade': { vi: 'Sóng di động yếu', en: 'cell signal fades' },
  hang: { vi: 'Treo thiết bị', en: 'a device hangs' },
  dead: { vi: 'Hỏng thiết bị', en: 'a device died' },
  'sim-blocked': { vi: 'SIM bị khoá', en: 'SIM blocked' },
  antenna: { vi: 'Ăng-ten hỏng dần', en: 'a corroding antenna' },
}

/** How it begins and how it ends. */
function tellingOf(incident: TrueIncident, siteOf: ReadonlyMap<string, string>): Truth[] {
  const { kind, blackouts, commune, start, end } = incident
  const words = KINDS[kind]
  if (!words) return []
  const devices = [...new Set(blackouts.map(({ device }) => device))]
  const sites = new Set(devices.map((device) => siteOf.get(device)))
  const lone = devices.length === 1 ? devices[0] : sites.size === 1 ? [...sites][0] : null
  const where = lone ?? commune
  const [vi, en] = lone
    ? [`{${lone}}`, `{${lone}}`]
    : [
        `${sites.size} điểm${where ? ` ở {${where}}` : ''}`,
        `${sites.size} sites${where ? ` in {${where}}` : ''}`,
      ]
  return [
    {
      t: start,
      vi: `${words.vi}: ${vi}, ${devices.length} thiết bị`,
      en: `${words.en}: ${en}, ${devices.length} ${devices.length === 1 ? 'device' : 'devices'}`,
    },
    { t: end, vi: `Hết “${words.vi.toLowerCase()}”: ${vi}`, en: `over: ${words.en}, ${en}` },
  ]
}
