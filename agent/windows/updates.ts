import { booleanOf, dateOf, numberOf, type Row, textOf, toDate } from './fields.ts'

/** FILETIME counts 100 ns from 1601; this is 1970 in it, in ms. */
const FILETIME_1970_MS = 11_644_473_600_000

/** A clock that stands a little behind that of the update is no reason to doubt. */
const AHEAD_MS = 24 * 3600_000

/** What says when Windows last took an update, the surest first. */
export interface UpdateRows {
  /** Installed packages of the component store. */
  packages: readonly Row[]
  /** Win32_QuickFixEngineering. */
  hotfixes: readonly Row[]
  /** The results of the update service. */
  autoupdate: readonly Row[]
}

/** ms since 1970 of the last update; null when nothing says. A date that is still to come says nothing. */
export function lastUpdateMs({ packages, hotfixes, autoupdate }: UpdateRows, nowMs: number): number | null {
  for (const dates of [
    packages.map(packageMs),
    hotfixes.map(hotfixMs),
    autoupdate.map((row) => dateOf(row, 'installed')),
  ]) {
    const known = dates.filter((ms): ms is number => ms !== null && ms <= nowMs + AHEAD_MS)
    if (known.length > 0) return Math.max(...known)
  }
  return null
}

/** The halves are DWORDs, which PowerShell shows with a sign. */
function packageMs(row: Row): number | null {
  const high = numberOf(row, 'InstallTimeHigh')
  const low = numberOf(row, 'InstallTimeLow')
  if (high === null || low === null) return null
  return filetimeMs((high >>> 0) * 2 ** 32 + (low >>> 0))
}

/** A date, in the American form whatever the language of Windows, or on some a FILETIME in hexadecimal. */
function hotfixMs(row: Row): number | null {
  const date = dateOf(row, 'InstalledOn')
  const text = textOf(row, 'InstalledOn')
  if (date !== null || text === null) return date
  if (/^[0-9a-f]{15,16}$/i.test(text)) return filetimeMs(Number(`0x${text}`))
  const american = /^(\d{1,2})\/(\d{1,2})\/(\d{4})(?:\s|$)/.exec(text)
  if (!american) return null
  const [, month, day, year] = american
  return toDate(`${year}-${month!.padStart(2, '0')}-${day!.padStart(2, '0')}`)
}

function filetimeMs(ticks: number): number | null {
  return toDate(`/Date(${Math.floor(ticks / 10_000) - FILETIME_1970_MS})/`)
}

/**
 * Whether Windows waits for a restart: its servicing or its update service says so, it has a new name, or a file of
 * its own waits to be replaced. Files that only wait to be deleted are left behind by printers and browsers for ever.
 * @param renames pairs of what is and what it becomes, as PendingFileRenameOperations has them
 */
export function isRestartPending(reboot: Row, renames: readonly unknown[]): boolean | null {
  const [cbs, update] = [booleanOf(reboot, 'cbs'), booleanOf(reboot, 'update')]
  const [name, active] = [textOf(reboot, 'name'), textOf(reboot, 'active')]
  const renamed = name !== null && active !== null && name.toLowerCase() !== active.toLowerCase()
  if (cbs || update || renamed || renames.some((to, place) => place % 2 === 1 && isOwnFile(to))) return true
  return cbs === null && update === null ? null : false
}

const OWN_FILE = /^!?\\\?\?\\[a-z]:\\windows\\(?!temp\\|system32\\spool\\|installer\\)/i

function isOwnFile(path: unknown): boolean {
  return typeof path === 'string' && OWN_FILE.test(path)
}
