import type { Session } from '../incidents/session.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { lostRecord } from '../ledger/record.ts'
import type { Registry } from '../registry/registry.ts'

/** Those of a probed device that was up as far as anybody knew. */
const UP: readonly Session['state'][] = ['online', 'stale']

/**
 * After a start of the centre nobody asks a probed device until its prober has come back: until then nothing is known of
 * it, and it must not be taken for lost with the time. One that was lost before stays lost.
 */
export async function markUnwatched({
  registry,
  sessions,
  ledger,
  now,
}: {
  registry: Pick<Registry, 'devices'>
  sessions: { session(device: ReturnType<Registry['devices']>[number]['id']): { state: Session['state'] } }
  ledger: Pick<Ledger, 'append'>
  now: () => number
}): Promise<void> {
  for (const { id, prober } of registry.devices()) {
    if (prober === null || !UP.includes(sessions.session(id).state)) continue
    await ledger.append(lostRecord(now(), id, 'unwatched'))
  }
}
