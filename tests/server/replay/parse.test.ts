import { expect, test } from 'vitest'
import { parseLine } from '../../../server/replay/parse.ts'

const parse = (line: object | string) =>
  parseLine(typeof line === 'string' ? line : JSON.stringify(line), (device) => (device === 'D1' ? 120 : 60))

const T = 1_782_000_000_000

test.each([
  [
    { type: 'area', id: 'C01', parent: 'P1', name: 'Xã Nà Tăm', population: 4000 },
    { type: 'area', id: 'C01', parent: 'P1', name: 'Xã Nà Tăm' },
  ],
  [
    {
      ...{ type: 'site', id: 'S007', area: 'C01', terrain: 'mountain' },
      uplinks: [{ id: 'S007/a', isp: 'A', medium: 'fibre', since: 2019 }],
    },
    {
      ...{ type: 'site', id: 'S007', area: 'C01', name: 'S007', terrain: 'mountain' },
      uplinks: [{ id: 'S007/a', site: 'S007', isp: 'A', medium: 'fibre' }],
    },
  ],
  [
    {
      ...{ type: 'device', id: 'D1', site: 'S007', kind: 'speaker', uplink: null, sim: 'A', battery: true },
      ...{ keepalive: 120, report: 600 },
    },
    {
      type: 'device',
      device: {
        ...{ id: 'D1', site: 'S007', kind: 'speaker', name: 'D1' },
        ...{ uplink: null, sim: 'A', battery: true, prober: null },
      },
      keepaliveSeconds: 120,
    },
  ],
  [
    {
      ...{ type: 'calendar', workdays: [1, 2, 3, 4, 5], open: '07:30', close: '17:00' },
      ...{ holidays: ['2026-01-01'], utcOffsetMinutes: 420 },
    },
    {
      type: 'calendar',
      calendar: {
        ...{ workdays: [1, 2, 3, 4, 5], openMinutes: 450, closeMinutes: 1020 },
        ...{ holidays: ['2026-01-01'], utcOffsetMinutes: 420 },
      },
    },
  ],
  [
    { t: T, type: 'connected', device: 'D1', boot: 7, previousEnd: 'power-loss' },
    { t: T, type: 'connected', device: 'D1', boot: 7, previousEnd: 'power-loss', keepaliveSeconds: 120 },
  ],
  [
    { t: T, type: 'goodbye', device: 'D1', reason: 'shutdown' },
    { t: T, type: 'goodbye', device: 'D1', reason: 'shutdown' },
  ],
  [
    { t: T, type: 'lost', device: 'D1', why: 'keepalive' },
    { t: T, type: 'lost', device: 'D1', why: 'keepalive' },
  ],
  [
    {
      ...{ t: T, type: 'report', device: 'D1', boot: 7, seq: 12, uptime: 36, at: T - 94_608_000_000 },
      ...{ rttMs: 40, history: [{ boot: 6, from: 0, to: 5400, clock: null, end: 'power-loss' }] },
    },
    {
      ...{ t: T, type: 'report', device: 'D1', now: { boot: 7, uptimeSeconds: 36 } },
      ...{ clockMs: T - 94_608_000_000 },
      history: [{ boot: 6, fromSeconds: 0, toSeconds: 5400, clockMs: null, end: 'power-loss' }],
    },
  ],
  [
    { t: T, type: 'power', device: 'D1', source: 'battery' },
    { t: T, type: 'power', device: 'D1', source: 'battery' },
  ],
  [
    { t: T, type: 'cell', device: 'D1', cell: '452-01-77' },
    { t: T, type: 'cell', device: 'D1', cell: '452-01-77' },
  ],
  [
    { t: T, type: 'platform', healthy: false },
    { t: T, type: 'platform', event: 'unhealthy' },
  ],
  [
    { t: T, type: 'platform', healthy: true },
    { t: T, type: 'platform', event: 'healthy' },
  ],
  [
    {
      ...{ t: T, type: 'warning', id: 'W1', action: 'alert', status: 'actual', severity: 'severe' },
      ...{ areas: ['C01'], onset: T, expires: T + 1 },
    },
    {
      ...{ t: T, type: 'warning', id: 'W1', action: 'alert', status: 'actual', severity: 'severe' },
      ...{ areas: ['C01'], onset: T, expires: T + 1 },
    },
  ],
  [
    { t: T, type: 'planned', id: 'M1', cause: 'power', sites: ['S007'], from: T, to: T + 1 },
    { t: T, type: 'planned', id: 'M1', cause: 'power', sites: ['S007'], from: T, to: T + 1 },
  ],
])('reads %j', (line, expected) => {
  expect(parse(line)).toEqual(expected)
})

