import { expect, test } from 'vitest'
import type { AreaId } from '#protocol/ids.ts'
import type { Incident, Scope } from '../../../server/incidents/incident.ts'
import { isWorldLine, parseLine } from '../../../server/replay/parse.ts'
import { placeOf } from '../../../server/replay/place.ts'
import { createToldWorld } from '../../../server/replay/world.ts'

const world = createToldWorld()
for (const text of [
  '{"type":"area","id":"C1","parent":"P1","name":"Xã Nà Tăm"}',
  '{"type":"site","id":"S1","area":"C1","name":"UBND xã Nà Tăm"}',
  '{"type":"device","id":"R1","site":"S1","kind":"router","name":"Bộ định tuyến 1"}',
]) {
  const line = parseLine(text, () => 60)
  if (isWorldLine(line)) world.tell(line, 1)
}

const at = (scope: Scope, element: string, areas: string[] = []): string =>
  placeOf({ scope, element, areas: areas as AreaId[] } as Incident, world)

test.each([
  ['device', 'R1', [], 'Bộ định tuyến 1, UBND xã Nà Tăm, Xã Nà Tăm'],
  ['device', 'R9', [], 'R9'],
  ['site', 'S1', [], 'UBND xã Nà Tăm, Xã Nà Tăm'],
  ['site', 'S9', [], 'S9'],
  ['area', 'C1', ['C1'], 'Xã Nà Tăm'],
  ['cell', '452-01-77', ['C1', 'C2'], '452-01-77, Xã Nà Tăm, C2'],
  ['isp', 'Viettel', [], 'Viettel'],
  ['platform', '', [], 'trung tâm · the centre'],
] as const)('%s %s is at %s %s', (scope, element, areas, place) => {
  expect(at(scope, element, [...areas])).toBe(place)
})
