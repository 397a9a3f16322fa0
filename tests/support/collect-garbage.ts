import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')

/** The driver of SQLite lets go of a file that was closed only when its statements are collected. */
export const collectGarbage = runInNewContext('gc') as () => void
