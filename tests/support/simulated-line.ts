import type { ReceivedTrain } from '../../agent/capacity/reading.ts'
import { seeded } from '../samples/seeded.ts'

/** A line and the receiver behind it, as a train meets them. */
export interface SimulatedLine {
  kbps: number
  /** What its token bucket holds when the train comes. */
  burstBytes: number
  /** Mean of the delay behind the line; each car has its own. */
  jitterUs?: number
  /** Behind the line. */
  loss?: number
  /** Beyond it the queue before the line runs over. */
  queueBytes?: number
  /** A radio hands on what it has gathered each so many µs. */
  frameUs?: number
  /** So often the receiver is kept waiting, by so long on average. */
  stalls?: number
  stallUs?: number
}

/** Ethernet's, which a shaper counts and IP does not. */
const LINK_HEADER_BYTES = 14
const SENDING_US = 12
const TAKING_US = 3

/** The arrivals of a train of cars sent at once. */
export function trainOver(
  line: SimulatedLine,
  { cars, packetBytes }: Pick<ReceivedTrain, 'cars' | 'packetBytes'>,
  seed: number,
): ReceivedTrain {
  const random = seeded(seed)
  const exponential = (meanUs: number): number => -meanUs * Math.log(1 - random())
  const { kbps, burstBytes, jitterUs = 0, loss = 0, queueBytes = Infinity, frameUs = 0 } = line
  const { stalls = 0, stallUs = 3000 } = line
  const bytesPerUs = kbps / 8000
  const needed = packetBytes + LINK_HEADER_BYTES
  let [tokens, freeUs] = [burstBytes, 0]
  const leftUs: number[] = []
  const came: { index: number; atUs: number }[] = []
  for (let index = 0; index < cars; index++) {
    const sentUs = index * SENDING_US
    const waiting = leftUs.filter((us) => us > sentUs).length
    if ((waiting + 1) * needed > queueBytes) continue
    const fromUs = Math.max(sentUs, freeUs)
    tokens = Math.min(burstBytes, tokens + (fromUs - freeUs) * bytesPerUs)
    const waitUs = Math.max(0, (needed - tokens) / bytesPerUs)
    tokens = Math.max(0, tokens - needed)
    freeUs = fromUs + waitUs
    leftUs.push(freeUs)
    if (random() < loss) continue
    const lateUs = exponential(jitterUs)
    came.push({
      index,
      atUs: frameUs > 0 ? Math.ceil((freeUs + lateUs) / frameUs) * frameUs : freeUs + lateUs,
    })
  }
  const endUs = Math.max(...came.map(({ atUs }) => atUs))
  for (let stall = 0; stall < stalls; stall++) {
    const fromUs = random() * endUs
    const toUs = fromUs + exponential(stallUs)
    for (const car of came) if (car.atUs > fromUs && car.atUs < toUs) car.atUs = toUs
  }
  came.sort((one, other) => one.atUs - other.atUs || one.index - other.index)
  let takenUs = Number.NEGATIVE_INFINITY
  const arrivals = came.map(({ index, atUs }) => {
    takenUs = Math.max(takenUs + TAKING_US, atUs)
    return { index, atUs: Math.round(takenUs) }
  })
  const firstUs = arrivals[0]?.atUs ?? 0
  return { cars, packetBytes, arrivals: arrivals.map(({ index, atUs }) => ({ index, atUs: atUs - firstUs })) }
}
