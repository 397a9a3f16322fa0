import { seeded } from '../../../samples/seeded.ts'
import type { Province } from './province.ts'

/**
 * A story says what truly happens to devices; its lines are what a centre would hear of that, as the replay contract
 * writes it. Wills come late by a part of the keepalive, power events by seconds, reconnections by a jitter.
 */

export const SECOND = 1000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

const VIETNAM_MS = 7 * HOUR

/** "10:02:30" on Tuesday, 23 June 2026 in Vietnam; "+1 07:30:00" on the day after. */
export function at(clock: string): number {
  const read = /^(?:\+(\d+) )?(\d\d):(\d\d)(?::(\d\d))?$/.exec(clock)
  if (!read) throw new Error(`clock: expected "+1 10:02:30", got "${clock}"`)
  const [, days = '0', hours, minutes, seconds = '0'] = read
  return Date.UTC(2026, 5, 23 + Number(days), Number(hours), Number(minutes), Number(seconds)) - VIETNAM_MS
}

/** "+1 07:30:00": how `at` would write it. */
export function clockOf(ms: number): string {
  const days = Math.floor((ms - at('00:00')) / DAY)
  return `${days === 0 ? '' : `+${days} `}${new Date(ms + VIETNAM_MS).toISOString().slice(11, 19)}`
}

/** How late things are told: always as late as can be, or by a seed anywhere within what can be. */
export type Chance = 'worst' | number

/** Every scenario runs under each of these. */
export const CHANCES: readonly Chance[] = ['worst', 1, 2, 3, 4, 5]

/** A boot's end. Who is cut off finds out at the next start; the others say goodbye before. */
export type End = 'power-loss' | 'unknown' | 'shutdown' | 'restart' | 'sleep' | 'service-stop'

interface Boot {
  number: number
  from: number
  to: number
  end: End | null
  /** The operating system lived long enough to close the connection, but nobody said goodbye. */
  socket: boolean
}

type Span = [from: number, to: number]

interface Life {
  boots: Boot[]
  /** When its line carries nothing. */
  cuts: Span[]
  power: { at: number; source: 'battery' | 'mains' }[]
  /** What its clock is ahead of the true time by; null: it has none, and no boot learns the time. */
  clockAheadMs: number | null
  /** It tells of its past only so long after it is back. */
  historyLateMs: number
}

export interface Line {
  t: number
  type: string
  device?: string
  [field: string]: unknown
}

const EVER = Number.POSITIVE_INFINITY

/** The longest that a power event travels, a rebooted machine takes to connect, and a mended line to be noticed. */
const POWER_EVENT_MS = 10 * SECOND
const BOOT_CONNECT_MS: Span = [20 * SECOND, 50 * SECOND]
const LINE_CONNECT_MS: Span = [1 * SECOND, 20 * SECOND]
/** How long a fleet takes to come back to a centre that was away. */
const CENTRE_CONNECT_MS: Span = [1 * SECOND, 3 * MINUTE]
const FIRST_REPORT_MS = 2 * SECOND

