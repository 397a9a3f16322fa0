import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { WireError } from '#protocol/errors.ts'
import { deviceId } from '#protocol/ids.ts'
import {
  type DownPart,
  decodeDownBatch,
  decodeUpBatch,
  encodeDownBatch,
  encodeUpBatch,
  MAX_ALIAS,
  type UpBatch,
} from '#protocol/neighbours.ts'
import { encodeAcknowledgement, Opener, Sealer } from '#protocol/seal.ts'
import { nodeCipher, sealKeys } from '../../agent/relay/cipher.ts'
import * as centre from '../../server/relay/cipher.ts'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const bytes = (length: number, value: number): Uint8Array => new Uint8Array(length).fill(value)

const PSK = bytes(32, 0x0b)
const KEYS = sealKeys(PSK, bytes(8, 1), bytes(8, 2))

test('parts come back as they were, a round of neighbours with one byte each beside what is sealed', () => {
  const frame = (alias: number, length: number) => ({
    ...{ kind: 'frame' as const, alias, named: false },
    sealed: bytes(length + 8, alias),
  })
  const batch: UpBatch = { heldSeconds: 1, parts: [frame(1, 60), frame(2, 126), frame(3, 0)] }
  expect(encodeUpBatch(batch)).toHaveLength(1 + 3 + (60 + 126 + 0) + 3 * 8)
  expect(decodeUpBatch(encodeUpBatch(batch))).toEqual(batch)
  const odd: UpBatch = {
    heldSeconds: 0,
    parts: [
      { kind: 'enter', alias: 7, device: deviceId('MAY-01'), random: bytes(8, 9) },
      frame(MAX_ALIAS, 127),
      { ...frame(5, 4), named: true },
      frame(6, 60_000),
      { kind: 'silent', alias: 2 },
    ],
  }
  expect(decodeUpBatch(encodeUpBatch(odd))).toEqual(odd)
  const down: DownPart[] = [
    { kind: 'answer', alias: 1, random: bytes(8, 3), proof: bytes(8, 4) },
    frame(2, 1),
    { kind: 'refused', alias: 9, why: 'other-site' },
  ]
  expect(decodeDownBatch(encodeDownBatch(down))).toEqual(down)
})

test('whatever bytes come, a batch is read or refused by name', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
      for (const decode of [decodeUpBatch, decodeDownBatch]) {
        try {
          decode(noise)
        } catch (error) {
          expect(error).toBeInstanceOf(WireError)
        }
      }
    }),
    { numRuns: 2000 },
  )
})

test('both ends have the same cipher, and nothing but the next message opens', () => {
  expect(centre.sealKeys(PSK, bytes(8, 1), bytes(8, 2))).toEqual(KEYS)
  const content = bytes(60, 7)
  const sealer = new Sealer(nodeCipher, KEYS.up)
  const [first, second] = [sealer.seal({ named: false, content }), sealer.seal({ named: false, content })]
  expect(hex(first)).not.toBe(hex(second))
  const opener = (): Opener => new Opener(centre.nodeCipher, KEYS.up)
  expect(hex(opener().open(false, first)!)).toBe(hex(content))
  expect(opener().open(true, first)).toBeNull()
  expect(opener().open(false, second)).toBeNull()
  expect(opener().open(false, first.subarray(0, 5))).toBeNull()
  expect(new Opener(centre.nodeCipher, KEYS.down).open(false, first)).toBeNull()
  const tried = opener()
  expect(tried.open(false, second)).toBeNull()
  expect(tried.open(false, first), 'one guess a session').toBeNull()
})

test('the worked example of the specification is what the code makes', () => {
  const text = readFileSync(new URL('../../protocol/README.md', import.meta.url), 'utf8')
  const [, batch] = /A relay's batch `([0-9a-f ]+)`/.exec(text) ?? []
  const [, acknowledgement] = /acknowledgement of them `([0-9a-f ]+)`/.exec(text) ?? []
  const sealer = new Sealer(nodeCipher, KEYS.up)
  const sealed = sealer.seal({ named: false, content: Uint8Array.of(1, 2, 3) })
  const parts: UpBatch['parts'] = [{ kind: 'frame', alias: 1, named: false, sealed }]
  expect(batch?.replaceAll(' ', '')).toBe(hex(encodeUpBatch({ heldSeconds: 2, parts })))
  const message = encodeAcknowledgement(1)
  const down = new Sealer(nodeCipher, KEYS.down).seal(message)
  expect(acknowledgement?.replaceAll(' ', '')).toBe(
    hex(encodeDownBatch([{ kind: 'frame', alias: 1, named: message.named, sealed: down }])),
  )
})
