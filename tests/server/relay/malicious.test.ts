import { expect, test } from 'vitest'
import {
  type DownPart,
  decodeDownBatch,
  decodeUpBatch,
  encodeDownBatch,
  encodeUpBatch,
  type UpPart,
} from '#protocol/neighbours.ts'
import { eventually } from '../../support/eventually.ts'
import {
  type RelayCentre,
  type RunningNeighbour,
  type RunningRelay,
  startNeighbour,
  startRelay,
  startRelayCentre,
} from '../../support/relay-site.ts'

/** What a relay may do to each part that goes through it; what it returns goes on in its place. */
interface Mallory {
  up?(part: UpPart): UpPart[]
  down?(part: DownPart): DownPart[]
  /** Everything that went through its hands. */
  seen: { up: UpPart[]; down: DownPart[]; bytes: Uint8Array[] }
  /** Speaks to the centre of its own accord. */
  say(parts: UpPart[]): void
  tell(parts: DownPart[]): void
}

interface Scene {
  centre: RelayCentre
  site: RunningRelay
  mallory: Mallory
  devices: RunningNeighbour[]
  round(): Promise<void>
}

const ROUND_MS = 60

async function scene(names: string[] = ['D1', 'D2']): Promise<Scene> {
  const centre = await startRelayCentre()
  const mallory: Mallory = {
    seen: { up: [], down: [], bytes: [] },
    say: (parts) => centre.relays.take(RELAY_ID, encodeUpBatch({ heldSeconds: 0, parts })),
    tell: (parts) => site.relay.take(encodeDownBatch(parts)),
  }
  const site: RunningRelay = await startRelay(centre, {
    wire: {
      up(payload, pass) {
        mallory.seen.bytes.push(payload)
        const { heldSeconds, parts } = decodeUpBatch(payload)
        mallory.seen.up.push(...parts)
        pass(encodeUpBatch({ heldSeconds, parts: parts.flatMap((part) => mallory.up?.(part) ?? [part]) }))
      },
      down(payload, pass) {
        const parts = decodeDownBatch(payload)
        mallory.seen.down.push(...parts)
        pass(encodeDownBatch(parts.flatMap((part) => mallory.down?.(part) ?? [part])))
      },
    },
  })
  const devices = await Promise.all(names.map((name) => startNeighbour(name, site.port, { again: true })))
  await eventually('all are welcome', () => devices.every(({ told }) => told.includes('welcome')))
  return {
    ...{ centre, site, mallory, devices },
    async round() {
      for (const device of devices) await device.sample()
      await site.relay.report(() => {})
      await new Promise((resolve) => setTimeout(resolve, ROUND_MS))
    },
  }
}

const RELAY_ID = 'R0' as Parameters<RelayCentre['relays']['take']>[0]
const isReport = (part: UpPart | DownPart): part is UpPart & { kind: 'frame' } =>
  part.kind === 'frame' && !part.named

/** Whatever was done: each reading that a device took is stored once or still in its journal, and nothing else is. */
async function expectTruth({ centre, mallory, devices, site }: Scene): Promise<void> {
  delete mallory.up
  delete mallory.down
  await eventually('all are welcome again', () => devices.every(({ neighbour }) => neighbour.live))
  for (const device of devices) {
    // Nothing is forgotten that did not arrive: what the journal no longer has, the ledger has.
    const pending = device.journal.pending().length + device.journal.unsealedRows
    expect(new Set(centre.rows(device.device)).size + pending).toBeGreaterThanOrEqual(device.produced())
  }
  // What was dropped shows with the next frame: nothing opens behind a gap.
  for (const device of devices) await device.sample()
  const all = (device: RunningNeighbour) => Array.from({ length: device.produced() }, (_, at) => at + 1)
  await eventually('everything is stored', async () => {
    await site.relay.report(() => {})
    return devices.every((device) => centre.rows(device.device).length >= device.produced())
  })
  for (const device of devices) {
    expect(centre.rows(device.device).sort((a, b) => a - b)).toEqual(all(device))
  }
}

const flip = (bytes: Uint8Array, at: number): Uint8Array =>
  bytes.map((byte, i) => (i === at ? byte ^ 1 : byte))

test('an altered frame stores nothing, wherever the bit is', async () => {
  const one = await scene()
  let at = 0
  one.mallory.up = (part) =>
    isReport(part) ? [{ ...part, sealed: flip(part.sealed, at++ % part.sealed.length) }] : [part]
  for (let round = 0; round < 6; round++) await one.round()
  expect(one.centre.rows('D1')).toEqual([])
  expect(at).toBeGreaterThan(3)
  await expectTruth(one)
})

test('a frame that says what it is not does not open', async () => {
  const one = await scene(['D1'])
  one.mallory.up = (part) => (isReport(part) ? [{ ...part, named: true }] : [part])
  await one.round()
  expect(one.centre.rows('D1')).toEqual([])
  await expectTruth(one)
})

