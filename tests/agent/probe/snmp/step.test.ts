import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { NoAnswer } from '../../../../agent/probe/probe.ts'
import type { SnmpStep } from '../../../../agent/probe/profile.ts'
import { createSnmpStep } from '../../../../agent/probe/snmp/step.ts'
import type { Bound } from '../../../support/snmp-ber.ts'
import { type ResponderOptions, startResponder } from '../../../support/snmp-responder.ts'

const RSRP = '1.3.6.1.4.1.14988.1.1.16.1.1.4'
const LOADS = '1.3.6.1.2.1.25.3.3.1.2'
const NAME = '1.3.6.1.2.1.1.5.0'
const number = (value: number) => ({ type: 'integer' as const, value })
const text = (words: string) => ({ type: 'octets' as const, value: Buffer.from(words) })

const WALK: Bound[] = [
  { oid: '1.3.6.1.2.1.1.3.0', value: { type: 'ticks', value: 100_000 } },
  { oid: NAME, value: text('Tram Na Tam') },
  { oid: `${LOADS}.1`, value: number(10) },
  { oid: `${LOADS}.2`, value: number(30) },
  { oid: `${RSRP}.9`, value: number(-97) },
]

const STEP: SnmpStep = {
  kind: 'snmp',
  readings: {
    rsrp_dbm: { oid: `${RSRP}.*`, absent: [''] },
    cpu_percent: { oid: `mean(${LOADS})`, absent: [''] },
  },
  traits: { model: { oid: NAME } },
}

async function stepAt(options?: ResponderOptions, definition = STEP) {
  const responder = await startResponder(WALK, options)
  const clock = { nowMs: 0 }
  const target = { address: '127.0.0.1', snmpPort: responder.port, community: 'public' }
  const step = createSnmpStep(definition, target, {
    limits: { tryMs: 800, tries: 1 },
    nowMs: () => clock.nowMs,
  })
  return {
    responder,
    clock,
    async look() {
      const before = responder.packets
      const found = await step.look(new AbortController().signal)
      return { ...found, packets: responder.packets - before }
    },
  }
}

describe('the snmp step', () => {
  it('searches the rows once, and then asks for all in one packet', async () => {
    const { look, clock } = await stepAt()
    const first = await look()
    expect(first.values).toMatchObject({ rsrp_dbm: -97, cpu_percent: 20, uptime_seconds: 1000 })
    expect(first.values.probe_rtt_ms).toBeLessThan(800)
    expect(first.traits).toEqual({ model: 'Tram Na Tam' })
    clock.nowMs += 60_000
    expect(await look()).toMatchObject({
      values: { rsrp_dbm: -97, cpu_percent: 20 },
      packets: 1,
      traits: first.traits,
    })
  })

  it('finds a row again that has moved', async () => {
    const { look, responder, clock } = await stepAt()
    await look()
    responder.set(`${RSRP}.9`, null)
    responder.set(`${RSRP}.12`, number(-80))
    clock.nowMs += 60_000
    expect((await look()).values.rsrp_dbm).toBe(-80)
  })

  it('a modem that is pulled out is told no more, and one that is plugged in within a quarter of an hour', async () => {
    const { look, responder, clock } = await stepAt()
    await look()
    responder.set(`${RSRP}.9`, null)
    clock.nowMs += 60_000
    const without = await look()
    expect(without.values).not.toHaveProperty('rsrp_dbm')
    expect(without.faults).toEqual([])
    clock.nowMs += 60_000
    expect((await look()).packets).toBe(1)
    responder.set(`${RSRP}.10`, number(-90))
    clock.nowMs += 900_000
    expect((await look()).values.rsrp_dbm).toBe(-90)
  })

  it('asks for words once in an hour', async () => {
    const { look, responder, clock } = await stepAt()
    await look()
    responder.set(NAME, text('Tram Khac'))
    clock.nowMs += 1_800_000
    expect((await look()).traits).toEqual({ model: 'Tram Na Tam' })
    clock.nowMs += 1_800_000
    expect((await look()).traits).toEqual({ model: 'Tram Khac' })
  })

  it('names what it cannot read, each by itself', async () => {
    const { look } = await stepAt(undefined, {
      kind: 'snmp',
      readings: {
        rsrp_dbm: { oid: NAME },
        rsrq_db: { oid: '1.3.6.1.9.1.0' },
        cpu_percent: { oid: `${LOADS}.1` },
        memory_percent: { oid: `${LOADS}.1 / ${NAME}` },
      },
      traits: {},
    })
    const { values, faults } = await look()
    expect(values).toMatchObject({ cpu_percent: 10 })
    expect(faults).toEqual([
      'rsrp_dbm: expected a number, got "Tram Na Tam"',
      'rsrq_db: expected a value at 1.3.6.1.9.1.0, got noSuchInstance',
      `memory_percent: expected a number at ${NAME}, got a text`,
    ])
  })

  it('an uptime that the profile reads itself stands', async () => {
    const { look } = await stepAt(undefined, {
      kind: 'snmp',
      readings: { uptime_seconds: { oid: `${LOADS}.2` } },
      traits: {},
    })
    expect((await look()).values.uptime_seconds).toBe(30)
  })

  it('a device that is away is one that did not answer', async () => {
    const { look } = await stepAt({ answer: () => [] })
    await expect(look()).rejects.toBeInstanceOf(NoAnswer)
  })

  it('refuses an object id that is none, before anything is asked', () => {
    const step: SnmpStep = { kind: 'snmp', readings: { rsrp_dbm: { oid: 'ifInOctets' } }, traits: {} }
    expect(() => createSnmpStep(step, { address: '127.0.0.1' })).toThrow('expected an object id')
  })

  it('ten steps at once leave no socket behind when they are stopped', async () => {
    const sockets = () => process.getActiveResourcesInfo().filter((kind) => kind === 'UDPWrap').length
    const silent = createSocket('udp4').bind(0, '127.0.0.1')
    await once(silent, 'listening')
    const target = { address: '127.0.0.1', snmpPort: silent.address().port, community: 'public' }
    const steps = Array.from({ length: 10 }, () => createSnmpStep(STEP, target))
    const looks = steps.map((step) => step.look(new AbortController().signal).catch(() => null))
    await expect.poll(sockets).toBe(11)
    for (const step of steps) step.stop()
    await Promise.all(looks)
    silent.close()
    await expect.poll(sockets).toBe(0)
  })
})
