import { stat, statfs } from 'node:fs/promises'
import { uptime } from 'node:os'
import { join } from 'node:path'
import type { BootEnd } from '#protocol/hello.ts'
import { endByMemory } from './boot/crash.ts'
import { journalOf } from './boot/journal.ts'
import { endByJournal, parseJournal } from './boot/journal-end.ts'
import { parseUtmp, UTMP_STRIDE, type UtmpRecord } from './boot/utmp.ts'
import { type BootEndWord, evidenceOf, type PresentBoot } from './boot/word.ts'
import { endByWtmp } from './boot/wtmp-end.ts'
import { bytesOf, namesIn, textOf } from './file.ts'
import { keepingOf, mountOf, parseMounts } from './mounts.ts'

/** Of wtmp, from its end: 1,250 records, of which a PC of an office writes ten a day. */
const MOST_WTMP = 50 * UTMP_STRIDE

export interface LastBootEndOptions {
  root?: string
  /** The kernel's name of the boot in which the agent ran last, as in /proc/sys/kernel/random/boot_id. */
  previousId?: string | null
  nowMs?: number
  uptimeSeconds?: number
  /** The last entries of a boot from the journal, as lines of JSON. */
  journal?: (root: string, boot: string) => Promise<string>
}

/**
 * How the boot before this one ended, by wtmp, systemd's journal and what memory outlived it; null when nothing tells.
 * A record of an end in order has precedence over one that lacks it, as a record may have got lost. Asked once a boot:
 * it may start a child process. Never rejects.
 *
 * Where logins are kept in a database (wtmpdb, Debian 13) it is not read: the journal tells.
 *
 * `power-loss` is an end that nobody wrote down, though it would have been kept: also the reset button, or a forced
 * restart. systemd writes to wtmp that the system went down, not what for; where the journal does not say it, an end
 * that the next boot followed within minutes was a restart.
 */
export async function lastBootEnd(
  options: LastBootEndOptions = {},
): Promise<{ end: BootEnd; evidence: string } | null> {
  try {
    const word = await decide(options)
    return word && { end: word.end, evidence: evidenceOf(word) }
  } catch {
    return null
  }
}

async function decide({ root = '/', previousId = null, ...options }: LastBootEndOptions) {
  const { nowMs = Date.now(), uptimeSeconds = uptime(), journal = journalOf } = options
  const id = (await textOf(join(root, 'proc/sys/kernel/random/boot_id'))).replaceAll('-', '') || null
  const present: PresentBoot = { id, startedMs: nowMs - uptimeSeconds * 1000 }
  const kept = await keepingOfLogs(root)
  const clockRunsWhenOff = (await namesIn(join(root, 'sys/class/rtc'))).length > 0

  const wtmp = kept === 'layered' ? null : await wtmpEnd(root, present, kept === 'disk', clockRunsWhenOff)
  if (wtmp && wtmp.end !== 'power-loss' && wtmp.sure) return wtmp

  // Which boot was the one before, a journal tells by its times: not where the clock cannot be trusted.
  const bootId = previousId?.replaceAll('-', '') ?? null
  const askable = bootId !== null || (clockRunsWhenOff && kept !== 'layered')
  const entries = askable ? parseJournal(await journal(root, bootId ?? '-1')) : []
  const journalled = endByJournal({ entries, bootId, present, keptAtOnce: kept === 'disk' })

  const words = [journalled, wtmp].filter((word) => word !== null)
  const orderly = words.filter(({ end }) => end !== 'power-loss')
  if (orderly.length > 0) return orderly.find(({ sure }) => sure) ?? orderly[0]!
  const signs = words.map(({ atMs }) => atMs).filter((atMs) => atMs !== null)
  const lastSignMs = signs.length > 0 ? Math.max(...signs) : null
  return (await endByMemory(root, present, lastSignMs)) ?? words[0] ?? null
}

async function keepingOfLogs(root: string): Promise<ReturnType<typeof keepingOf>> {
  const mount = mountOf('/var/log', parseMounts(await textOf(join(root, 'proc/self/mountinfo'))))
  const kept = mount ? keepingOf(mount) : 'disk'
  // On a full disk the record of an end in order finds no room either.
  return kept === 'disk' && (await isFull(join(root, 'var/log'))) ? 'memory' : kept
}

async function isFull(folder: string): Promise<boolean> {
  return statfs(folder).then(
    ({ bfree }) => bfree === 0,
    () => false,
  )
}

async function wtmpEnd(
  root: string,
  present: PresentBoot,
  keptAtOnce: boolean,
  clockRunsWhenOff: boolean,
): Promise<BootEndWord | null> {
  const [before, records, current] = await Promise.all([
    // What was rotated away may hold the beginning of the boot in question.
    recordsOf(join(root, 'var/log/wtmp.1')),
    recordsOf(join(root, 'var/log/wtmp')),
    recordsOf(join(root, 'run/utmp')),
  ])
  return endByWtmp({
    ...{ records: [...before, ...records], current, present, keptAtOnce, clockRunsWhenOff },
  })
}

/** A file that is not there, or holds no records, tells nothing. */
async function recordsOf(path: string): Promise<UtmpRecord[]> {
  try {
    const { size } = await stat(path)
    const from = Math.ceil(Math.max(0, size - MOST_WTMP) / UTMP_STRIDE) * UTMP_STRIDE
    return parseUtmp(await bytesOf(path, MOST_WTMP, from))
  } catch {
    return []
  }
}
