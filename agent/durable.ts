import { open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Replaces a file as a whole: after a crash or a power cut it holds the old text or the new, never a part.
 * Only the owner may read it. @throws the system's error, which names the path
 */
export async function replaceFile(path: string, text: string): Promise<void> {
  const fresh = `${path}.new`
  const handle = await open(fresh, 'w', 0o600)
  try {
    // The mode given to open() is for a new file only; this one may be left over from a crash.
    await handle.chmod(0o600)
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(fresh, path)
  await syncFolder(dirname(path))
}

/** Makes the names in a folder durable: a new file's data alone may be synced and its name still lost. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows opens no folder as a file; NTFS journals names by itself.
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
