import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'

/**
 * The next line of input, asked for on `output`; at a terminal it shows nowhere.
 * @throws Error when the input ends before a line came, or Ctrl-C ends it
 */
export async function askPassword(
  prompt: string,
  input: NodeJS.ReadableStream & { isTTY?: boolean },
  output: NodeJS.WritableStream,
): Promise<string> {
  const terminal = input.isTTY === true
  // As a terminal's reader readline keeps the terminal from echoing and does it in its place: to nowhere.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  output.write(prompt)
  const lines = createInterface({ input, output: nowhere, terminal, historySize: 0 })
  try {
    return await new Promise<string>((resolve, reject) => {
      lines.once('line', resolve)
      lines.once('close', () => reject(new Error('expected the password on standard input, got its end')))
    })
  } finally {
    lines.close()
    output.write('\n')
  }
}
