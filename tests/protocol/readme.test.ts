import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { baseOf } from '#protocol/base.ts'
import { decodeHello } from '#protocol/hello.ts'
import { decodeReport } from '#protocol/report.ts'
import { encodeTrain } from '#protocol/train.ts'
import { trainKeys, withTag } from '../../server/capacity/tags.ts'
import { REPORT_VECTORS, STANDING_VECTORS } from './vectors.ts'

const text = readFileSync(new URL('../../protocol/README.md', import.meta.url), 'utf8')
const bytesOf = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'))

/** The messages that the specification works through: hex in groups. */
const examples = [...text.matchAll(/`([0-9a-f]{2}(?: [0-9a-f]+)+)`/g)].map(([, hex]) =>
  hex!.replaceAll(' ', ''),
)
const whole = REPORT_VECTORS[0]!.hex
const standing = STANDING_VECTORS[0]!.hex

test('the worked examples of the specification are messages of ours', () => {
  const hello = examples.find((hex) => hex.startsWith('01c5c604'))
  expect(decodeHello(bytesOf(hello!))).toMatchObject({ epoch: 74565, uptimeSeconds: 36_000, rows: 151_943 })
  expect(examples).toContain(whole)
  expect(examples).toContain(standing)
  const onBattery = examples.find((hex) => hex.startsWith('10010702'))
  expect(decodeReport(bytesOf(onBattery!))).toEqual({
    ...{ epoch: 1, seq: 7, boot: 2, uptimeSeconds: 10_800, clockSeconds: null, offsetsSeconds: [0] },
    columns: [{ metric: 11, values: [2] }],
  })
})

test('the bits that they are worked through are those of the message', () => {
  const { before } = STANDING_VECTORS[0]!
  const table = /\| bits \| what \|\n\|---\|---\|\n((?:\|.*\n)+)/.exec(text)![1]!
  const bits = [...table.matchAll(/^\| ((?:`[01 ]+` ?)+)\|/gm)].map(([, cell]) =>
    cell!.replaceAll(/[` ]/g, ''),
  )
  const body = [...bytesOf(standing.slice(8))].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  // The first bit says that there are no gaps.
  expect(`0${bits.join('')}`).toBe(body)
  expect(bytesOf(standing)[3]).toBe(baseOf(before).check)
  expect(decodeReport(bytesOf(whole)).columns).toEqual([{ metric: 1, values: [125] }])
})

test('the packets of a capacity estimate in the specification are what the code makes', () => {
  const keys = trainKeys(new Uint8Array(32).fill(0x0b))
  const nonce = new Uint8Array(8).fill(3)
  const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
  for (const key of [keys.up, keys.down]) expect(text).toContain(`\`${hexOf(key)}\``)
  const order = { train: 0, cars: 8, carBytes: 600, gapUs: 0 }
  expect(examples).toContain(hexOf(withTag(keys.up, encodeTrain({ kind: 'order', nonce, ...order }))))
  const arrivals = [
    { index: 0, atUs: 0 },
    { index: 2, atUs: 9500 },
  ]
  const told = encodeTrain({ kind: 'arrivals', nonce, train: 0, arrivals })
  expect(examples).toContain(hexOf(withTag(keys.down, told)))
})
