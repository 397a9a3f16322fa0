import { BOOT_TIME, DAMAGED, RUN_LEVEL, type UtmpRecord } from './utmp.ts'
import { type BootEndWord, type PresentBoot, pastTime } from './word.ts'

export interface WtmpCase {
  /** Of /var/log/wtmp, those of the file before it in front. */
  records: readonly UtmpRecord[]
  /** Of /run/utmp, which no boot finds as the one before left it; empty where there is none. */
  current: readonly UtmpRecord[]
  present: PresentBoot
  /** Where the folder is memory that is written to the disk now and then, a record that lacks proves nothing. */
  keptAtOnce: boolean
  /** A board without a clock of its own begins at the time that was saved last: how long it was off nobody knows. */
  clockRunsWhenOff: boolean
}

/** init writes the boot's start when user space begins: behind firmware, boot loader and a check of the disk. */
const START_TOLERANCE_MS = 300_000

/** systemd writes no run level 0 or 6. Whatever is up again so soon was restarted. */
const RESTART_GAP_MS = 180_000

const RUN_LEVELS: Readonly<Record<string, 'shutdown' | 'restart'>> = { '0': 'shutdown', '6': 'restart' }

/**
 * The order of the records decides, as clocks jump: a boot, no shutdown behind it, the present boot. Null when they
 * tell nothing: not of this boot, rotated away, damaged in between.
 */
export function endByWtmp(given: WtmpCase): BootEndWord | null {
  const { records, present } = given
  const now = records.findLastIndex(({ type }) => type === BOOT_TIME)
  if (now < 0 || !isPresent(records[now]!, given)) return null
  const lastSign = records.slice(0, now).findLast(({ type }) => type !== 0)
  let shutdown: UtmpRecord | null = null
  for (let place = now - 1; place >= 0; place--) {
    const record = records[place]!
    if (record.type === DAMAGED) return null
    if (record.type === BOOT_TIME) {
      if (shutdown) return concluded(shutdown, given)
      const atMs = pastTime(lastSign!.atMs, present)
      return given.keptAtOnce ? { end: 'power-loss', atMs, by: 'wtmp', sure: true } : null
    }
    if (record.type !== RUN_LEVEL) continue
    const level = RUN_LEVELS[String.fromCharCode(record.pid & 0xff)]
    if (level) return { end: level, atMs: pastTime(record.atMs, present), by: 'wtmp', sure: true }
    if (record.user === 'shutdown') shutdown ??= record
    else if (shutdown) return concluded(shutdown, given)
  }
  return shutdown ? concluded(shutdown, given) : null
}

function isPresent({ atMs }: UtmpRecord, { current, present }: WtmpCase): boolean {
  const boot = current.findLast(({ type }) => type === BOOT_TIME)
  if (boot) return boot.atMs === atMs
  return Math.abs(atMs - present.startedMs) <= START_TOLERANCE_MS
}

/** Stopped in order; whether to start again only the time until it did says. */
function concluded(shutdown: UtmpRecord, { present, clockRunsWhenOff }: WtmpCase): BootEndWord {
  const atMs = pastTime(shutdown.atMs, present)
  const soon = atMs !== null && present.startedMs - atMs <= RESTART_GAP_MS
  return { end: soon && clockRunsWhenOff ? 'restart' : 'shutdown', atMs, by: 'wtmp', sure: false }
}
