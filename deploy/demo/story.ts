import { readFileSync } from 'node:fs'
import type { ContractLine, WorldLine } from './simulator/contract-line.ts'

/** What really happens, as the one who made it up knows; `{id}` stands for the name of a place or a device. */
export interface Truth {
  t: number
  vi: string
  en: string
}

/** A world, and what happens in it from `startMs` to `endMs`, ms since 1970. Lines before that say how it came to be so. */
export interface Story {
  world: WorldLine[]
  lines: ContractLine[]
  startMs: number
  endMs: number
  truth: Truth[]
}

/** Behind the last line there is still something to be seen: what the centre makes of it. */
const EPILOGUE_MS = 30 * 60_000

type Line = WorldLine | ContractLine | ({ type: 'truth' } & Truth)

/**
 * A story in the format of the replay, a JSON object a line; the lines of its first moment are the stage as the curtain
 * rises. Further lines `{"t":…,"type":"truth","vi":"…","en":"…"}` are told beside it.
 * @throws Error naming the line that cannot be read
 */
export function readStory(file: string): Story {
  const world: WorldLine[] = []
  const lines: ContractLine[] = []
  const truth: Truth[] = []
  textOf(file)
    .split('\n')
    .forEach((text, at) => {
      if (text.trim() === '') return
      const line = parsed(text, `${file}:${at + 1}`)
      if (line.type === 'truth') truth.push(line)
      else if ('t' in line) lines.push(line)
      else world.push(line)
    })
  const first = lines[0]
  if (!first) throw new Error(`${file}: expected lines with a time, got none`)
  return { world, lines, truth, startMs: first.t + 1, endMs: lines.at(-1)!.t + EPILOGUE_MS }
}

function parsed(text: string, place: string): Line {
  try {
    const line: unknown = JSON.parse(text)
    if (typeof line === 'object' && line !== null && 'type' in line) return line as Line
  } catch {
    // Told below like any other text that is no line.
  }
  throw new Error(`${place}: expected a JSON object with a type, got ${text.slice(0, 60)}`)
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    throw new Error(`--story: expected a file that can be read, got ${code ?? message} of ${file}`, { cause })
  }
}
