import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Segment } from '../../../agent/journal/segment.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const text = (word: string) => new TextEncoder().encode(word)

/** Every call on the file fails in turn, as on a full or dying disk; a failed write leaves half of itself behind. */
test('after any failed write or sync the file goes on as if it had not been tried', async () => {
  const folder = temporaryFolder()
  let failures = 0
  for (let failing = 0; failing < 12; failing++) {
    const path = join(folder, `${failing}`)
    const file = await open(path, 'w')
    let calls = 0
    const failNow = () => calls++ === failing
    const segment = new Segment(
      1,
      {
        write: async (bytes, position) => {
          const fails = failNow()
          await file.write(bytes, 0, fails ? bytes.length >> 1 : bytes.length, position)
          if (fails) throw new Error('ENOSPC: no space left on device')
        },
        sync: async () => {
          if (failNow()) throw new Error('EIO: i/o error')
          await file.datasync()
        },
        truncate: async (length) => {
          if (failNow()) throw new Error('EIO: i/o error')
          await file.truncate(length)
        },
        close: () => file.close(),
      },
      0,
    )
    const words = ['one-', 'two-and-longer-', 'three']
    for (const word of words) {
      while (
        !(await segment.append(text(word)).then(
          () => true,
          () => false,
        ))
      )
        failures++
    }
    await segment.close()
    expect(await readFile(path, 'utf8'), `call ${failing} failed`).toBe(words.join(''))
  }
  expect(failures, 'premise: the six calls of three appends each failed once').toBe(6)
})
