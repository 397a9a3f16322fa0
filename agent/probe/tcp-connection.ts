import { connect, type Socket } from 'node:net'
import { failureOf } from './failure.ts'

/**
 * A connection and how long the device took to accept it. Whoever asks for one destroys it.
 * @throws NoAnswer when nobody took it
 * @throws Error when it was refused
 */
export async function connectTcp(
  address: string,
  port: number,
  signal: AbortSignal,
): Promise<{ socket: Socket; connectMs: number }> {
  const startedMs = performance.now()
  const socket = connect({ host: address, port, signal })
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve)
      socket.on('error', reject)
    })
    return { socket, connectMs: performance.now() - startedMs }
  } catch (error) {
    socket.destroy()
    throw failureOf(error, `tcp ${port}`, false)
  }
}
