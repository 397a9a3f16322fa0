import type { Hello } from '#protocol/hello.ts'
import type { DeviceId } from '#protocol/ids.ts'
import { LOSS_REASONS, type RowsLossReason } from '#protocol/loss.ts'
import type { Database } from '../sqlite/database.ts'
import { type DeviceEntry, PerDevice } from './per-device.ts'

export type DeclaredLost = Record<RowsLossReason, number>

/** Rows of a device: produced = stored + declared lost + waiting + vanished. */
export interface RowSums {
  produced: number
  stored: number
  declaredLost: DeclaredLost
  /** Still on the device. */
  waiting: number
  /** They went with a journal that was made anew, so nobody could declare them. */
  vanished: number
}

interface Sums {
  produced: number
  stored: number
  declaredLost: DeclaredLost
}

/** A moment on a device's own clock. */
interface Moment {
  boot: number
  uptimeSeconds: number
}

interface Account {
  /** What the journals before this one came to. */
  earlier: Sums
  /** Of earlier journals, the newest of them: what comes late under one is theirs. */
  earlierEpochs: number[]
  /** Of this journal; damage gives it a new one. */
  epochs: number[]
  /** Of this journal: rows when it last said hello, and those measured since that have come. */
  present: Sums
  helloAt: Moment | null
}

/** More than a device's journals are ever made anew and damaged: what comes later than that counts as of now. */
const MAX_EPOCHS = 32

const NOTHING: Sums = {
  produced: 0,
  stored: 0,
  declaredLost: { thinned: 0, dropped: 0, damaged: 0, refused: 0 },
}
const UNHEARD: Account = {
  earlier: NOTHING,
  earlierEpochs: [],
  epochs: [],
  present: NOTHING,
  helloAt: null,
}

/** For each device: how many rows it has measured, how many of them are here, and what became of the others. */
export class Completeness extends PerDevice<Account> {
  constructor(database: Database) {
    super({ database, name: 'completeness', table: 'device_rows', unheard: UNHEARD, take })
  }

  of(device: DeviceId): RowSums {
    const { earlier, present } = this.stateOf(device)
    const known = knownOf(present)
    const produced = Math.max(present.produced, known)
    const all = plus(earlier, { ...present, produced })
    const waiting = produced - known
    return { ...all, waiting, vanished: all.produced - knownOf(all) - waiting }
  }
}

/** The ledger holds each report and each declaration once, so every entry counts. */
function take(account: Account, entry: DeviceEntry): Account {
  switch (entry.kind) {
    case 'connected':
      return entry.hello ? takeHello(account, entry.hello) : account
    case 'report': {
      const { epoch, boot, uptimeSeconds, offsetsSeconds } = entry.report
      const since = offsetsSeconds.filter((offset) =>
        isAfter(account.helloAt, { boot, uptimeSeconds: uptimeSeconds + offset }),
      ).length
      return add(account, epoch, { ...NOTHING, stored: offsetsSeconds.length, produced: since })
    }
    case 'loss': {
      const { epoch, rows, reason } = entry.loss
      const declaredLost = { ...NOTHING.declaredLost, [reason]: rows }
      return add(account, epoch, {
        ...NOTHING,
        declaredLost,
        produced: isAfter(account.helloAt, entry.loss) ? rows : 0,
      })
    }
    case 'lost':
    case 'goodbye':
    case 'pace':
    case 'traits':
      return account
  }
}

function takeHello(account: Account, { epoch, boot, uptimeSeconds, rows }: Hello): Account {
  const { present, epochs } = account
  const helloAt = { boot, uptimeSeconds }
  // A journal only grows: one that has fewer rows under another epoch is another one.
  const isAnother = epochs.length > 0 && !epochs.includes(epoch) && rows < present.produced
  if (!isAnother) {
    const all = epochs.includes(epoch) ? epochs : [...epochs, epoch].slice(-MAX_EPOCHS)
    return {
      ...account,
      epochs: all,
      helloAt,
      present: { ...present, produced: Math.max(rows, present.produced) },
    }
  }
  const produced = Math.max(present.produced, knownOf(present))
  return {
    earlier: plus(account.earlier, { ...present, produced }),
    earlierEpochs: [...account.earlierEpochs, ...epochs].slice(-MAX_EPOCHS),
    epochs: [epoch],
    present: { ...NOTHING, produced: rows },
    helloAt,
  }
}

function add(account: Account, epoch: number, sums: Sums): Account {
  if (!account.earlierEpochs.includes(epoch)) return { ...account, present: plus(account.present, sums) }
  return { ...account, earlier: plus(account.earlier, { ...sums, produced: 0 }) }
}

/** Measured after the hello that told how many rows there were. */
function isAfter(helloAt: Moment | null, { boot, uptimeSeconds }: Moment): boolean {
  if (helloAt === null) return false
  return boot > helloAt.boot || (boot === helloAt.boot && uptimeSeconds > helloAt.uptimeSeconds)
}

function plus(one: Sums, other: Sums): Sums {
  const lost = LOSS_REASONS.map((reason) => [reason, one.declaredLost[reason] + other.declaredLost[reason]])
  return {
    produced: one.produced + other.produced,
    stored: one.stored + other.stored,
    declaredLost: Object.fromEntries(lost) as DeclaredLost,
  }
}

/** Rows whose fate is known. */
function knownOf({ stored, declaredLost }: Sums): number {
  return LOSS_REASONS.reduce((sum, reason) => sum + declaredLost[reason], stored)
}
