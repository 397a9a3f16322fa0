import { existsSync } from 'node:fs'

/**
 * Whether tests with a real program are to be skipped, as one of its files is not here, which it says in one line; on a
 * build server nothing is skipped, and they fail.
 */
export function programMissing(what: string, paths: readonly string[], debianPackage: string): boolean {
  if (process.env.CI || paths.every((path) => existsSync(path))) return false
  process.stderr.write(`tests with ${what} are skipped: apt-get install ${debianPackage}\n`)
  return true
}
