import { setImmediate as nextTurn } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** The driver of SQLite lets go of a file that was closed only when its statements are collected, a turn later. */
export async function collectGarbage(): Promise<void> {
  collect()
  await nextTurn()
  collect()
  await nextTurn()
}
