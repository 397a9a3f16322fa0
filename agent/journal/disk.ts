import { constants } from 'node:fs'
import { mkdir, open, readdir, readFile, rename, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { syncFolder } from '../durable.ts'

/** A file that is written to. Every method rejects with the system's error. */
export interface DiskFile {
  /** All of the bytes, from `position` on. */
  write(bytes: Uint8Array, position: number): Promise<void>
  /** What was written is on the disk when it resolves. */
  sync(): Promise<void>
  truncate(bytes: number): Promise<void>
  close(): Promise<void>
}

/** What the journal needs of its folder. Names are as durable as files only after `syncNames`. */
export interface Disk {
  readonly folder: string
  names(): Promise<string[]>
  read(name: string): Promise<Uint8Array>
  /** Made where there is none. */
  open(name: string): Promise<DiskFile>
  rename(from: string, to: string): Promise<void>
  remove(name: string): Promise<void>
  syncNames(): Promise<void>
}

/** A folder of the file system, made where there is none; only the owner may read what is in it. */
export async function openFolder(folder: string): Promise<Disk> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const path = (name: string) => join(folder, name)
  return {
    folder,
    names: () => readdir(folder),
    read: (name) => readFile(path(name)),
    open: (name) => openFile(path(name)),
    rename: (from, to) => rename(path(from), path(to)),
    remove: (name) => unlink(path(name)),
    syncNames: () => syncFolder(folder),
  }
}

async function openFile(path: string): Promise<DiskFile> {
  const handle = await open(path, constants.O_RDWR | constants.O_CREAT, 0o600)
  return {
    async write(bytes, position) {
      for (let done = 0; done < bytes.length; ) {
        const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done)
        done += bytesWritten
      }
    },
    sync: () => handle.datasync(),
    truncate: (bytes) => handle.truncate(bytes),
    close: () => handle.close(),
  }
}
