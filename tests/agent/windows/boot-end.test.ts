import { expect, test } from 'vitest'
import { bootEndOf, endingsOf } from '../../../agent/windows/boot-end.ts'
import { readEvent, readEvents } from '../../../agent/windows/events.ts'
import { type Entry, eventXml, windowsEvents } from './event.ts'

const { asked, going, logStops, stopped, sleeps, wakes, woke, standsBy, isBack } = windowsEvents
const { started, bootType, lastGood, dirty, logStarts, unexpected } = windowsEvents

const on = (day: number, time: string): string => `2026-11-${day}T${time}`

/** A boot some days before, with which every log begins. */
const EARLIER = [
  started(on(10, '00:31:02')),
  bootType(on(10, '00:31:02'), 0),
  lastGood(on(10, '00:31:02'), true),
  logStarts(on(10, '00:31:14')),
]
const coldStart = (day: number, minute: string): Entry[] => [
  started(on(day, `${minute}:02`)),
  lastGood(on(day, `${minute}:02`), true),
  bootType(on(day, `${minute}:02`), 0),
  logStarts(on(day, `${minute}:14`)),
]
const dirtyStart = (day: number, minute: string, alive: string, data = {}): Entry[] => [
  unexpected(on(day, `${minute}:14`), alive),
  started(on(day, `${minute}:02`)),
  bootType(on(day, `${minute}:02`), 0),
  lastGood(on(day, `${minute}:02`), false),
  dirty(on(day, `${minute}:05`), data),
  logStarts(on(day, `${minute}:14`)),
]
const fastStart = (day: number, minute: string, slept: string): Entry[] => [
  wakes(on(day, `${minute}:41`)),
  bootType(on(day, `${minute}:40`), '0x1'),
  woke(on(day, `${minute}:44`), slept),
]

const read = (entries: readonly Entry[]) =>
  // The newest first, as Get-WinEvent gives them.
  readEvents(entries.map((entry, place) => eventXml(entry, 700 + place)).reverse())

