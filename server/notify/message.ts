import { DEVICE_KINDS, type DeviceId, type DeviceKind } from '#protocol/ids.ts'
import type { Language } from '../../web/view.ts'
import type { Incident, IncidentEvent, Priority } from '../incidents/incident.ts'
import type { World } from '../incidents/observation.ts'
import { beginning, clock, clockAndDate, date, duration } from './when.ts'

/** One message in one language: plain text, for a phone in a hand at night. */
export interface Message {
  subject: string
  body: string
}

const ICONS: Record<Priority, string> = { page: '🔴', ticket: '🟠', digest: '⚪' }

/** More names than these are counted instead. */
const NAMED_DEVICES = 3

const WORDS = {
  vi: {
    system: 'Giám sát',
    opened: 'Mất kết nối',
    widened: 'Mất thêm thiết bị',
    resolved: 'Đã khôi phục',
    share: (some: number, all: number) => `${some}/${all} thiết bị`,
    kinds: {
      pc: ['máy tính', 'máy tính'],
      router: ['bộ định tuyến', 'bộ định tuyến'],
      speaker: ['cụm loa', 'cụm loa'],
      other: ['thiết bị loại khác', 'thiết bị loại khác'],
    },
    undetermined: 'Nguyên nhân: chưa xác định.',
    more: (count: number) => `và ${count} thiết bị khác`,
    since: 'từ',
    about: 'khoảng',
    to: 'đến',
    at: 'lúc',
    down: 'Mất',
    atLeast: 'ít nhất',
    back: 'thiết bị đã kết nối lại',
    goodbye: 'đã tắt có báo trước',
    removed: 'không còn được giám sát',
    missing: 'chưa kết nối lại',
  },
  en: {
    system: 'Monitoring',
    opened: 'Down',
    widened: 'More devices down',
    resolved: 'Recovered',
    share: (some: number, all: number) => `${some} of ${all} devices`,
    kinds: {
      pc: ['PC', 'PCs'],
      router: ['router', 'routers'],
      speaker: ['speaker cluster', 'speaker clusters'],
      other: ['device of another kind', 'devices of another kind'],
    },
    undetermined: 'Cause: undetermined.',
    more: (count: number) => `and ${count} more`,
    since: 'since',
    about: 'about',
    to: 'to',
    at: 'at',
    down: 'Down',
    atLeast: 'at least',
    back: 'back',
    goodbye: 'switched off with a goodbye',
    removed: 'no longer watched',
    missing: 'not back yet',
  },
} as const satisfies Record<Language, unknown>

/** What a person is told of an event: what, where, how much, since when, why. */
export function writeMessage(event: IncidentEvent, world: World, language: Language): Message {
  return event.event === 'resolved'
    ? writeResolved(event.incident, world, language)
    : writeDown(event, world, language)
}

function writeDown(event: IncidentEvent, world: World, language: Language): Message {
  const { incident, t } = event
  const words = WORDS[language]
  const what = words[event.event]
  const lines = [
    `${ICONS[incident.priority]} ${what.toLocaleUpperCase(language)} · ${where(incident, world)}`,
    `${words.share(incident.devices.length, siteSize(incident, world))} (${countKinds(incident.devices, world, language)})`,
    capital(sinceWhen(incident, t, language)),
    words.undetermined,
  ]
  const names = namePart(incident, world, language)
  if (names !== null) lines.splice(2, 0, names)
  return {
    subject: `[${words.system}] ${what} ${incident.devices.length}/${siteSize(incident, world)}: ${where(incident, world)} ${words.since} ${shortStart(incident, language)} (${incident.id})`,
    body: lines.join('\n'),
  }
}

function writeResolved(incident: Incident, world: World, language: Language): Message {
  const words = WORDS[language]
  const end = incident.end ?? incident.start[1]
  const place = where(incident, world)
  const { length, range } = howLong(incident, end, language)
  return {
    subject: `[${words.system}] ${words.resolved}: ${place} ${words.at} ${clock(end)}, ${words.down.toLocaleLowerCase(language)} ${length} (${incident.id})`,
    body: [
      `✅ ${words.resolved.toLocaleUpperCase(language)} · ${place} ${words.at} ${clock(end)}.`,
      `${words.down} ${length} (${range}).`,
      `${returns(incident, language)}.`,
      words.undetermined,
    ].join(' '),
  }
}

