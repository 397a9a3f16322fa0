import type { Observation } from '../incidents/observation.ts'
import { CLOCK_TOLERANCE_MS } from '../incidents/set-back.ts'
import { LineFault } from './fields.ts'
import { isWorldLine, parseLine } from './parse.ts'
import { ReplayError } from './replay-error.ts'
import type { ToldWorld } from './world.ts'

/** A file of another kind has as many faults as lines: these are told, the others counted. */
const MAX_TOLD_FAULTS = 20

/**
 * What the lines observe, in their order; what they say of the world goes to `world` as it comes. From the first fault
 * on nothing more is given, but all that follows is still looked at, so that all faults are told at once.
 * @throws ReplayError with the number of each line
 */
export async function* readLines(
  lines: AsyncIterable<string> | Iterable<string>,
  world: ToldWorld,
): AsyncGenerator<Observation> {
  const problems: string[] = []
  let faults = 0
  const note = (line: number, text: string): void => {
    if (faults++ < MAX_TOLD_FAULTS) problems.push(`line ${line}: ${text}`)
  }
  const noteWorld = (): void => {
    for (const { line, text } of world.faults()) note(line, text)
  }

  let number = 0
  let newest = 0
  /** The world has changed since its parts were last found to fit. */
  let untested = true
  for await (const text of lines) {
    number++
    if (text === '' || text === '\r') continue
    try {
      const line = parseLine(text, world.keepaliveOf)
      if (isWorldLine(line)) {
        world.tell(line, number)
        untested = true
        continue
      }
      requireOrder(line.t, newest)
      newest = Math.max(newest, line.t)
      if (faults > 0) continue
      if (untested) noteWorld()
      untested = false
      if (faults === 0) yield line
    } catch (error) {
      if (!(error instanceof LineFault)) throw error
      note(number, error.message)
    }
  }
  if (untested && faults === 0) noteWorld()
  if (faults > 0) throw new ReplayError(problems, faults - problems.length)
}

/** What the engine takes for now: what had to wait for one another on its way to the centre's disk. */
function requireOrder(t: number, newest: number): void {
  const earliest = newest - CLOCK_TOLERANCE_MS
  if (t >= earliest) return
  throw new LineFault(
    `t: expected at or after ${earliest}, which is ${CLOCK_TOLERANCE_MS / 1000} s before the newest so far, got ${t}`,
  )
}
