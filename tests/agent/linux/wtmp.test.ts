import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BOOT_TIME, DAMAGED, parseUtmp, RUN_LEVEL } from '../../../agent/linux/boot/utmp.ts'
import { endByWtmp, type WtmpCase } from '../../../agent/linux/boot/wtmp-end.ts'
import { programMissing } from '../../support/program.ts'

const WTMP = readFileSync(new URL('fixtures/debian12-amd64.wtmp', import.meta.url))
const SIZE = 384
const ALL = parseUtmp(WTMP)

/** What the file held when the given boot, counted from 1, had just written that it began. */
function asOfBoot(boot: number): WtmpCase {
  const places = ALL.flatMap(({ type }, place) => (type === BOOT_TIME ? [place] : []))
  const place = places[boot - 1]!
  return {
    ...{ records: ALL.slice(0, place + 1), current: [ALL[place]!] },
    present: { id: null, startedMs: ALL[place]!.atMs },
    ...{ keptAtOnce: true, clockRunsWhenOff: true },
  }
}

const at = (atMs: number | null | undefined): string | null =>
  typeof atMs === 'number' ? new Date(atMs).toISOString().slice(11, 19) : null

test.each<[number, string, string, boolean]>([
  [2, 'restart', '12:46:59', false],
  // It was switched off and on within three seconds: by these records alone that is a restart.
  [3, 'restart', '12:47:12', false],
  [4, 'power-loss', '12:47:14', true],
  [5, 'power-loss', '12:47:35', true],
  [7, 'restart', '12:47:56', false],
])('what systemd wrote, as of boot %i: %s at %s', (boot, end, time, sure) => {
  const word = endByWtmp(asOfBoot(boot))
  expect([word?.end, at(word?.atMs), word?.sure]).toEqual([end, time, sure])
})

test('a machine that was off for longer was shut down, and so was one whose clock stands still meanwhile', () => {
  const given = asOfBoot(3)
  const later = { ...given, present: { id: null, startedMs: given.present.startedMs + 3600_000 } }
  expect(endByWtmp(later)?.end).toBe('shutdown')
  expect(endByWtmp({ ...given, clockRunsWhenOff: false })?.end).toBe('shutdown')
})

test('the records of arm64 say the same in 400 bytes', () => {
  const wide = Buffer.concat(Array.from({ length: WTMP.length / SIZE }, (_, n) => widened(n)))
  expect(wide.length).toBe((WTMP.length / SIZE) * 400)
  expect(parseUtmp(wide)).toEqual(ALL)
})

function widened(place: number): Buffer {
  const narrow = WTMP.subarray(place * SIZE, (place + 1) * SIZE)
  const wide = Buffer.alloc(400)
  narrow.copy(wide, 0, 0, 336)
  wide.writeBigInt64LE(BigInt(narrow.readInt32LE(336)), 336)
  wide.writeBigInt64LE(BigInt(narrow.readUInt32LE(340)), 344)
  wide.writeBigInt64LE(BigInt(narrow.readUInt32LE(344)), 352)
  narrow.copy(wide, 360, 348, 364)
  return wide
}

const UTMPDUMP = '/usr/bin/utmpdump'

/** Real records from text, by util-linux. */
function written(lines: readonly string[]): Buffer {
  return spawnSync(UTMPDUMP, ['-r'], { input: `${lines.join('\n')}\n` }).stdout
}

const line = (type: number, pid: number, user: string, time: string): string =>
  `[${type}] [${String(pid).padStart(5, '0')}] [~~  ] [${user.padEnd(8)}] [~           ] [6.1.0               ] [0.0.0.0        ] [${time},000000+00:00]`

const BOOT = line(BOOT_TIME, 0, 'reboot', '2026-11-20T07:00:00')
const NEXT = line(BOOT_TIME, 0, 'reboot', '2026-11-21T07:00:00')
const level = (char: string, time = '2026-11-20T10:02:11'): string =>
  line(RUN_LEVEL, char.charCodeAt(0), 'runlevel', time)
const DOWN = line(RUN_LEVEL, 0, 'shutdown', '2026-11-20T10:02:15')

