import { expect, test } from 'vitest'
import { kernelAt } from '../../../agent/uplinks/kernel.ts'
import { parseInterfaces } from '../../../agent/uplinks/netifd.ts'
import { trackerName, trackerWord } from '../../../agent/uplinks/tracker.ts'
import { FIBRE_AND_4G, MWAN3, makeTree, NETIFD_DUMP } from '../../support/openwrt-tree.ts'

const NOBODY = new Map<string, string[]>()

test('mwan3: what it says of a line, as long as it says it lately', () => {
  const tree = makeTree(MWAN3)
  const kernel = kernelAt(tree.root)
  const word = (uptimeSeconds: number) => trackerWord(kernel, 'wan', uptimeSeconds)
  expect(word(7230)).toEqual({ passedOver: false, state: 'up' })
  expect(word(9000), 'its tracker was stopped').toEqual({ passedOver: false, state: null })
  expect(word(100), 'a word from before the boot').toEqual({ passedOver: false, state: null })
  tree.write('var/run/mwan3track/wan/STATUS', 'disconnecting\n')
  expect(word(7230), 'in two minds').toEqual({ passedOver: false, state: null })
  tree.write('var/run/mwan3track/wan/STATUS', 'offline\n')
  tree.write('var/run/mwan3/iface_state/wan', 'offline')
  expect(word(7230)).toEqual({ passedOver: true, state: 'down' })
  tree.remove('var/run/mwan3track')
  expect(word(7230), 'it tracks nothing').toEqual({ passedOver: true, state: null })
  tree.remove('var/run/mwan3')
  expect(word(7230), 'it does not run').toBeNull()
})

test('mwan3: what it calls a line', () => {
  const kernel = kernelAt(makeTree(MWAN3).root)
  expect(trackerName(kernel, 'pppoe-wan', NOBODY), 'by its name').toBe('wan')
  expect(trackerName(kernel, 'wwan0', NOBODY)).toBeNull()
  const netifd = parseInterfaces(NETIFD_DUMP)
  expect(netifd.get('pppoe-wan')).toEqual(['wan', 'wan_6'])
  expect(trackerName(kernel, 'wwan0', netifd), 'by what netifd says').toBe('mobile')
  expect(trackerName(kernel, 'eth5', netifd)).toBeNull()
})

test.each([
  '',
  'Command failed: Not found',
  '[]',
  'null',
  '7',
  '{"interface":7}',
  '{"interface":[null,7,{}]}',
])('nonsense of netifd says nothing: %j', (text) => {
  expect(parseInterfaces(text)).toEqual(new Map())
})

test('files of the kernel: what is there, and by name what is missing', () => {
  const kernel = kernelAt(makeTree(FIBRE_AND_4G).root)
  expect(kernel.operstate('wwan0')).toBe('unknown')
  expect(kernel.operstate('eth7')).toBeNull()
  expect(kernel.leavesOutDeadLinks('wwan0')).toBe(false)
  const nothing = kernelAt(makeTree({}).root)
  expect(() => nothing.defaultRoutes()).toThrow('expected the file /proc/net/route of Linux, got none')
  expect(() => nothing.counters(['wwan0'])).toThrow('expected the file /proc/net/dev of Linux, got none')
})

test('a route to everywhere of IPv6 counts where IPv4 has none', () => {
  const to = (device: string) =>
    `${'0'.repeat(32)} 00 ${'0'.repeat(32)} 00 20010db8000100000000000000000001 00000400 00000001 00000000 00000003 ${device}\n`
  const tree = makeTree({ ...FIBRE_AND_4G, 'proc/net/ipv6_route': to('wwan0') })
  const interfaces = () =>
    kernelAt(tree.root)
      .defaultRoutes()
      .map((route) => route.interface)
  expect(interfaces()).toEqual(['pppoe-wan', 'wwan0'])
  tree.write('proc/net/route', `${FIBRE_AND_4G['proc/net/route']!.split('\n')[0]}\n`)
  expect(interfaces()).toEqual(['wwan0'])
})