test.each<[string, Entry[], string, { sameKernel?: boolean }?]>([
  [
    'shut down by a person',
    [
      ...[asked(on(18, '10:02:11')), going(on(18, '10:02:15'), 6), logStops(on(18, '10:02:16'))],
      ...[stopped(on(18, '10:02:20')), ...coldStart(19, '00:28')],
    ],
    'shutdown 2026-11-18T10:02:11Z event 1074',
  ],
  [
    'switched off by its power button, shortly pressed: nobody asked User32',
    [going(on(18, '10:02:15'), 4), logStops(on(18, '10:02:16')), ...coldStart(19, '00:28')],
    'shutdown 2026-11-18T10:02:15Z event 109',
  ],
  [
    'restarted by an update at night',
    [
      ...[asked(on(18, '20:02:11'), '0x80020010'), going(on(18, '20:02:15'), 5), stopped(on(18, '20:02:20'))],
      ...coldStart(18, '20:25'),
    ],
    'restart 2026-11-18T20:02:11Z event 1074',
  ],
  [
    'no record of which: on again at once',
    [asked(on(18, '10:02:11')), logStops(on(18, '10:02:16')), ...coldStart(18, '10:03')],
    'restart 2026-11-18T10:02:11Z event 1074, 46 s later on again',
  ],
  [
    'no record of which: on again the next morning',
    [logStops(on(18, '10:02:16')), ...coldStart(19, '00:28')],
    'shutdown 2026-11-18T10:02:16Z event 6006, 51946 s later on again',
  ],
  [
    'a clock that was set back in between proves nothing',
    [logStops(on(18, '10:02:16')), ...coldStart(17, '00:28')],
    'unknown 2026-11-18T10:02:16Z event 6006, the clock was set',
  ],
  [
    'shut down with Fast Startup: the kernel only slept',
    [
      ...[asked(on(18, '10:02:11')), sleeps(on(18, '10:02:15'))],
      ...fastStart(19, '00:28', on(18, '10:02:14')),
    ],
    'shutdown 2026-11-18T10:02:11Z event 1074, fast startup',
    { sameKernel: true },
  ],
  [
    'Fast Startup on a Windows 11 that writes no boot type',
    [asked(on(18, '10:02:11')), sleeps(on(18, '10:02:15')), wakes(on(19, '00:28:41'))],
    'shutdown 2026-11-18T10:02:11Z event 1074, fast startup',
    { sameKernel: true },
  ],
  [
    'Fast Startup whose asking is gone from the log',
    [sleeps(on(18, '10:02:15')), ...fastStart(19, '00:28', on(18, '10:02:14'))],
    'shutdown 2026-11-18T10:02:15Z event 27, fast startup',
    { sameKernel: true },
  ],
  [
    'Fast Startup, then a nap at noon: the nap is no end of a boot',
    [
      ...[asked(on(18, '10:02:11')), sleeps(on(18, '10:02:15'))],
      ...fastStart(19, '00:28', on(18, '10:02:14')),
      ...[
        sleeps(on(19, '05:00:10')),
        wakes(on(19, '05:41:00')),
        woke(on(19, '05:41:02'), on(19, '05:00:09')),
      ],
    ],
    'shutdown 2026-11-18T10:02:11Z event 1074, fast startup',
    { sameKernel: true },
  ],
  [
    'shut down with Fast Startup, and then pulled out of the wall for so long that it had to start anew',
    [
      ...[asked(on(18, '10:02:11')), sleeps(on(18, '10:02:15'))],
      ...dirtyStart(19, '00:28', on(18, '10:02:14')),
    ],
    'shutdown 2026-11-18T10:02:11Z event 42, did not wake',
  ],
  ['a power cut', dirtyStart(19, '06:14', on(19, '06:11:28')), 'power-loss 2026-11-19T06:11:28Z event 41'],
  [
    'a power cut that only the event log noticed',
    [unexpected(on(19, '06:14:14'), on(19, '06:11:28')), logStarts(on(19, '06:14:14'))],
    'power-loss 2026-11-19T06:11:28Z event 6008',
  ],
  [
    'a power cut of which only the boot status speaks',
    [started(on(19, '06:14:02')), lastGood(on(19, '06:14:02'), false), logStarts(on(19, '06:14:14'))],
    'power-loss 2026-11-19T06:14:02Z event 20',
  ],
  [
    'two power cuts one after the other',
    [...dirtyStart(19, '06:14', on(19, '06:11:28')), ...dirtyStart(19, '06:20', on(19, '06:17:01'))],
    'power-loss 2026-11-19T06:17:01Z event 41',
  ],
  [
    'a power cut two minutes after it woke',
    [
      ...[
        sleeps(on(19, '05:00:10')),
        wakes(on(19, '06:12:00')),
        woke(on(19, '06:12:02'), on(19, '05:00:09')),
      ],
      ...dirtyStart(19, '06:14', on(19, '06:13:28')),
    ],
    'power-loss 2026-11-19T06:13:28Z event 41',
  ],
  [
    'someone asked for a shutdown and took it back; hours later the power went',
    [asked(on(19, '01:00:00')), ...dirtyStart(19, '06:14', on(19, '06:11:28'))],
    'power-loss 2026-11-19T06:11:28Z event 41',
  ],
  [
    'a blue screen is none of the kinds',
    dirtyStart(19, '06:14', on(19, '06:11:28'), { BugcheckCode: 159 }),
    'unknown 2026-11-19T06:11:28Z event 41, stop code 0x9f',
  ],
  [
    'it hung, and someone held the button',
    dirtyStart(19, '06:14', on(19, '06:11:28'), { PowerButtonTimestamp: '133765432100000000' }),
    'shutdown 2026-11-19T06:11:28Z event 41, power button held',
  ],
  [
    'the same on a newer Windows',
    dirtyStart(19, '06:14', on(19, '06:11:28'), { LongPowerButtonPressDetected: 'true' }),
    'shutdown 2026-11-19T06:11:28Z event 41, power button held',
  ],
])('%s', (_what, entries, evidence, { sameKernel = false } = {}) => {
  const ending = bootEndOf(read([...EARLIER, ...entries]))
  expect(ending).toMatchObject({ evidence, end: evidence.split(' ')[0], sameKernel })
})

