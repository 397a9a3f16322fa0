import { expect, test } from 'vitest'
import { CapError, readCap } from '../../../server/storms/read-cap.ts'
import { MAX_XML_BYTES } from '../../../server/storms/xml.ts'
import { alertXml, areaXml, bytesOf, code, HOUR_MS, infoXml, reference, SENDER, SENT } from './cap-files.ts'

function problemsOf(text: string | Uint8Array): readonly string[] {
  try {
    readCap(typeof text === 'string' ? bytesOf(text) : text)
    return []
  } catch (error) {
    if (error instanceof CapError) return error.problems
    throw error
  }
}

test('a message is read as it says, in all its languages', () => {
  const area = areaXml(
    'Xã Nà Tăm',
    `<polygon>22.30,103.50 22.40,103.50 22.40,103.60 22.30,103.50</polygon><circle>22.3,103.5 12.5</circle>${code('03163')}`,
  )
  const english = infoXml({ language: 'en-US', event: 'Typhoon', headline: 'Typhoon no. 9 &amp; rain' })
  const message = readCap(bytesOf(alertXml({ infos: [infoXml({ areas: [area] }), english] })))
  expect(message).toMatchObject({
    ...{ identifier: 'VN-KTTV-1', sender: SENDER, sent: SENT, status: 'Actual', msgType: 'Alert' },
    ...{ scope: 'Public', references: [] },
    infos: [
      {
        ...{ language: 'vi-vn', event: 'Bão', severity: 'Severe', urgency: 'Expected', certainty: 'Likely' },
        ...{ effective: null, onset: SENT + 2 * HOUR_MS, expires: SENT + 26 * HOUR_MS },
        areas: [
          {
            description: 'Xã Nà Tăm',
            circles: [{ centre: { latitude: 22.3, longitude: 103.5 }, kilometres: 12.5 }],
            geocodes: [{ name: 'GSO', value: '03163' }],
          },
        ],
      },
      { language: 'en-us', headline: 'Typhoon no. 9 & rain' },
    ],
  })
  expect(message.infos[0]!.areas[0]!.polygons[0]).toHaveLength(4)
})

test('with a prefix, CDATA, a comment and a byte order mark it is the same', () => {
  const plain = alertXml({ infos: [infoXml({ headline: 'Bão <9>'.replace(/[<>]/g, '') })] })
  const prefixed = plain
    .replaceAll(/<(\/?)([a-zA-Z])/g, '<$1cap:$2')
    .replace('xmlns=', 'xmlns:cap=')
    .replace('<cap:headline>Bão 9', '<!-- x --><cap:headline><![CDATA[Bão 9]]>')
  expect(readCap(bytesOf(`\uFEFF${prefixed}`))).toEqual(readCap(bytesOf(plain)))
})

test('references are a list of who, what and when', () => {
  const references = `${reference('A-1')}\n  ${reference('A-2', SENT + HOUR_MS)}`
  expect(readCap(bytesOf(alertXml({ msgType: 'Update', references }))).references).toEqual([
    { sender: SENDER, identifier: 'A-1', sent: SENT },
    { sender: SENDER, identifier: 'A-2', sent: SENT + HOUR_MS },
  ])
})

