import { createInterface } from 'node:readline'
import { askPassword } from '../password.ts'

/**
 * A line of input for each prompt. At a terminal they are asked for and show nowhere; else they are the first lines of
 * the input.
 * @throws Error when the input ends before
 */
export async function askSecrets(
  prompts: readonly string[],
  input: NodeJS.ReadableStream & { isTTY?: boolean },
  output: NodeJS.WritableStream,
): Promise<string[]> {
  const secrets: string[] = []
  if (prompts.length === 0) return secrets
  if (input.isTTY === true) {
    for (const prompt of prompts) secrets.push(await askPassword(prompt, input, output))
    return secrets
  }
  // One reader for all: a second one would miss what the first has taken in.
  const lines = createInterface({ input })
  try {
    for await (const line of lines) {
      secrets.push(line)
      if (secrets.length === prompts.length) return secrets
    }
  } finally {
    lines.close()
  }
  throw new Error(
    `expected ${prompts.length} lines on standard input, got ${secrets.length}: ${prompts[secrets.length]}`,
  )
}
