import { expect, test } from 'vitest'
import { type Carrier, carrying } from '../../../agent/uplinks/carrying.ts'
import { type LineSigns, lineState } from '../../../agent/uplinks/line-state.ts'

const fibre: Carrier = { interface: 'pppoe-wan', state: 'up', passedOver: false }
const mobile: Carrier = { interface: 'wwan0', state: 'up', passedOver: false }
const route = (device: string, metric: number) => ({ interface: device, metric, gateway: null })
const BOTH = [route('pppoe-wan', 10), route('wwan0', 20)]
const dead = (line: Carrier): Carrier => ({ ...line, state: 'down' })
const left = (line: Carrier): Carrier => ({ ...line, passedOver: true })

test.each([
  ['the lower metric', BOTH, [fibre, mobile], null, 'first'],
  ['whatever stands first', [route('wwan0', 5), route('pppoe-wan', 10)], [fibre, mobile], null, 'second'],
  ['the route of the first is gone', [route('wwan0', 20)], [fibre, mobile], null, 'second'],
  ['two of equal metric', [route('pppoe-wan', 0), route('wwan0', 0)], [fibre, mobile], null, 'both'],
  [
    '… one of which is dead',
    [route('pppoe-wan', 0), route('wwan0', 0)],
    [dead(fibre), mobile],
    null,
    'second',
  ],
  ['no route', [], [fibre, mobile], null, 'none'],
  ['the chosen one is seen dead: all is lost', BOTH, [dead(fibre), mobile], null, 'none'],
  ['… but its route is not taken', BOTH, [left(dead(fibre)), mobile], null, 'second'],
  ['unknown is not dead', BOTH, [{ ...fibre, state: 'unknown' }, mobile], null, 'first'],
  ['a tunnel takes all', [route('wg0', 1), ...BOTH], [fibre, mobile], null, 'unknown'],
  ['a tunnel behind', [...BOTH, route('wg0', 50)], [fibre, mobile], null, 'first'],
  ['a site with one line', [route('wwan0', 0)], [mobile], null, 'first'],
  ['… that is gone', [], [mobile], null, 'none'],
  ['policies send it by the second', BOTH, [fibre, mobile], ['wwan0'], 'second'],
  ['policies send it by both', BOTH, [fibre, mobile], ['pppoe-wan', 'wwan0'], 'both'],
  ['… until the tracker leaves one out', BOTH, [left(fibre), mobile], ['pppoe-wan', 'wwan0'], 'second'],
  ['… until their line has no route', [route('wwan0', 20)], [fibre, mobile], ['pppoe-wan'], 'second'],
] as const)('carrying: %s', (_name, routes, lines, shared, expected) => {
  expect(carrying(routes, lines, shared)).toBe(expected)
})

const working: LineSigns = {
  operstate: 'unknown',
  routed: true,
  tracker: null,
  checks: null,
  receives: false,
}
const answered: LineSigns = { ...working, checks: 'answered' }
const silent: LineSigns = { ...working, checks: 'failed' }

test.each([
  ['link and route, nothing to ping', working, null, 'up'],
  ['a link without a route', { ...working, routed: false }, null, 'unknown'],
  ['… that answers', { ...answered, routed: false }, null, 'up'],
  ['no carrier', { ...answered, operstate: 'down' }, null, 'down'],
  ['the port below has none', { ...answered, operstate: 'lowerlayerdown' }, null, 'down'],
  ['no such interface', { ...answered, operstate: null }, null, 'down'],
  ['not asked yet', { ...working, checks: 'unclear' }, null, 'unknown'],
  ['… but it receives', { ...working, checks: 'unclear', receives: true }, null, 'up'],
  ['silent while the other works', silent, answered, 'down'],
  ['silent while the other has a link and a route', silent, working, 'down'],
  ['silent, and the other as well: who knows', silent, silent, 'unknown'],
  ['silent, and there is no other', silent, null, 'unknown'],
  ['what is pinged is dead, for the line receives', { ...silent, receives: true }, answered, 'unknown'],
  ['the tracker knows it works', { ...silent, tracker: 'up' }, answered, 'up'],
  ['the tracker knows it does not', { ...answered, tracker: 'down' }, null, 'down'],
] as const)('state of a line: %s', (_name, signs, other, expected) => {
  expect(lineState(signs, other)).toBe(expected)
})
