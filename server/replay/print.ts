import type { Writable } from 'node:stream'

/**
 * Writes each text when the one before has gone, so that a slow reader slows the run and fills no memory. A reader that
 * has left, as `head` does, ends it without an error.
 */
export async function print(texts: AsyncIterable<string> | Iterable<string>, out: Writable): Promise<void> {
  // What goes wrong comes to the callback of the write; without a listener it would end the process as well.
  out.on('error', () => {})
  try {
    for await (const text of texts) await write(out, text)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error
  }
}

/** A JSON object a line. */
export async function* jsonLines(records: AsyncIterable<object>): AsyncGenerator<string> {
  for await (const record of records) yield `${JSON.stringify(record)}\n`
}

function write(out: Writable, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    out.write(text, (error) => (error ? reject(error) : resolve()))
  })
}
