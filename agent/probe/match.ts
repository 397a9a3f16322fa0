import { type Context, createContext, Script } from 'node:vm'

/** Of an answer a pattern is shown no more: a status page of a loudspeaker has 2 to 20 KB. */
const MAX_TEXT_LENGTH = 64 * 1024

/** An honest pattern is through 64 KB in under 1 ms; one that goes back and forth without end is cut off here. */
const MATCH_MS = 50

/** Only there a time limit also ends a regular expression that is under way. A run costs 0.05 ms. */
let bounded: { script: Script; context: Context } | null = null

/**
 * `^` and `$` stand for the ends of lines, as the answers of devices have one thing a line.
 * @throws Error when it is no regular expression
 */
export function compilePattern(pattern: string): RegExp {
  try {
    return new RegExp(pattern, 'm')
  } catch (error) {
    throw new Error(`expected a regular expression, got ${JSON.stringify(pattern)}: ${String(error)}`)
  }
}

/**
 * What stands for the pattern in `text`: its first group, or where it has none the whole match; null: nothing does.
 * @throws Error when the pattern is none, or takes too long with this text
 */
export function firstMatch(pattern: string, text: string): string | null {
  bounded ??= { script: new Script('pattern.exec(text)'), context: createContext(Object.create(null)) }
  const { script, context } = bounded
  context.pattern = compilePattern(pattern)
  context.text = text.slice(0, MAX_TEXT_LENGTH)
  try {
    const found: RegExpExecArray | null = script.runInContext(context, { timeout: MATCH_MS })
    return found && (found.length > 1 ? (found[1] ?? '') : found[0])
  } catch (error) {
    const late = (error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
    if (!late) throw error
    throw new Error(`match: expected an end within ${MATCH_MS} ms, got none of ${JSON.stringify(pattern)}`)
  } finally {
    // Else the answer would be held until the next one.
    context.text = ''
  }
}
