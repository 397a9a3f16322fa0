import { expect, test } from 'vitest'
import { parseUplinks } from '../../../agent/uplinks/papers.ts'

const FIBRE = { name: 'VNPT cáp quang', interface: 'pppoe-wan', check: '10.0.0.1' }
const MOBILE = { name: '4G Viettel', interface: 'wwan0' }

function parse(json: unknown) {
  const problems: string[] = []
  const lines = parseUplinks(json, (where, expected, got) =>
    problems.push(`${where}expected ${expected}, got ${got}`),
  )
  return { lines, problems }
}

test('two lines, one line, no line', () => {
  expect(parse([FIBRE, MOBILE])).toEqual({ lines: [FIBRE, MOBILE], problems: [] })
  expect(parse([{ ...MOBILE, check: '2001:db8::1' }])).toEqual({
    lines: [{ ...MOBILE, check: '2001:db8::1' }],
    problems: [],
  })
  expect(parse([{ ...MOBILE, check: null }])).toEqual({ lines: [MOBILE], problems: [] })
  for (const none of [undefined, null]) expect(parse(none)).toEqual({ lines: [], problems: [] })
})

test.each([
  [[], 'uplinks: expected a list of 1 to 2 lines, got []'],
  ['wan', 'uplinks: expected a list of 1 to 2 lines, got "wan"'],
  [[FIBRE, MOBILE, MOBILE], 'uplinks: expected a list of 1 to 2 lines, got [{"name":"VNPT'],
  [[7], 'uplinks[0]: expected an object, got 7'],
  [[{ interface: 'wan' }], 'uplinks[0].name: expected 1 to 60 characters on one line, got nothing'],
  [[{ ...FIBRE, name: 'a\nb' }], 'uplinks[0].name: expected 1 to 60 characters on one line, got "a\\nb"'],
  [[{ ...FIBRE, name: '  ' }], 'uplinks[0].name: expected 1 to 60 characters on one line, got "  "'],
  [[{ ...FIBRE, interface: 'a-name-of-16-ch1' }], 'uplinks[0].interface: expected the name of a network'],
  [[{ ...FIBRE, interface: '../eth0' }], 'uplinks[0].interface: expected the name of a network'],
  [[{ ...FIBRE, interface: '..' }], 'uplinks[0].interface: expected the name of a network'],
  [[{ ...FIBRE, interface: '-f' }], 'uplinks[0].interface: expected the name of a network'],
  [[{ ...FIBRE, check: 'vnpt.vn' }], 'uplinks[0].check: expected an IPv4 or IPv6 address, got "vnpt.vn"'],
  [[{ ...FIBRE, check: '10.0.0.1 -f' }], 'uplinks[0].check: expected an IPv4 or IPv6 address'],
  [[FIBRE, { ...MOBILE, name: FIBRE.name }], 'uplinks[1].name: expected another than that of uplinks[0]'],
  [[FIBRE, { ...MOBILE, interface: 'pppoe-wan' }], 'uplinks[1].interface: expected another than that of'],
])('%j is refused', (json, problem) => {
  const { problems } = parse(json)
  expect(problems).toHaveLength(1)
  expect(problems[0]).toContain(problem)
})

test('all problems at once', () => {
  expect(parse([{ name: '', interface: '', check: 1 }, 7]).problems).toHaveLength(4)
})
