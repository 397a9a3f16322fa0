const START = Date.UTC(2026, 5, 22, 0)
const MINUTE = 60_000
const PCS = ['S1-P1', 'S1-P2', 'S1-P3', 'S1-P4', 'S1-P5', 'S1-P6']
const SPEAKERS = ['S1-L1', 'S1-L2', 'S1-L3']
const ALL = [...PCS, 'S1-R1', ...SPEAKERS]

/** Lines of a Monday at one site: all come in the morning, at 10:00 the mains go for 40 minutes, speakers too. */
export function siteOutage(): string[] {
  const out = START + 180 * MINUTE
  const back = out + 40 * MINUTE
  const lines: object[] = [
    { type: 'area', id: 'C1', parent: null, name: 'Xã Nà Tăm' },
    {
      ...{ type: 'site', id: 'S1', area: 'C1', name: 'UBND xã Nà Tăm', terrain: 'mountain' },
      uplinks: [{ id: 'S1/a', isp: 'A', medium: 'fibre' }],
    },
    ...ALL.map((id) => deviceLine(id)),
    {
      ...{ type: 'calendar', workdays: [1, 2, 3, 4, 5], open: '07:30', close: '17:00' },
      ...{ holidays: [], utcOffsetMinutes: 420 },
    },
    ...ALL.map((device, at) => ({
      ...{ t: START + at * 1000, type: 'connected', device, boot: 1, previousEnd: null },
    })),
    ...ALL.map((device, at) => ({ t: out + 60_000 + at * 1000, type: 'lost', device, why: 'keepalive' })),
    ...ALL.flatMap((device, at) => returnOf(device, out, back + at * 1000)),
    // Long enough for it to be over, and for the last word on it.
    { t: back + 120 * MINUTE, type: 'platform', healthy: true },
  ]
  const last = { t: back + 121 * MINUTE, type: 'lost', device: 'S1-R1', why: 'socket' }
  return [...lines, last].map((line) => JSON.stringify(line))
}

function deviceLine(id: string): object {
  const speaker = SPEAKERS.includes(id)
  return {
    ...{ type: 'device', id, site: 'S1', kind: speaker ? 'speaker' : PCS.includes(id) ? 'pc' : 'router' },
    ...{ uplink: speaker ? null : 'S1/a', sim: speaker ? 'B' : null, battery: false },
    ...{ keepalive: speaker ? 120 : 60, report: 600 },
  }
}

function returnOf(device: string, out: number, t: number): object[] {
  const lived = { boot: 1, from: 0, to: Math.round((out - START) / 1000), clock: START, end: 'power-loss' }
  return [
    { t, type: 'connected', device, boot: 2, previousEnd: 'power-loss' },
    { t, type: 'report', device, boot: 2, seq: 2, uptime: 30, at: t, rttMs: 40, history: [lived] },
  ]
}
