import { WireError } from '#protocol/errors.ts'
import { decodeTrain, type TrainMessage } from '#protocol/train.ts'

/** @param body without its tag @returns null where it is no message of ours */
export function readTrainMessage(body: Uint8Array): TrainMessage | null {
  try {
    return decodeTrain(body)
  } catch (error) {
    if (error instanceof WireError) return null
    throw error
  }
}
