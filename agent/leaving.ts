import { execFile } from 'node:child_process'
import type { GoodbyeReason } from '#protocol/goodbye.ts'

/** A system that goes down gives its services seconds; the answer comes over a local socket within 20 ms. */
const ASK_MS = 1000

/** Words that no language changes, and the folders of a system's own programs. */
const PLAIN = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' }

/** The jobs of a systemd that goes down: it starts one of these targets (systemd.special(7)). */
const TARGETS: readonly [target: RegExp, reason: GoodbyeReason][] = [
  [/^\d+\s+(?:reboot|kexec|soft-reboot)\.target\s+start\b/m, 'restart'],
  [/^\d+\s+(?:poweroff|halt)\.target\s+start\b/m, 'shutdown'],
  [/^\d+\s+(?:suspend|hibernate|hybrid-sleep|suspend-then-hibernate)\.target\s+start\b/m, 'sleep'],
]

/** Why an agent that is told to stop leaves, from what `systemctl list-jobs --plain --no-legend` prints. */
export function reasonInJobs(jobs: string): GoodbyeReason {
  return TARGETS.find(([target]) => target.test(jobs))?.[1] ?? 'service-stop'
}

/**
 * Whether the whole machine goes, or only this service: SIGTERM is the same for both. Where nobody can be asked it is the
 * service; the next start finds in the system's records what it was.
 */
export function leavingReason(): Promise<GoodbyeReason> {
  if (process.platform !== 'linux') return Promise.resolve('service-stop')
  const args = ['list-jobs', '--plain', '--no-legend', '--no-pager']
  return new Promise((resolve) => {
    execFile('systemctl', args, { timeout: ASK_MS, env: PLAIN }, (error, stdout) => {
      resolve(error ? 'service-stop' : reasonInJobs(stdout))
    })
  })
}
