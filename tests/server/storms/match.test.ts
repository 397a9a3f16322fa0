import { expect, test } from 'vitest'
import type { CapArea, Point } from '../../../server/storms/cap.ts'
import { isInCircle, isInPolygon } from '../../../server/storms/geometry.ts'
import { matchAreas } from '../../../server/storms/match.ts'
import { listedIn, plainWords, stemOf } from '../../../server/storms/plain-name.ts'
import { PLACES } from './places.ts'

const point = (latitude: number, longitude: number): Point => ({ latitude, longitude })
const outline = (...pairs: [number, number][]) =>
  pairs.map(([latitude, longitude]) => point(latitude, longitude))

const capArea = (changes: Partial<CapArea>): CapArea => ({
  ...{ description: 'Vùng cảnh báo', polygons: [], circles: [], geocodes: [] },
  ...changes,
})
const codes = (...values: string[]) => ({ geocodes: values.map((value) => ({ name: 'GSO', value })) })

const SQUARE = outline([22, 103], [22, 104], [23, 104], [23, 103], [22, 103])
/** A U around the middle, open to the north. */
const CUP = outline(
  ...([
    [0, 0],
    [0, 3],
    [3, 3],
    [3, 2],
    [1, 2],
    [1, 1],
    [3, 1],
    [3, 0],
    [0, 0],
  ] as [number, number][]),
)
const PACIFIC = outline([-10, 170], [-10, -170], [10, -170], [10, 170], [-10, 170])

test.each<[string, Point, readonly Point[], boolean]>([
  ['in the middle', point(22.5, 103.5), SQUARE, true],
  ['outside', point(23.5, 103.5), SQUARE, false],
  ['on an edge', point(22, 103.5), SQUARE, true],
  ['on a corner', point(23, 104), SQUARE, true],
  ['level with a corner, outside', point(22, 102.5), SQUARE, false],
  ['in the opening of a cup', point(2, 1.5), CUP, false],
  ['in the wall of a cup', point(2, 0.5), CUP, true],
  ['beyond the date line', point(0, -175), PACIFIC, true],
  ['before it', point(0, 175), PACIFIC, true],
  ['round the other side of the earth', point(0, 0), PACIFIC, false],
])('a point %s', (_case, at, polygon, isIn) => expect(isInPolygon(at, polygon)).toBe(isIn))

test('a circle is measured on the globe', () => {
  // A degree of latitude is 111.2 km, one of longitude at 60° north half of that.
  const circle = { centre: point(60, 100), kilometres: 60 }
  expect(isInCircle(point(60.5, 100), circle)).toBe(true)
  expect(isInCircle(point(60.6, 100), circle)).toBe(false)
  expect(isInCircle(point(60, 101), circle)).toBe(true)
  expect(isInCircle(point(60, 101.2), circle)).toBe(false)
})

test('names are compared by their words', () => {
  expect(plainWords('  Xã Nà-Tăm, ĐẶC KHU  Côn Đảo')).toBe('xa na tam dac khu con dao')
  expect(['xa na tam', 'na tam commune', 'na tam', 'tinh', 'the'].map(stemOf)).toEqual([
    ...['na tam', 'na tam', 'na tam', 'tinh', 'the'],
  ])
  expect(listedIn('Các xã Nà Tăm, Bản Bo và Sơn Bình (huyện Tam Đường); Lai Châu - Điện Biên')).toEqual([
    ...['cac xa na tam', 'ban bo', 'son binh', 'huyen tam duong', 'lai chau', 'dien bien'],
  ])
})

test.each<[string, Partial<CapArea>, string[], string[]]>([
  ['a code', codes('03163'), ['C1'], []],
  ['codes of which one is unknown', codes('99999', '03164'), ['C2'], []],
  ['the code of the province: what lies in it needs no mention', codes('12', '03163'), ['P1'], []],
  ['an outline around a site', { polygons: [SQUARE] }, ['C1', 'C2'], []],
  [
    'a narrow outline',
    { polygons: [outline([22.3, 103.5], [22.3, 103.6], [22.4, 103.6], [22.4, 103.5], [22.3, 103.5])] },
    ['C1'],
    [],
  ],
  ['a circle', { circles: [{ centre: point(22.21, 103.7), kilometres: 2 }] }, ['C2'], []],
  ['a code and an outline', { ...codes('03164'), polygons: [SQUARE.slice()] }, ['C1', 'C2'], []],
  ['a name', { description: 'Phường Tân Phong, phường Đoàn Kết' }, ['C3'], ['C3']],
  ['a name in English', { description: 'Tan Phong ward and Na Tam commune' }, ['C1', 'C3'], ['C1', 'C3']],
  ['a name where a code tells: the code', { ...codes('03163'), description: 'Xã Bản Bo' }, ['C1'], []],
  [
    'a name against an outline that leaves the whole area out',
    { description: 'Xã Nà Tăm', polygons: [outline([10, 100], [10, 101], [11, 101], [10, 100])] },
    [],
    [],
  ],
  [
    'a name where the outline cannot be compared with all sites',
    { description: 'Xã Bản Bo', polygons: [outline([10, 100], [10, 101], [11, 101], [10, 100])] },
    ['C2'],
    ['C2'],
  ],
  ['part of a name', { description: 'Xã Nà' }, [], []],
  ['another province', { description: 'Tỉnh Quảng Ninh', ...codes('22') }, [], []],
])('%s', (_case, changes, areas, byName) => {
  expect(matchAreas([capArea(changes)], PLACES)).toEqual({ areas, byName })
})
