import fc from 'fast-check'
import { expect, test } from 'vitest'
import { WireError } from '#protocol/errors.ts'
import { deviceId } from '#protocol/ids.ts'
import {
  decodeTrain,
  encodeTrain,
  MAX_CAR_BYTES,
  MAX_CARS,
  MAX_TRAINS,
  MIN_CAR_BYTES,
  TRAIN_COOKIE_BYTES,
  TRAIN_NONCE_BYTES,
  TRAIN_TAG_BYTES,
  type TrainMessage,
  tagged,
  untagged,
} from '#protocol/train.ts'

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
const nonce = bytes(TRAIN_NONCE_BYTES)
const cookie = bytes(TRAIN_COOKIE_BYTES)
const device = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/).map(deviceId)
const train = fc.integer({ min: 0, max: MAX_TRAINS - 1 })
const index = fc.integer({ min: 0, max: MAX_CARS - 1 })
const arrivals = fc
  .array(fc.record({ index, waitedUs: fc.integer({ min: 0, max: 1_000_000 }) }), { maxLength: MAX_CARS })
  .map((given) => {
    let atUs = 0
    return given.map(({ index, waitedUs }) => {
      atUs += waitedUs
      return { index, atUs }
    })
  })

const message: fc.Arbitrary<TrainMessage> = fc.oneof(
  fc.record({ kind: fc.constant('ask' as const), nonce, device }),
  fc.record({ kind: fc.constant('begin' as const), nonce, device, cookie }),
  fc.record({
    kind: fc.constant('order' as const),
    nonce,
    train,
    cars: fc.integer({ min: 1, max: MAX_CARS }),
    carBytes: fc.integer({ min: MIN_CAR_BYTES, max: MAX_CAR_BYTES }),
    gapUs: fc.integer({ min: 0, max: 250_000 }),
  }),
  fc.record({ kind: fc.constant('tell' as const), nonce, train }),
  fc.record({ kind: fc.constant('end' as const), nonce }),
  fc.record({
    kind: fc.constant('car' as const),
    nonce,
    train,
    index,
    bytes: fc.integer({ min: MIN_CAR_BYTES, max: MAX_CAR_BYTES }),
  }),
  fc.record({ kind: fc.constant('challenge' as const), nonce, cookie }),
  fc.record({ kind: fc.constant('ready' as const), nonce }),
  fc.record({ kind: fc.constant('busy' as const), nonce, seconds: fc.integer({ min: 0, max: 86_400 }) }),
  fc.record({ kind: fc.constant('arrivals' as const), nonce, train, arrivals }),
)

test('what is written is read', () => {
  fc.assert(
    fc.property(message, (given) => {
      const body = encodeTrain(given)
      expect(decodeTrain(body)).toEqual(given)
      const whole = tagged(body, new Uint8Array(TRAIN_TAG_BYTES).fill(7))
      if (given.kind === 'car') expect(whole.length).toBe(given.bytes)
      expect(untagged(whole)?.body).toEqual(body)
    }),
  )
})

test('no bytes bring anything but a message or a WireError', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 1300 }), fc.integer({ min: 0, max: 12 }), (noise, kind) => {
      // Mostly past the first two checks.
      const given = Uint8Array.of(1, kind, ...noise)
      try {
        decodeTrain(given)
      } catch (error) {
        expect(error).toBeInstanceOf(WireError)
      }
    }),
    { numRuns: 2000 },
  )
})

test('a challenge is shorter than what asks for it, and so is every answer to a stranger', () => {
  const nonce = new Uint8Array(TRAIN_NONCE_BYTES)
  const cookie = new Uint8Array(TRAIN_COOKIE_BYTES)
  const ask = encodeTrain({ kind: 'ask', device: deviceId('D'), nonce }).length
  expect(encodeTrain({ kind: 'challenge', nonce, cookie }).length).toBeLessThan(ask)
  const begin = encodeTrain({ kind: 'begin', device: deviceId('D'), nonce, cookie }).length
  expect(encodeTrain({ kind: 'ready', nonce }).length).toBeLessThan(begin)
  expect(encodeTrain({ kind: 'busy', nonce, seconds: 86_400 }).length).toBeLessThan(begin)
})

const NONCE = Array.from({ length: TRAIN_NONCE_BYTES }, (_, at) => at)
test.each<[string, number[], RegExp]>([
  ['nothing', [], /version: expected 1 bytes, got 0/],
  ['another version', [2, 5, ...NONCE], /expected version 1, got 2/],
  ['no kind', [1], /kind: expected 1 bytes, got 0/],
  ['an unknown kind', [1, 11, ...NONCE], /expected a kind of message, got 11/],
  ['half a nonce', [1, 5, 1, 2, 3], /nonce: expected 8 bytes, got 3/],
  ['more behind an end', [1, 5, ...NONCE, 0], /end: expected its end, got 1 more/],
  ['an ask without its padding', [1, 1, ...NONCE, 2, 68, 49], /ask: expected at least 64 bytes/],
  ['a device with a space', [1, 2, ...NONCE, 3, 68, 32, 49], /device: expected a device id, got "D 1"/],
  ['half a cookie', [1, 2, ...NONCE, 2, 68, 49, 1, 2], /cookie: expected 16 bytes, got 2/],
  ['a ninth train', [1, 3, ...NONCE, 8], /train: expected at most 7, got 8/],
  ['a train of no cars', [1, 3, ...NONCE, 0, 0, 100, 0], /cars: expected at least 1, got 0/],
  ['a train of 101 cars', [1, 3, ...NONCE, 0, 101], /cars: expected at most 100, got 101/],
  ['cars of 20 bytes', [1, 3, ...NONCE, 0, 1, 20, 0], /bytes of a car: expected at least 64, got 20/],
  ['cars of 16,383 bytes', [1, 3, ...NONCE, 0, 1, 255, 127], /bytes of a car: expected at most 1200/],
  ['a gap of 2 s', [1, 3, ...NONCE, 0, 1, 100, 128, 137, 122], /gap: expected at most 250000, got 2000000/],
  ['a short car', [1, 6, ...NONCE, 0, 0], /car: expected 64 to 1200 bytes, got 24/],
  ['a car with the number 100', [1, 6, ...NONCE, 0, 100, ...Array(60).fill(0)], /index: expected at most 99/],
  ['101 arrivals', [1, 10, ...NONCE, 0, 101], /arrivals: expected at most 100/],
  ['an arrival that is missing', [1, 10, ...NONCE, 0, 2, 0, 0], /index: expected 1 bytes, got 0/],
  ['the arrival of a car 200', [1, 10, ...NONCE, 0, 1, 200, 0], /index: expected at most 99, got 200/],
])('%s is refused', (_, given, reason) => {
  expect(() => decodeTrain(Uint8Array.from(given))).toThrow(reason)
})

test('what is too short for a tag has no message', () => {
  expect(untagged(new Uint8Array(TRAIN_TAG_BYTES))).toBeNull()
})
