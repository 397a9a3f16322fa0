import type { DeviceId } from '#protocol/ids.ts'
import type { CarArrival } from '#protocol/train.ts'
import { Conversation, type ConversationParts, SHORT_ANSWER_BYTES } from './conversation.ts'
import { type DirectionEstimate, directionOf } from './direction.ts'
import { nextTrain, ofTheLine, type PlannedTrain, type SentTrain } from './plan.ts'
import { readTrain } from './reading.ts'

/** All of IP, both ways, all that is sent again too: the promise. */
export const MAX_ESTIMATE_BYTES = 200_000
/** With less a line of 8 Mbit/s cannot be told from one of 50. */
export const LEAST_ESTIMATE_BYTES = 40_000
/** Of the trains up, for a question of 60 bytes and its answer of 470, both sent three times, and the end. */
const TELL_BYTES = 1700

/** In kbit/s; null: nobody knows. */
export interface KnownRates {
  down: number | null
  up: number | null
}

/** What one look at a line has shown; null: nothing that could be told. */
export interface CapacityEstimate {
  down: DirectionEstimate | null
  up: DirectionEstimate | null
  spentBytes: number
  /** For the log: what was sent. */
  trains: { down: SentTrain[]; up: SentTrain[] }
}

/** The centre has no room, or has done enough for this device. */
export class Busy extends Error {
  readonly seconds: number

  constructor(seconds: number) {
    super(`centre: expected to be ready, is busy for ${seconds} s`)
    this.name = 'Busy'
    this.seconds = seconds
  }
}

export interface EstimateParts extends ConversationParts {
  device: DeviceId
  /** What the line carried when it was looked at last. */
  known: KnownRates
  /** Beyond which it does not go. */
  maxBytes: number
  /** Told in the end, whatever happens. */
  onSpent(bytes: number): void
}

/** @throws Busy, or Error when the centre does not answer by UDP or `signal` ends it */
export async function estimateLine(parts: EstimateParts): Promise<CapacityEstimate> {
  const { device, known, maxBytes, onSpent } = parts
  const conversation = new Conversation(parts)
  try {
    await conversation.open()
    await beginning(conversation, device)
    const down = await direction(
      conversation,
      { untilBytes: maxBytes / 2, knownKbps: known.down },
      (train, planned) => conversation.receiveTrain({ train, ...planned }),
    )
    const up = await direction(
      conversation,
      { untilBytes: maxBytes - TELL_BYTES, knownKbps: known.up },
      (train, planned) => conversation.sendTrain(train, planned),
    )
    conversation.say({ kind: 'end', nonce: conversation.nonce })
    const { spentBytes } = conversation
    return { down: directionOf(down), up: directionOf(up), spentBytes, trains: { down, up } }
  } finally {
    conversation.close()
    onSpent(conversation.spentBytes)
  }
}

const short = (expected: string) => ({ expected, answerBytes: SHORT_ANSWER_BYTES })

async function beginning(conversation: Conversation, device: DeviceId): Promise<void> {
  const { nonce } = conversation
  const cookie = await conversation.ask({ kind: 'ask', device, nonce }, short('a challenge'), (heard) =>
    heard.kind === 'challenge' ? heard.cookie : null,
  )
  const busy = await conversation.ask(
    { kind: 'begin', device, nonce, cookie },
    short('to be let in'),
    (heard) => {
      if (heard.kind === 'ready') return { seconds: 0 }
      return heard.kind === 'busy' ? heard : null
    },
  )
  if (busy.seconds > 0) throw new Busy(busy.seconds)
}

/** Until so many bytes of the whole estimate are spent, those of the other direction before it too. */
async function direction(
  conversation: Conversation,
  { untilBytes, knownKbps }: { untilBytes: number; knownKbps: number | null },
  run: (train: number, planned: PlannedTrain) => Promise<CarArrival[]>,
): Promise<SentTrain[]> {
  const { headerBytes } = conversation
  const sent: SentTrain[] = []
  for (;;) {
    const leftBytes = untilBytes - conversation.spentBytes - TELL_BYTES
    const planned = nextTrain(sent, { leftBytes, headerBytes, knownKbps })
    if (!planned) return sent
    const arrivals = await run(sent.length, planned)
    const packetBytes = planned.carBytes + headerBytes
    const reading = readTrain({ cars: planned.cars, packetBytes, arrivals })
    sent.push({ ...planned, reading: ofTheLine(planned, reading, headerBytes) })
  }
}
