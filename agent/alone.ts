import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { realpathSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The whole of a Linux socket's name, unix(7): some versions of Node fill a shorter one up with zeros, some do not. */
const ABSTRACT_NAME_BYTES = 108

interface Address {
  path: string
  /** The name of a file, which stays behind when its process is killed. */
  isFile: boolean
}

/**
 * Makes sure that no other agent works on the folder: two of them would give one report number to different rows.
 * The sign is a local socket that is listened on: it goes with the process, however that ends.
 * @returns how to give the folder free again @throws Error when another agent has it
 */
export async function claimFolder(folder: string): Promise<() => void> {
  const { path, isFile } = socketAddress(folder)
  for (;;) {
    const server = createServer((socket) => socket.destroy())
    try {
      server.listen(path)
      await once(server, 'listening')
      // Alone it is no reason for the process to live on.
      server.unref()
      return () => void server.close()
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
      if (!isFile || (await answers(path))) {
        throw new Error(`--data: expected a folder that no other agent uses, got ${folder}, in use`, {
          cause: error,
        })
      }
      // Left behind by a process that was killed.
      rmSync(path, { force: true })
    }
  }
}

/** Not in the folder itself: a socket's path holds 107 bytes at most (unix(7)), and Windows wants a pipe. */
function socketAddress(folder: string): Address {
  const name = `haidang-${createHash('sha256').update(realpathSync(folder)).digest('hex').slice(0, 16)}`
  switch (process.platform) {
    case 'linux':
      // In the abstract namespace there is no file to be left behind, and no TMPDIR to differ.
      return { path: `\0${name}`.padEnd(ABSTRACT_NAME_BYTES, '\0'), isFile: false }
    case 'win32':
      return { path: `\\\\.\\pipe\\${name}`, isFile: false }
    default:
      return { path: join(tmpdir(), `${name}.sock`), isFile: true }
  }
}

async function answers(path: string): Promise<boolean> {
  const socket = connect(path)
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