test('dropped, repeated and reordered frames are neither stored twice nor forgotten', async () => {
  const one = await scene()
  let count = 0
  const late: UpPart[] = []
  one.mallory.up = (part) => {
    if (!isReport(part)) return [part]
    count++
    if (count % 7 === 0) return []
    if (count % 5 === 0) return [part, part]
    if (count % 3 === 0) {
      late.push(part)
      return []
    }
    return [part, ...late.splice(0)]
  }
  for (let round = 0; round < 12; round++) await one.round()
  await expectTruth(one)
})

test('the frames of two devices, swapped, open for neither', async () => {
  const one = await scene()
  one.mallory.up = (part) =>
    part.kind === 'frame' && !part.named ? [{ ...part, alias: 3 - part.alias }] : [part]
  await one.round()
  expect([one.centre.rows('D1'), one.centre.rows('D2')]).toEqual([[], []])
  await expectTruth(one)
})

test('a whole old session, played again, stores nothing', async () => {
  const one = await scene(['D1'])
  for (let round = 0; round < 3; round++) await one.round()
  const recorded = [...one.mallory.seen.up]
  const before = one.centre.entries().length
  one.site.line(false)
  one.site.line(true)
  const after = one.centre.entries().length
  one.mallory.say(recorded.map((part) => ({ ...part, alias: 100 })))
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect(before).toBeLessThanOrEqual(after)
  const played = one.centre.entries().slice(after)
  expect(played.filter(({ kind }) => kind === 'report' || kind === 'goodbye')).toEqual([])
  expect(one.centre.rows('D1')).toEqual([1, 2, 3])
  await expectTruth(one)
})

test('a session of a device whose key it does not have, begun by the relay itself, says nothing', async () => {
  const one = await scene(['D1'])
  one.mallory.say([{ kind: 'enter', alias: 99, device: 'D1' as never, random: new Uint8Array(8) }])
  one.mallory.say([{ kind: 'frame', alias: 99, named: true, sealed: new Uint8Array(40) }])
  await eventually('refused', () =>
    one.mallory.seen.down.some((part) => part.kind === 'refused' && part.why === 'bad-seal'),
  )
  // The device's own session goes on.
  await one.round()
  expect(one.centre.rows('D1')).toEqual([1])
  expect(one.centre.entries().filter(({ kind }) => kind === 'connected')).toHaveLength(1)
})

test('an acknowledgement that is invented, altered, repeated or of another session makes no journal forget', async () => {
  const one = await scene()
  one.mallory.up = (part) => (isReport(part) ? [] : [part])
  const acknowledgements = one.mallory.seen.down.filter(
    (part): part is DownPart & { kind: 'frame' } => part.kind === 'frame' && !part.named,
  )
  expect(acknowledgements.length).toBeGreaterThan(0)
  for (let attempt = 0; attempt < 6; attempt++) {
    await eventually('all are welcome', () => one.devices.every(({ neighbour }) => neighbour.live))
    await one.round()
    const old = acknowledgements[attempt % acknowledgements.length]!
    one.mallory.tell(
      [
        [{ ...old, alias: 1 }],
        [{ kind: 'frame' as const, alias: 1, named: false, sealed: new Uint8Array(9) }],
        [{ ...old, alias: 1, sealed: flip(old.sealed, 0) }],
        [
          { ...old, alias: 2 },
          { ...old, alias: 1 },
        ],
        [{ kind: 'answer' as const, alias: 1, random: new Uint8Array(8), proof: new Uint8Array(8) }],
        [{ ...old, named: true, alias: 2 }],
      ][attempt]!,
    )
    await new Promise((resolve) => setTimeout(resolve, 30))
    for (const device of one.devices) {
      expect(device.journal.pending().length + device.journal.unsealedRows).toBe(device.produced())
    }
  }
  await expectTruth(one)
})

test('what the relay holds shows nothing: equal reports differ, and no known bytes occur in it', async () => {
  const one = await scene(['D1'])
  for (let round = 0; round < 3; round++) await one.round()
  const sealed = one.mallory.seen.up.filter(isReport).map((part) => Buffer.from(part.sealed).toString('hex'))
  expect(new Set(sealed).size).toBe(sealed.length)
  // The same journal, sent again whole in another session: the same plaintext, and other bytes.
  const whole = Buffer.from(one.devices[0]!.journal.pending()[0]!.bytes).toString('hex')
  one.site.line(false)
  one.site.line(true)
  await eventually('sent again', () => one.mallory.seen.up.filter(isReport).length > sealed.length)
  const everything = one.mallory.seen.bytes.map((bytes) => Buffer.from(bytes).toString('hex')).join('')
  expect(whole.length).toBeGreaterThan(20)
  expect(everything).not.toContain(whole)
  expect(everything).not.toContain(whole.slice(8, 24))
  const after = one.mallory.seen.up.filter(isReport).map((part) => Buffer.from(part.sealed).toString('hex'))
  expect(new Set(after).size).toBe(after.length)
})
