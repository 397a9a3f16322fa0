import { ReplayError } from './replay-error.ts'

/** Enough for a warning of every commune of the country, 3,321 × 12 characters, twenty times over. */
export const MAX_LINE_LENGTH = 1_048_576

/**
 * The lines of a file as it comes in, without their ends; the last one may lack its own.
 * @throws ReplayError at a line that is longer than anybody writes: it is not held in memory
 */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  let number = 0
  for await (const chunk of chunks) {
    const text = rest + decoder.decode(chunk, { stream: true })
    let from = 0
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', from)) {
      number++
      // A carriage return needs no care: JSON takes it for white space.
      yield text.slice(from, end)
      from = end + 1
    }
    rest = text.slice(from)
    if (rest.length > MAX_LINE_LENGTH) {
      throw new ReplayError([`line ${number + 1}: expected at most ${MAX_LINE_LENGTH} characters, got more`])
    }
  }
  rest += decoder.decode()
  if (rest !== '') yield rest
}