test.each<[string, Entry[], string]>([
  [
    'a sleep',
    [sleeps(on(19, '05:00:10')), wakes(on(19, '05:41:00')), woke(on(19, '05:41:02'), on(19, '05:00:09'))],
    'sleep 2026-11-19T05:00:10Z event 42',
  ],
  [
    'a modern standby',
    [standsBy(on(19, '05:00:10')), isBack(on(19, '05:41:00'))],
    'sleep 2026-11-19T05:00:10Z event 506',
  ],
  [
    'a hibernation',
    [
      ...[sleeps(on(19, '05:00:10')), bootType(on(19, '07:41:00'), 2), wakes(on(19, '07:41:01'))],
      woke(on(19, '07:41:02'), on(19, '05:00:09')),
    ],
    'sleep 2026-11-19T05:00:10Z event 42',
  ],
  [
    'a sleep in which the power went',
    [sleeps(on(19, '05:00:10')), ...dirtyStart(19, '06:14', on(19, '05:00:08'))],
    'sleep 2026-11-19T05:00:10Z event 42, did not wake',
  ],
  [
    'a sleep long after a shutdown that was taken back',
    [asked(on(19, '01:00:00')), sleeps(on(19, '05:00:10')), wakes(on(19, '05:41:00'))],
    'sleep 2026-11-19T05:00:10Z event 42',
  ],
])('%s is told as one, and is no end of a boot by itself', (_what, entries, evidence) => {
  const events = read([...EARLIER, ...entries])
  expect(endingsOf(events).at(-1)).toMatchObject({ end: 'sleep', evidence })
  expect(bootEndOf(events), 'of the boot days ago the log does not know the end').toBeNull()
})

test('of a week each going and coming is told, in order', () => {
  const events = read([
    ...EARLIER,
    ...[asked(on(16, '10:00:00')), going(on(16, '10:00:05'), 6), ...coldStart(17, '00:30')],
    ...[sleeps(on(17, '05:00:00')), wakes(on(17, '06:00:00'))],
    ...dirtyStart(17, '08:00', on(17, '07:55:00')),
    ...[asked(on(17, '10:00:00')), going(on(17, '10:00:05'), 5), ...coldStart(17, '10:01')],
  ])
  expect(endingsOf(events).map(({ evidence }) => evidence)).toEqual([
    'shutdown 2026-11-16T10:00:00Z event 1074',
    'sleep 2026-11-17T05:00:00Z event 42',
    'power-loss 2026-11-17T07:55:00Z event 41',
    'restart 2026-11-17T10:00:00Z event 1074',
  ])
  expect(endingsOf(events).map(({ startedAtMs }) => new Date(startedAtMs).toISOString())).toEqual([
    '2026-11-17T00:30:02.123Z',
    '2026-11-17T06:00:00.123Z',
    '2026-11-17T08:00:02.123Z',
    '2026-11-17T10:01:02.123Z',
  ])
})

test('power cuts with nothing written between them are told one by one', () => {
  const cuts = [
    ...dirtyStart(19, '06:14', on(19, '06:11:28')),
    ...dirtyStart(19, '06:20', on(19, '06:17:01')),
  ]
  expect(endingsOf(read([...EARLIER, ...cuts])).map(({ evidence }) => evidence)).toEqual([
    'power-loss 2026-11-19T06:11:28Z event 41',
    'power-loss 2026-11-19T06:17:01Z event 41',
  ])
})

test('a log that holds nothing, or only its beginning, tells nothing', () => {
  expect(bootEndOf([])).toBeNull()
  expect(bootEndOf(read(EARLIER))).toBeNull()
})

test('an event is read with either quotes; what is none is passed over', () => {
  const xml = eventXml(dirty(on(19, '06:14:05')), 7)
  expect(readEvent(xml)).toEqual({
    provider: 'kernel-power',
    id: 41,
    atMs: Date.parse('2026-11-19T06:14:05.123Z'),
    record: 7,
    data: { BugcheckCode: '0', PowerButtonTimestamp: '0' },
    binary: '',
  })
  expect(readEvent(xml.replaceAll("'", '"'))).toEqual(readEvent(xml))
  const none = [
    null,
    5,
    '',
    '<Event/>',
    xml.slice(0, 200),
    xml.replace('06:14:05', '06:14'),
    'x'.repeat(9000),
  ]
  expect(readEvents(none)).toEqual([])
})