test('all that is wrong with a file is told together, each with its place', () => {
  const bad = alertXml({
    identifier: 'VN 1',
    sent: '2026-09-20T14:00:00',
    status: 'Real',
    msgType: 'Update',
    infos: [
      infoXml(),
      infoXml({
        severity: 'Grim',
        times: '<onset>2026-02-31T00:00:00+07:00</onset><expires>soon</expires>',
        areas: [
          areaXml('Xã Nà Tăm', '<polygon>22.3,103.5 22.4,103.5 22.4,103.6 22.4,103.7</polygon>'),
          areaXml('', '<circle>22.3 103.5</circle><polygon>22.3,103.5 92,103.5 1,1 22.3,103.5</polygon>'),
        ],
      }),
    ],
  })
  expect(problemsOf(bad)).toEqual([
    'alert/identifier: expected 1 to 200 characters without blank, comma, "<" or "&", got VN 1',
    'alert/sent: expected a time with its zone as 2026-06-21T14:02:00+07:00, got 2026-09-20T14:00:00',
    'alert/status: expected one of Actual, Exercise, System, Test, Draft, got Real',
    'alert/info[2]/area[1]/polygon: expected 4 or more points "latitude,longitude", the last one the first again, got 22.3,103.5 first and 22.4,103.7 last',
    'alert/info[2]/area[2]/areaDesc: expected a text, got nothing',
    'alert/info[2]/area[2]/polygon: expected 4 or more points "latitude,longitude", the last one the first again, got 92,103.5 as point 2',
    'alert/info[2]/area[2]/circle: expected a point "latitude,longitude", a blank and a radius in kilometres, got 22.3 103.5',
    'alert/info[2]/severity: expected one of Extreme, Severe, Moderate, Minor, Unknown, got Grim',
    'alert/info[2]/onset: expected a time with its zone as 2026-06-21T14:02:00+07:00, got 2026-02-31T00:00:00+07:00',
    'alert/info[2]/expires: expected a time with its zone as 2026-06-21T14:02:00+07:00, got soon',
    'alert/references: expected the messages that this Update changes, got none',
  ])
})

test('a file with a thousand mistakes tells the first of them, and how many more', () => {
  const areas = Array.from({ length: 1000 }, () => areaXml('x', '<polygon>1</polygon>'))
  const problems = problemsOf(alertXml({ infos: [infoXml({ areas })] }))
  expect(problems).toHaveLength(51)
  expect(problems.at(-1)).toBe('and 950 more')
})

const ENTITIES = `<!DOCTYPE alert [<!ENTITY a "aaaaaaaaaa">${Array.from({ length: 9 }, (_, at) => `<!ENTITY a${at} "${`&a${at === 0 ? '' : at - 1};`.repeat(10)}">`).join('')}]>`

test.each<[string, string | Uint8Array, string]>([
  ['nothing', '', 'expected XML, got nothing'],
  [
    'a film',
    new Uint8Array(MAX_XML_BYTES + 1),
    `expected at most ${MAX_XML_BYTES} bytes, got ${MAX_XML_BYTES + 1}`,
  ],
  ['other bytes', Uint8Array.of(0x3c, 0xff, 0xfe), 'expected text in UTF-8, got other bytes'],
  [
    'another encoding',
    '<?xml version="1.0" encoding="windows-1258"?><alert/>',
    'expected encoding UTF-8, got windows-1258',
  ],
  ['words', 'Bão số 9', "line 1, column 1: expected well-formed XML, got: char 'B' is not expected."],
  ['a web page', '<html><body/></html>', 'html: expected an element alert, got html'],
  [
    'two roots',
    '<alert></alert><alert></alert>',
    'line 1, column 22: expected well-formed XML, got: Multiple possible root nodes found.',
  ],
  [
    'a file that is read from the disk',
    '<!DOCTYPE alert [<!ENTITY x SYSTEM "file:///etc/passwd">]><alert><identifier>&x;</identifier></alert>',
    'line 1: expected no <!DOCTYPE, got one',
  ],
  ['a billion laughs', `\n${ENTITIES}<alert>&a8;</alert>`, 'line 2: expected no <!DOCTYPE, got one'],
  [
    'a tower',
    '<a>'.repeat(10_000) + '</a>'.repeat(10_000),
    'expected elements at most 20 deep, got deeper ones',
  ],
  ['a swarm', `<a>${'<b/>'.repeat(200_000)}</a>`, 'expected at most 50000 elements, got about 100001'],
])('refused: %s', (_case, text, problem) => {
  const startedMs = performance.now()
  expect(problemsOf(text)).toEqual([problem])
  expect(performance.now() - startedMs).toBeLessThan(2000)
})

test('an end before its onset, and an alert without a word, are told', () => {
  const times = '<onset>2026-09-20T14:00:00+07:00</onset><expires>2026-09-20T06:00:00Z</expires>'
  expect(problemsOf(alertXml({ infos: [infoXml({ times })] }))).toEqual([
    'alert/info/expires: expected a time behind the onset, 2026-09-20T07:00:00.000Z, got 2026-09-20T06:00:00Z',
  ])
  expect(problemsOf(alertXml({ infos: [] }))).toEqual([
    'alert/info: expected one at least in a message of type Alert, got none',
  ])
})