test
  .skipIf(programMissing('real records of boots', [UTMPDUMP], 'util-linux'))
  .each<[string, string[], string | null]>([
    ['init went to run level 6', [BOOT, level('2'), level('6'), DOWN, NEXT], 'restart'],
    ['init went to run level 0', [BOOT, level('2'), level('0'), DOWN, NEXT], 'shutdown'],
    ['run level 5 all day and no word of an end', [BOOT, level('5'), NEXT], 'power-loss'],
    ['a shutdown a day before', [BOOT, level('5'), DOWN, NEXT], 'shutdown'],
    ['rotated away: nothing before this boot', [NEXT], null],
    ['rotated away: only the shutdown is left', [DOWN, NEXT], 'shutdown'],
    ['rotated in the middle, and no shutdown', [level('5'), NEXT], null],
    ['no boot at all', [level('5')], null],
  ])('init and others: %s', (_what, lines, end) => {
  const records = parseUtmp(written(lines))
  expect(records).toHaveLength(lines.length)
  const startedMs = Date.parse('2026-11-21T07:00:00Z')
  const word = endByWtmp({
    ...{ records, current: [], present: { id: null, startedMs } },
    ...{ keptAtOnce: true, clockRunsWhenOff: true },
  })
  expect(word?.end ?? null).toBe(end)
})

test('records of another boot say nothing, whatever the clock shows', () => {
  const given = asOfBoot(4)
  expect(
    endByWtmp({ ...given, current: [{ ...given.current[0]!, atMs: 5 }] }),
    'other in /run/utmp',
  ).toBeNull()
  const dayLater = { id: null, startedMs: given.present.startedMs + 24 * 3600_000 }
  expect(endByWtmp({ ...given, current: [], present: dayLater }), 'no /run/utmp, a day off').toBeNull()
  // A board that began at the time saved last, and was told the true one since: /run/utmp has the same false time.
  expect(endByWtmp({ ...given, present: dayLater })?.end).toBe('power-loss')
})

test('a board that began in 1970 tells an end without a time', () => {
  const records = asOfBoot(4).records.map((record) => ({ ...record, atMs: record.atMs % 86_400_000 }))
  const word = endByWtmp({ ...asOfBoot(4), records, current: [records.at(-1)!] })
  expect(word).toMatchObject({ end: 'power-loss', atMs: null })
})

test('where the log lies in memory a shutdown that lacks proves nothing, one that is there does', () => {
  expect(endByWtmp({ ...asOfBoot(4), keptAtOnce: false })).toBeNull()
  expect(endByWtmp({ ...asOfBoot(2), keptAtOnce: false })?.end).toBe('restart')
})

test('a record torn by the power cut is no shutdown, and nothing is concluded over it', () => {
  const torn = Buffer.concat([
    WTMP.subarray(0, 15 * SIZE),
    Buffer.alloc(SIZE, 0xab),
    WTMP.subarray(16 * SIZE),
  ])
  expect(parseUtmp(torn)[15]!.type).toBe(DAMAGED)
  expect(endByWtmp({ ...asOfBoot(4), records: parseUtmp(torn).slice(0, 17) })).toBeNull()
  expect(parseUtmp(WTMP.subarray(0, 1000)).map(({ type }) => type)).toEqual([2, 1, DAMAGED])
  // ext4 may leave zeros where the last record was to be.
  expect(parseUtmp(Buffer.alloc(SIZE)).map(({ type }) => type)).toEqual([0])
})

test('whatever bytes the file holds: records, or one clear sentence', () => {
  expect(() => parseUtmp(Buffer.alloc(5000, 0xff))).toThrow(
    'wtmp: expected records of 384 or 400 bytes, got 5000 bytes that are none',
  )
  expect(parseUtmp(Buffer.alloc(0))).toEqual([])
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 3000 }), (bytes) => {
      try {
        for (const { atMs } of parseUtmp(Buffer.from(bytes))) expect(Number.isSafeInteger(atMs)).toBe(true)
      } catch (error) {
        expect((error as Error).message).toMatch(/^wtmp: expected records/)
      }
    }),
  )
})
