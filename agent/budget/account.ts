import { readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { Month } from '#protocol/month.ts'
import { replaceFile } from '../durable.ts'
import type { Log } from '../log.ts'
import { type Calendar, NO_DATE } from './calendar.ts'

/** What is kept of a month's spending, in `<folder>/budget.json`. */
export interface Account {
  /** null while there was no date to believe. */
  month: Month | null
  /** Spent, and what is set aside to be spent next: after a power cut it is never too low. */
  bytes: number
  /** What may be spent on opening lines, see `openings.ts`. */
  openingBytes: number
  /** The step that was last announced. */
  step: number
  calendar: Calendar
}

const FILE = 'budget.json'

const NEW_ACCOUNT: Account = { month: null, bytes: 0, openingBytes: 0, step: 0, calendar: NO_DATE }

/** What was found: 'none' where there is no file, 'damaged' where nobody knows what was spent. */
export type SavedAccount = Account | 'none' | 'damaged'

/** Where the account is kept. */
export interface AccountStore {
  /** @throws the system's error when it cannot be read */
  read(): Promise<SavedAccount>
  /** Durable when it resolves. @throws the system's error */
  write(account: Account): Promise<void>
}

export function accountFile(folder: string, log: Pick<Log, 'warn'>): AccountStore {
  const path = join(folder, FILE)
  return {
    read: () => readAccount(path, log),
    write: (account) => replaceFile(path, `${JSON.stringify(account)}\n`),
  }
}

/** The account to go on with. Where the file was damaged the month counts as spent up to the cap. */
export function accountOf(saved: SavedAccount, capBytes: number | null): Account {
  if (saved === 'none') return NEW_ACCOUNT
  if (saved === 'damaged') return { ...NEW_ACCOUNT, bytes: capBytes ?? 0 }
  return saved
}

/** A file that holds no account is set aside as `budget.json.damaged`. */
async function readAccount(path: string, log: Pick<Log, 'warn'>): Promise<SavedAccount> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 'none'
    throw error
  }
  try {
    const account: unknown = JSON.parse(text)
    if (isAccount(account)) return account
  } catch {
    // Told below with the text that is no JSON.
  }
  log.warn({ path, got: text.slice(0, 80) }, 'account set aside: expected an account of the line as JSON')
  await rename(path, `${path}.damaged`)
  return 'damaged'
}

const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0

function isAccount(value: unknown): value is Account {
  if (typeof value !== 'object' || value === null) return false
  const { month, bytes, openingBytes, step, calendar }: Partial<Account> = value
  return (
    (month === null || isCount(month)) &&
    isCount(bytes) &&
    typeof openingBytes === 'number' &&
    Number.isFinite(openingBytes) &&
    isCount(step) &&
    isCalendar(calendar)
  )
}

function isCalendar(value: unknown): value is Calendar {
  if (typeof value !== 'object' || value === null) return false
  const { atMs, boot, uptimeSeconds, offTold, doubted }: Partial<Calendar> = value
  return (
    (atMs === null || isCount(atMs)) &&
    isCount(boot) &&
    isCount(uptimeSeconds) &&
    typeof offTold === 'boolean' &&
    (doubted === null ||
      (typeof doubted === 'object' && isCount(doubted.aheadMs) && isCount(doubted.sinceUptimeSeconds)))
  )
}
