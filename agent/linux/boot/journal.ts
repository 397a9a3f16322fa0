import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { firstThere, namesIn } from '../file.ts'

/** The end of a boot fills 130 entries of a machine with few services, of a server 300. */
const ENTRIES = 400
/** With the fields below 400 entries have 180 kB. */
const MOST_BYTES = 2 * 1024 * 1024
/** On a board with an old SD card the index of a journal of 4 GB takes seconds. */
const WITHIN_MS = 20_000

const FIELDS = ['_BOOT_ID', 'MESSAGE_ID', 'UNIT', 'SYSLOG_IDENTIFIER'].join(',')
const PROGRAMS = ['usr/bin/journalctl', 'bin/journalctl']

/**
 * The last entries of a boot as lines of JSON: one child process, so once a boot. Empty where no journal is kept
 * over boots, where nobody may read it, or where it knows no such boot.
 * @param boot its id in 32 hexadecimal digits, or -1 for the one before this
 */
export async function journalOf(root: string, boot: string): Promise<string> {
  const folder = join(root, 'var/log/journal')
  if ((await namesIn(folder)).length === 0) return ''
  const program = await firstThere(PROGRAMS.map((path) => join('/', path)))
  if (!program) return ''
  const asked = ['--boot', boot, '--lines', String(ENTRIES), `--output-fields=${FIELDS}`]
  const manner = ['--directory', folder, '--output', 'json', '--no-pager', '--quiet']
  return new Promise((resolve) => {
    execFile(
      program,
      [...manner, ...asked],
      { timeout: WITHIN_MS, killSignal: 'SIGKILL', maxBuffer: MOST_BYTES, env: { LC_ALL: 'C' } },
      (_error, stdout) => resolve(stdout),
    )
  })
}
