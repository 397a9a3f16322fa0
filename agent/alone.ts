import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { realpathSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * Makes sure that no other agent works on the folder: two of them would give one report number to different rows.
 * The sign is a local socket that is listened on: it goes with the process, however that ends.
 * @returns how to give the folder free again @throws Error when another agent has it
 */
export async function claimFolder(folder: string): Promise<() => void> {
  const address = socketAddress(folder)
  for (;;) {
    const server = createServer((socket) => socket.destroy())
    try {
      server.listen(address)
      await once(server, 'listening')
      // Alone it is no reason for the process to live on.
      server.unref()
      return () => void server.close()
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
      if (await answers(address)) {
        throw new Error(`--data: expected a folder that no other agent uses, got ${folder}, in use`, {
          cause: error,
        })
      }
      // Left behind by a process that was killed.
      rmSync(address, { force: true })
    }
  }
}

/** Not in the folder itself: a socket's path holds 107 bytes at most (unix(7)), and Windows wants a pipe. */
function socketAddress(folder: string): string {
  const name = `haidang-${createHash('sha256').update(realpathSync(folder)).digest('hex').slice(0, 16)}`
  return process.platform === 'win32' ? `\\\\.\\pipe\\${name}` : join(tmpdir(), `${name}.sock`)
}

async function answers(address: string): Promise<boolean> {
  const socket = connect(address)
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