const REPORT = {
  t: T,
  type: 'report',
  device: 'D1',
  boot: 7,
  seq: 1,
  uptime: 36,
  at: T,
  rttMs: 40,
  history: [],
}
const SPAN = { boot: 6, from: 0, to: 5400, clock: null, end: null }
const CALENDAR = {
  ...{ type: 'calendar', workdays: [1], open: '07:30', close: '17:00', holidays: [], utcOffsetMinutes: 420 },
}

test.each([
  ['{"t":1,', /^expected a JSON object, got "\{\\"t\\":1,": .*JSON/],
  ['{"t":1}\u001b[2J\u009b2J', /^expected a JSON object, got \P{Cc}+$/u],
  ['[1]', /^line: expected an object, got \[1\]$/],
  [{ t: T, type: 'reboot' }, /^type: expected one of area, site, .*planned, got "reboot"$/],
  [{ type: 'lost', device: 'D1', why: 'socket' }, /^t: expected whole milliseconds since 1970, got nothing$/],
  [{ t: '5', type: 'lost', device: 'D1', why: 'socket' }, /^t: expected whole milliseconds .*, got "5"$/],
  [{ t: 1.5, type: 'lost', device: 'D1', why: 'socket' }, /^t: .*got 1.5$/],
  [{ t: -1, type: 'lost', device: 'D1', why: 'socket' }, /^t: .*got -1$/],
  [
    { t: T, type: 'lost', device: 7, why: 'socket' },
    /^device: expected a text of 1 to 200 characters, not __proto__, got 7$/,
  ],
  [
    { t: T, type: 'lost', device: 'D1', why: 'tired' },
    /^why: expected one of "keepalive", "socket", got "tired"$/,
  ],
  [{ t: T, type: 'connected', device: 'D1', boot: -1 }, /^boot: expected a whole number from 0, got -1$/],
  [{ ...REPORT, uptime: undefined }, /^uptime: expected seconds from 0, got nothing$/],
  [{ ...REPORT, at: 'noon' }, /^at: expected whole milliseconds since 1970 or null, got "noon"$/],
  [{ ...REPORT, history: {} }, /^history: expected a list, got \{\}$/],
  [{ ...REPORT, history: [SPAN, 3] }, /^history\[1\]: expected an object, got 3$/],
  [
    { ...REPORT, history: [SPAN, { ...SPAN, to: -9 }] },
    /^history\[1\]\.to: expected seconds from 0, got -9$/,
  ],
  [
    { ...REPORT, history: [{ ...SPAN, from: 9000 }] },
    /^history\[0\]\.to: expected at or after from, 9000, got 5400$/,
  ],
  [
    { ...REPORT, history: [{ ...SPAN, end: 'fire' }] },
    /^history\[0\]\.end: expected one of "unknown", .*, got "fire"$/,
  ],
  [{ t: T, type: 'platform', healthy: 'yes' }, /^healthy: expected true or false, got "yes"$/],
  [
    { t: T, type: 'planned', id: 'M1', cause: 'power', sites: 'S1', from: T, to: T },
    /^sites: expected a list of texts/,
  ],
  [
    { t: T, type: 'planned', id: 'M1', cause: 'power', sites: ['S1', 2], from: T, to: T },
    /^sites\[1\]: .*got 2$/,
  ],
  [
    { type: 'site', id: 'S1', area: 'C1', uplinks: [{ id: 'a', isp: 'A', medium: 'string' }] },
    /^uplinks\[0\]\.medium: /,
  ],
  [
    { type: 'device', id: 'D1', site: 'S1', kind: 'fridge' },
    /^kind: expected one of "pc", .*, got "fridge"$/,
  ],
  [{ ...CALENDAR, workdays: [1, 8] }, /^workdays\[1\]: expected a day from 1, Monday, to 7, got 8$/],
  [{ ...CALENDAR, open: '7h30' }, /^open: expected a time of day such as "07:30", got "7h30"$/],
  [{ ...CALENDAR, close: '07:00' }, /^close: expected after open, 07:30, got "07:00"$/],
  [{ ...CALENDAR, holidays: ['2026-02-30'] }, /^holidays\[0\]: expected a day such as .*, got "2026-02-30"$/],
  [{ ...CALENDAR, utcOffsetMinutes: 9000 }, /^utcOffsetMinutes: expected whole minutes .*, got 9000$/],
])('refuses %j', (line, expected) => {
  expect(() => parse(line)).toThrow(expected)
})
