import { join } from 'node:path'
import type { Settings } from '#protocol/settings.ts'
import type { AgentParts } from './agent.ts'
import {
  type Boot,
  behindFastStartup,
  lookAtBoot,
  nextBoot,
  readBoot,
  withRecord,
  writeBoot,
} from './boot.ts'
import { type AccountStore, accountFile, type SavedAccount } from './budget/account.ts'
import { mayCarryTimestamps } from './budget/timestamps.ts'
import type { Journal } from './journal/journal.ts'
import { openJournal } from './journal/open.ts'
import { DEFAULT_JOURNAL_BYTES } from './journal/size.ts'
import { type IdleLimitLearner, learnIdleLimit } from './link/idle-limit.ts'
import { idleLimitFile } from './link/idle-limit-file.ts'
import { reasonOf } from './reason.ts'
import { readSettings } from './settings.ts'

/** What the disk knew. */
export interface Opened {
  journal: Journal
  boot: Boot
  settings: Settings | null
  store: AccountStore
  saved: SavedAccount
  timestamps: boolean
  silences: IdleLimitLearner
}

/** Everything that an agent knows from before. @throws Error when its folder cannot be written */
export async function openAgent({
  config,
  folder,
  log,
  clock,
  machine,
}: Required<AgentParts>): Promise<Opened> {
  const store = accountFile(folder, log)
  const [settings, saved, timestamps] = [
    await readSettings(folder, log),
    await store.read(),
    await mayCarryTimestamps(),
  ]
  const { journalBytes: maxBytes = DEFAULT_JOURNAL_BYTES } = config
  const journal = await openJournal(join(folder, 'journal'), { log, maxBytes })
  try {
    const known = await readBoot(folder, log)
    let boot = nextBoot(known, await lookAtBoot(clock), journal)
    const isNew = known === 'damaged' || known?.number !== boot.number
    if (isNew || machine.wakesWithSameKernel) {
      const recorded = await machine
        .recordedEnd(known === 'damaged' ? null : known)
        .catch((error: unknown) => {
          log.warn({ reason: reasonOf(error) }, "the system's records do not say how the last boot ended")
          return null
        })
      boot = isNew ? withRecord(boot, recorded) : behindFastStartup(boot, known, recorded)
    }
    await writeBoot(folder, boot)
    const silences = await learnIdleLimit(idleLimitFile(folder), () => clock.nowMs(), log)
    return { journal, boot, settings, store, saved, timestamps, silences }
  } catch (error) {
    await journal.close()
    throw error
  }
}
