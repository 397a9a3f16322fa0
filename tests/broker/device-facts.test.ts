import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { DeviceFacts } from '../../broker/device-facts.ts'
import { deviceId } from '../../protocol/ids.ts'
import { HeldInlet } from '../support/held-inlet.ts'

const session = { hello: new Uint8Array(), keepaliveSeconds: 60 }

function setUp() {
  const inlet = new HeldInlet()
  const unstored: unknown[] = []
  const facts = new DeviceFacts(deviceId('D1'), inlet, (error) => unstored.push(error))
  const line = () => ({
    closed: false,
    close() {
      this.closed = true
    },
  })
  return { inlet, unstored, facts, old: line(), young: line() }
}

test('a newer connection closes the one before, whose end is then no loss and whose goodbye is not taken', async () => {
  const { inlet, facts, old, young } = setUp()
  await facts.connected(old, session)
  const goodbye = facts.connected(young, session).then(() => facts.goodbye(old, Buffer.from('late')))
  await expect(goodbye).rejects.toThrow('got one that was replaced')
  expect([old.closed, young.closed]).toEqual([true, false])
  facts.lost(old, 'socket')
  facts.lost(young, 'keepalive')
  facts.lost(young, 'socket')
  await turn()
  expect(inlet.told.slice(2)).toEqual([{ kind: 'lost', device: 'D1', said: 'keepalive' }])
})

test('facts about connections wait for each other, and reports keep their place among them', async () => {
  const { inlet, facts, old, young } = setUp()
  await facts.connected(old, session)
  inlet.hold('lost')
  inlet.hold('report')
  void facts.report(Buffer.from('1'))
  void facts.report(Buffer.from('2'))
  facts.lost(old, 'socket')
  const connected = facts.connected(young, session)
  void facts.report(Buffer.from('3'))
  await turn()
  expect(inlet.kinds()).toEqual(['connected', 'report', 'report', 'lost'])
  inlet.settle('lost', 'stored')
  await connected
  await turn()
  expect(inlet.kinds()).toEqual(['connected', 'report', 'report', 'lost', 'connected', 'report'])
})

test('a device that gave up while its turn had not come is not told of', async () => {
  const { inlet, facts, old, young } = setUp()
  await facts.connected(old, session)
  inlet.hold('lost')
  facts.lost(old, 'socket')
  const connected = facts.connected(young, session)
  young.close()
  await turn()
  inlet.settle('lost', 'stored')
  await expect(connected).rejects.toThrow('expected an open connection')
  facts.lost(young, 'socket')
  await turn()
  expect(inlet.kinds()).toEqual(['connected', 'lost'])
})

test('a loss that the inlet gives up is said aloud and holds up nothing', async () => {
  const { inlet, unstored, facts, old, young } = setUp()
  await facts.connected(old, session)
  inlet.hold('lost')
  facts.lost(old, 'socket')
  await turn()
  inlet.settle('lost', 'failed')
  await facts.connected(young, session)
  expect(unstored).toEqual([new Error('disk full')])
})