/** One device by its name and its site's; more of them by the site's alone. */
function where(incident: Incident, world: World): string {
  const site = world.site(incident.site)?.name ?? incident.site
  const [only, ...more] = incident.devices
  return only === undefined || more.length > 0 ? site : `${nameOf(only, world)} (${site})`
}

const nameOf = (id: DeviceId, world: World): string => world.device(id)?.name ?? id

/** How many devices the site has, those counted that were removed since. */
function siteSize(incident: Incident, world: World): number {
  return Math.max(world.site(incident.site)?.devices.length ?? 0, incident.devices.length)
}

/** "5 máy tính, 1 bộ định tuyến" */
function countKinds(devices: readonly DeviceId[], world: World, language: Language): string {
  const count = (kind: DeviceKind) =>
    devices.filter((id) => (world.device(id)?.kind ?? 'other') === kind).length
  return DEVICE_KINDS.filter((kind) => count(kind) > 0)
    .map((kind) => `${count(kind)} ${WORDS[language].kinds[kind][count(kind) === 1 ? 0 : 1]}`)
    .join(', ')
}

/** The names, where neither the place nor "all of them" says who is meant. */
function namePart(incident: Incident, world: World, language: Language): string | null {
  if (incident.scope === 'site' || incident.devices.length < 2) return null
  const names = incident.devices.slice(0, NAMED_DEVICES).map((id) => nameOf(id, world))
  const rest = incident.devices.length - names.length
  return [names.join(', '), ...(rest > 0 ? [WORDS[language].more(rest)] : [])].join(' ')
}

/** "từ 14:02 ngày 21/6 (12 phút)", "từ khoảng 10:00–10:12 ngày 21/6 (ít nhất 5 phút)" */
function sinceWhen({ start }: Incident, t: number, language: Language): string {
  const words = WORDS[language]
  const begin = beginning(start)
  if (begin.exact) {
    return `${words.since} ${clockAndDate(begin.at, language)} (${duration(begin.at, t, language)})`
  }
  const [earliest, latest] = start
  const range = `${pointBeside(earliest, latest, language)}–${clockAndDate(latest, language)}`
  return `${words.since} ${words.about} ${range} (${words.atLeast} ${duration(latest, t, language)})`
}

/** "14:02", "khoảng 10:00–10:12" */
function shortStart({ start }: Incident, language: Language): string {
  const begin = beginning(start)
  if (begin.exact) return clock(begin.at)
  return `${WORDS[language].about} ${pointBeside(start[0], start[1], language)}–${clock(start[1])}`
}

/** Down for how long, and from when to when: "2 giờ 39 phút", "14:02–16:41". */
function howLong({ start }: Incident, end: number, language: Language): { length: string; range: string } {
  const words = WORDS[language]
  const begin = beginning(start)
  if (begin.exact) {
    const sameDay = date(begin.at, language) === date(end, language)
    return {
      length: duration(begin.at, end, language),
      range: sameDay
        ? `${clock(begin.at)}–${clock(end)}`
        : `${clockAndDate(begin.at, language)} – ${clockAndDate(end, language)}`,
    }
  }
  const [earliest, latest] = start
  const from = `${pointBeside(earliest, latest, language)}–${pointBeside(latest, end, language)}`
  return {
    length: `${words.atLeast} ${duration(latest, end, language)}`,
    range: `${words.since} ${words.about} ${from} ${words.to} ${clock(end)}`,
  }
}

/** The time, with its date only where that is another than the one beside it. */
function pointBeside(ms: number, beside: number, language: Language): string {
  return date(ms, language) === date(beside, language) ? clock(ms) : clockAndDate(ms, language)
}

/** "5/7 thiết bị đã kết nối lại, 1 đã tắt có báo trước, 1 chưa kết nối lại" */
function returns({ devices, returned }: Incident, language: Language): string {
  const words = WORDS[language]
  const count = (by: (typeof returned)[number]['by']) => returned.filter((one) => one.by === by).length
  const rest = [
    [count('goodbye'), words.goodbye],
    [count('removed'), words.removed],
    [devices.length - returned.length, words.missing],
  ] as const
  return [
    `${count('connected')}/${devices.length} ${words.back}`,
    ...rest.filter(([some]) => some > 0).map(([some, text]) => `${some} ${text}`),
  ].join(', ')
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