export function story({ lines: world, devices, cells }: Province, chance: Chance, begins = at('06:00')) {
  const random = seeded(chance === 'worst' ? 0 : chance)
  /** Of what people do, which has no worst case. */
  const habit = seeded(99)
  const within = ([least, most]: Span): number =>
    Math.round(chance === 'worst' ? most : least + random() * (most - least))

  const lives = new Map<string, Life>()
  for (const id of devices.keys()) {
    const boot: Boot = { number: 7, from: begins - DAY, to: EVER, end: null, socket: false }
    lives.set(id, { boots: [boot], cuts: [], power: [], clockAheadMs: 0, historyLateMs: 0 })
  }
  const away: Span[] = []
  const said: Line[] = []
  const dropped: ((line: Line) => boolean)[] = []

  const life = (id: string): Life => {
    const found = lives.get(id)
    if (!found) throw new Error(`story: expected a device of the province, got ${id}`)
    return found
  }
  const each = (ids: string | readonly string[], work: (life: Life, id: string) => void): void => {
    for (const id of typeof ids === 'string' ? [ids] : ids) work(life(id), id)
  }

  const told = {
    begins,
    within,
    /** Anywhere in the span, the same under every chance. */
    between: ([least, most]: Span): number => Math.round(least + habit() * (most - least)),

    /** The line of these carries nothing; they live on. */
    cut(ids: string | readonly string[], from: number, to = EVER): void {
      each(ids, ({ cuts }) => void cuts.push([from, to]))
    },
    /** The boot ends; with `socket` the connection is closed at once although nobody says goodbye. */
    die(ids: string | readonly string[], t: number, end: End = 'power-loss', socket = false): void {
      each(ids, ({ boots }, id) => {
        const boot = boots.at(-1)!
        if (boot.to !== EVER) throw new Error(`story: expected ${id} alive at ${clockOf(t)}, got a dead one`)
        Object.assign(boot, { to: t, end, socket })
      })
    },
    /** A dead one starts again. */
    boot(ids: string | readonly string[], t: number): void {
      each(ids, ({ boots }, id) => {
        const before = boots.at(-1)!
        if (before.to > t) throw new Error(`story: expected ${id} dead at ${clockOf(t)}, got a live one`)
        boots.push({ number: before.number + 1, from: t, to: EVER, end: null, socket: false })
      })
    },
    /** Without mains from one moment to the other. */
    powerCut(ids: string | readonly string[], from: number, to: number): void {
      this.die(ids, from, 'power-loss')
      this.boot(ids, to)
    },
    /** These have batteries and say what they run on. */
    onBattery(ids: string | readonly string[], from: number, to: number): void {
      each(ids, ({ power }) => void power.push({ at: from, source: 'battery' }, { at: to, source: 'mains' }))
    },
    centreAway(from: number, to: number): void {
      away.push([from, to])
      said.push({ t: from, type: 'platform', healthy: false }, { t: to, type: 'platform', healthy: true })
    },
    clock(id: string, aheadMs: number | null): void {
      life(id).clockAheadMs = aheadMs
    },
    historyLate(id: string, ms: number): void {
      life(id).historyLateMs = ms
    },
    /** A line as it is. */
    say(line: Line): void {
      said.push(line)
    },
    /** Negative controls: what is never told. */
    drop(unwanted: (line: Line) => boolean): void {
      dropped.push(unwanted)
    },

    /** Everything that is heard until then, world first; the last line says that the centre is well. */
    lines(until: number): string[] {
      const heard: Line[] = [...said, { t: until, type: 'platform', healthy: true }]
      for (const id of lives.keys()) heard.push(...heardOf(id, life(id), until))
      const kept = heard.filter((line) => line.t <= until && !dropped.some((unwanted) => unwanted(line)))
      kept.sort((one, other) => one.t - other.t)
      return [...world, ...kept].map((line) => JSON.stringify(line))
    },
  }

  /** When a device could talk to the centre, and what began and ended that. */
  function chances({ boots, cuts }: Life): { boot: Boot; span: Span; first: boolean; after: Span | null }[] {
    return boots.flatMap((boot) => {
      let spans: { span: Span; after: Span | null }[] = [
        { span: [Math.max(boot.from, begins), boot.to], after: boot.from < begins ? null : BOOT_CONNECT_MS },
      ]
      for (const [hole, connect] of [
        ...cuts.map((cut) => [cut, LINE_CONNECT_MS] as const),
        ...away.map((gap) => [gap, CENTRE_CONNECT_MS] as const),
      ]) {
        spans = spans.flatMap(({ span, after }) => {
          const [from, to] = span
          const parts: { span: Span; after: Span | null }[] = []
          if (hole[0] > from) parts.push({ span: [from, Math.min(to, hole[0])], after })
          if (hole[1] < to)
            parts.push({ span: [Math.max(from, hole[1]), to], after: hole[1] > from ? connect : after })
          return hole[0] >= to || hole[1] <= from ? [{ span, after }] : parts
        })
      }
      return spans
        .sort((one, other) => one.span[0] - other.span[0])
        .map(({ span, after }, number) => ({ boot, span, first: number === 0, after }))
    })
  }

  function heardOf(id: string, own: Life, until: number): Line[] {
    const { keepalive, report } = devices.get(id)!
    const heard: Line[] = []
    const wall = (t: number): number | null => (own.clockAheadMs === null ? null : t + own.clockAheadMs)
    const sessions = chances(own).flatMap(({ boot, span, after }) => {
      const from = span[0] + (after ? within(after) : 0)
      return from < span[1] ? [{ boot, from, to: span[1] }] : []
    })
    let sequence = 0
    let reportedAt = begins
    let saidBoot = 7
    for (const [number, { boot, from, to }] of sessions.entries()) {
      const before = own.boots[own.boots.indexOf(boot) - 1]
      const isNew = boot.number !== saidBoot
      saidBoot = boot.number
      heard.push({
        ...{ t: from, type: 'connected', device: id, boot: boot.number },
        previousEnd: isNew ? (before?.end ?? null) : null,
      })
      // Two clocks: the moment on the centre's and the age of the boot.
      const tell = (t: number, history: object[]): void => {
        const uptime = Math.floor((t - boot.from) / SECOND)
        const stamps = {
          boot: boot.number,
          seq: ++sequence,
          uptime,
          at: wall(t) ?? boot.from - 20 * 365 * DAY,
        }
        heard.push({ t, type: 'report', device: id, ...stamps, rttMs: 40, history })
      }
      const history = number === 0 ? [] : historyOf(own, reportedAt, from, wall)
      const first = from + FIRST_REPORT_MS
      if (first < to && own.historyLateMs === 0) tell(first, history)
      else if (first < to) {
        tell(first, [])
        if (first + own.historyLateMs < to) tell(first + own.historyLateMs, history)
      }
      if (first < to)
        reportedAt = first + Math.floor((Math.min(to, until) - first) / (report * SECOND)) * report * SECOND

      if (number === 0 && cells.has(id)) {
        heard.push({ t: from + 3 * SECOND, type: 'cell', device: id, cell: cells.get(id)! })
      }
      const missed = own.power.filter(
        ({ at: turned }) => turned < from && turned >= (sessions[number - 1]?.to ?? from),
      )
      for (const { at: turned, source } of own.power) {
        const t = turned + within([SECOND, POWER_EVENT_MS])
        if (turned >= from && t < to) heard.push({ t, type: 'power', device: id, source })
      }
      // What it runs on has changed behind the centre's back.
      const latest = missed.at(-1)
      if (latest) heard.push({ t: first, type: 'power', device: id, source: latest.source })
      heard.push(...endOf(id, boot, to, keepalive, sessions[number + 1]?.from ?? EVER))
    }
    return heard
  }

  /** What the centre hears of a session's end, if anything. */
  function endOf(id: string, boot: Boot, to: number, keepalive: number, next: number): Line[] {
    if (to === EVER || away.some(([from]) => from === to)) return []
    const diedNow = boot.to === to
    if (diedNow && boot.end !== 'power-loss' && boot.end !== 'unknown') {
      return [{ t: to, type: 'goodbye', device: id, reason: boot.end }]
    }
    const closed = diedNow && boot.socket
    const t = to + (closed ? 0 : within([0.5 * keepalive * SECOND, 1.5 * keepalive * SECOND]))
    // Taken over by the next connection, or the centre is away when the will falls due.
    const unheard = next <= t || away.some(([from, until]) => t >= from && t < until)
    return unheard ? [] : [{ t, type: 'lost', device: id, why: closed ? 'socket' : 'keepalive' }]
  }

  return told
}

export type Story = ReturnType<typeof story>

/** A device notes once a minute that it lives; a boot that was cut off is known up to there. */
const NOTED_SECONDS = 60

/** One entry a boot that lived between the last report and the return. */
function historyOf(
  { boots }: Life,
  since: number,
  now: number,
  wall: (t: number) => number | null,
): object[] {
  return boots.flatMap((boot) => {
    if (boot.to <= since || boot.from >= now) return []
    const from = Math.max(0, Math.floor((since - boot.from) / SECOND))
    const aged = Math.floor((Math.min(boot.to, now) - boot.from) / SECOND)
    const cutOff = boot.end === 'power-loss' || boot.end === 'unknown'
    const to = boot.to < now && cutOff ? Math.max(from, aged - (aged % NOTED_SECONDS)) : aged
    const clock = wall(boot.from + from * SECOND)
    return [{ boot: boot.number, from, to, clock, end: boot.to < now ? boot.end : null }]
  })
}
