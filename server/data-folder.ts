import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type Database, openDatabase } from './sqlite/database.ts'

export interface DataFolder {
  /** Absolute path of a file in it. */
  file(name: string): string
  release(): void
}

/**
 * Takes the folder for this process alone: two centres on one ledger would answer for each other's data.
 * The lock is an open transaction, which the system takes back when the process dies, however it dies.
 * @throws Error when the folder cannot be made or written, or another centre has it
 */
export function takeDataFolder(folder: string): DataFolder {
  const path = resolve(folder)
  // The devices' keys lie in it: what is made from here on is its owner's alone, and so is the folder.
  process.umask(0o077)
  requireWritable(path)
  chmodSync(path, 0o700)
  const lock = openLock(path)
  return {
    file: (name) => join(path, name),
    release() {
      // The driver closes a file when its statements are collected; the lock is to go now.
      lock.exec('ROLLBACK')
      lock.close()
    },
  }
}

/** Enough that a disk which takes this takes the first minutes; an exhausted one says so before anything starts. */
const PROBE_BYTES = 1_048_576

function requireWritable(path: string): void {
  const probe = join(path, '.probe')
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 })
    writeFileSync(probe, Buffer.alloc(PROBE_BYTES), { flush: true })
    rmSync(probe)
  } catch (cause) {
    if (existsSync(probe)) rmSync(probe)
    const code = (cause as NodeJS.ErrnoException).code ?? String(cause)
    throw new Error(
      `HAIDANG_DATA: expected a folder that can be written, ${PROBE_BYTES} bytes free, got ${path} (${code})`,
      {
        cause,
      },
    )
  }
}

function openLock(path: string): Database {
  let lock: Database | null = null
  try {
    lock = openDatabase(join(path, 'lock.db'), { migrations: [], busyMs: 0, journal: 'DELETE' })
    lock.exec('BEGIN EXCLUSIVE')
    return lock
  } catch (cause) {
    lock?.close()
    if (!/locked/.test((cause as Error).message)) throw cause
    throw new Error(`HAIDANG_DATA: expected a folder that no other centre uses, got ${path}, in use`, {
      cause,
    })
  }
}
