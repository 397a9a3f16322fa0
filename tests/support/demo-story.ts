/** Milliseconds of a minute of the story. */
const MINUTE_MS = 60_000

/** Wednesday 14 October 2026, 08:00 in Vietnam. */
const STORY_BEGINS = Date.UTC(2026, 9, 14, 1)

interface StoryDevice {
  id: string
  site: string
  kind: 'pc' | 'router' | 'speaker'
  keepalive: number
  battery: boolean
}

const SITES = ['S1', 'S2', 'S3', 'S4', 'S5']

/**
 * Five sites of one commune. After the twelve minutes in which a centre that has just started judges nobody the mains of the first one go: its router tells so
 * from its small UPS, the PCs and loudspeakers fall silent. The lines of `haidang replay`, as text.
 */
export function fiveSitesInAStorm(): string {
  const devices = SITES.flatMap((site): StoryDevice[] => [
    { id: `${site}-R1`, site, kind: 'router', keepalive: 60, battery: true },
    ...[1, 2, 3].map((at) => ({
      id: `${site}-P${at}`,
      site,
      kind: 'pc' as const,
      keepalive: 60,
      battery: false,
    })),
    ...[1, 2].map((at) => ({
      id: `${site}-L${at}`,
      site,
      kind: 'speaker' as const,
      keepalive: 60,
      battery: false,
    })),
  ])
  const cutMs = STORY_BEGINS + 13 * MINUTE_MS
  const struck = devices.filter(({ site }) => site === 'S1')
  const lines: object[] = [
    { type: 'area', id: 'P1', parent: null, name: 'Tỉnh thử' },
    { type: 'area', id: 'C1', parent: 'P1', name: 'C1' },
    ...SITES.map((id) => ({
      ...{ type: 'site', id, area: 'C1', terrain: 'coast' },
      uplinks: [{ id: `${id}/a`, isp: 'A', medium: 'fibre' }],
    })),
    ...devices.map(({ id, site, kind, ...rest }) => ({
      ...{ type: 'device', id, site, kind, ...rest, report: 600 },
      ...(kind === 'speaker' ? { uplink: null, sim: 'A' } : { uplink: `${site}/a`, sim: null }),
    })),
    ...devices.map(({ id }) => ({
      t: STORY_BEGINS,
      type: 'connected',
      device: id,
      boot: 3,
      previousEnd: null,
    })),
    { t: cutMs, type: 'truth', vi: 'Mất điện ở {S1}', en: 'power cut at {S1}' },
    { t: cutMs, type: 'power', device: 'S1-R1', source: 'battery' },
    ...struck
      .filter(({ battery }) => !battery)
      .map(({ id, keepalive }) => ({
        t: cutMs + keepalive * 1500,
        type: 'lost',
        device: id,
        why: 'keepalive',
      })),
  ]
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('')
}
