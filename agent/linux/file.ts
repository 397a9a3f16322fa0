import { constants } from 'node:fs'
import { access, open, readdir } from 'node:fs/promises'

/** Of a file of words about the machine; /proc/cpuinfo of a server with 64 cores has 90 kB. */
const MOST_BYTES = 256 * 1024

/**
 * The text of a small file without the white space around it; empty where there is none, or none that may be read:
 * drivers bring their files and take them away. Never more than `most` bytes from the start, whatever lies there, and
 * no waiting for whoever would write into a pipe.
 */
export async function textOf(path: string, most = MOST_BYTES): Promise<string> {
  try {
    return (await bytesOf(path, most)).toString('utf8').replaceAll('\0', ' ').trim()
  } catch {
    return ''
  }
}

/** Bytes of a file from `from` on, at most `most`. @throws the system's error, which names the path */
export async function bytesOf(path: string, most = MOST_BYTES, from = 0): Promise<Buffer> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const parts: Buffer[] = []
    let left = most
    while (left > 0) {
      // A kernel file gives a page at a time, and says by nothing that this was all.
      const part = Buffer.allocUnsafe(Math.min(left, READ_BYTES))
      const { bytesRead } = await handle.read(part, 0, part.length, from + most - left)
      if (bytesRead === 0) break
      parts.push(part.subarray(0, bytesRead))
      left -= bytesRead
    }
    return Buffer.concat(parts)
  } finally {
    await handle.close()
  }
}

const READ_BYTES = 16 * 1024

/** What a folder holds, in order; nothing where there is none. */
export async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).then(
    (names) => names.sort(),
    () => [],
  )
}

/** The number that a text begins with, in decimal or as 0x…; null where it begins with none. */
export function numberIn(text: string): number | null {
  const found = /^-?(0x[\da-f]+|\d+(\.\d+)?)/i.exec(text)
  return found ? Number(found[0]) : null
}

/** The first of these that there is. */
export async function firstThere(paths: readonly string[]): Promise<string | null> {
  for (const path of paths) {
    const there = await access(path).then(
      () => true,
      () => false,
    )
    if (there) return path
  }
  return null
}
