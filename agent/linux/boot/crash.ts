import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { namesIn, numberIn, textOf } from '../file.ts'
import { type BootEndWord, type PresentBoot, pastTime } from './word.ts'

/** WDIOF_CARDRESET of the kernel's watchdog API: the watchdog made the last reset. */
const BY_WATCHDOG = 0x20

/** A kernel writes its last words within seconds of its last sign in the records; the cache of those is five minutes. */
const SIGN_TOLERANCE_MS = 600_000
/** Without any sign: a machine that crashed is switched off and on within the hour, or nobody knows. */
const FRESH_MS = 3600_000

/** The last words of a log; a line has at most 1 kB. */
const TAIL = 4096

/**
 * What the memory of the last boot tells where it survived: a warm start, so no loss of power. `shutdown` and
 * `restart` are the kernel's own last words, `unknown` is a crash. Null where nothing survived.
 * @param lastSignMs the last that other records know of that boot
 */
export async function endByMemory(
  root: string,
  present: PresentBoot,
  lastSignMs: number | null,
): Promise<BootEndWord | null> {
  const folder = join(root, 'sys/fs/pstore')
  const names = await namesIn(folder)
  const console = names.find((name) => name.startsWith('console-ramoops'))
  if (console) return endOfConsole((await textOf(join(folder, console), 1024 * 1024)).slice(-TAIL))
  const crash: BootEndWord = { end: 'unknown', atMs: null, by: 'kernel panic pstore', sure: true }
  for (const name of names.filter((name) => name.startsWith('dmesg-'))) {
    const path = join(folder, name)
    const atMs = await stat(path).then(
      ({ mtimeMs }) => mtimeMs,
      () => 0,
    )
    const since = lastSignMs === null ? present.startedMs - FRESH_MS : lastSignMs - SIGN_TOLERANCE_MS
    if (atMs < since || !isPanic(await textOf(path, TAIL))) continue
    return { ...crash, atMs: pastTime(atMs, present) }
  }
  const bits = numberIn(await textOf(join(root, 'sys/class/watchdog/watchdog0/bootstatus'))) ?? 0
  return (bits & BY_WATCHDOG) === 0 ? null : { ...crash, by: 'reset watchdog' }
}

/** The kernel's messages before it hands over: `kernel/reboot.c`. */
export function endOfConsole(tail: string): BootEndWord {
  const word = { atMs: null, by: 'pstore', sure: true }
  if (/reboot: Restarting system/.test(tail)) return { ...word, end: 'restart' }
  if (/reboot: (Power down|System halted)/.test(tail)) return { ...word, end: 'shutdown' }
  return { ...word, end: 'unknown', by: isPanic(tail) ? 'kernel panic pstore' : 'reset pstore' }
}

/** A mere Oops need not end a boot. */
function isPanic(text: string): boolean {
  return /^Panic#\d|Kernel panic - not syncing/m.test(text)
}
