import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** A line to a port of this machine that goes dead as a radio line does: nothing is closed, nothing comes through. */
export interface LineProxy {
  port: number
  /** Nothing goes through any more; new connections hang too. */
  freeze(): void
  /** What was held goes on. */
  thaw(): void
  /** Every connection breaks, as when the far end has given up. */
  cut(): void
}

export async function startLineProxy(port: number): Promise<LineProxy> {
  const sockets = new Set<Socket>()
  let frozen = false
  const join = (from: Socket, to: Socket): void => {
    sockets.add(from)
    from.on('data', (chunk) => {
      to.write(chunk)
    })
    from.on('error', () => {})
    from.on('close', () => {
      sockets.delete(from)
      to.destroy()
    })
    if (frozen) from.pause()
  }
  const server = createServer((device) => {
    const centre = connect({ port, host: '127.0.0.1' })
    join(device, centre)
    join(centre, device)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const cut = (): void => {
    for (const socket of sockets) socket.destroy()
  }
  onTestFinished(() => {
    cut()
    server.close()
  })
  return {
    port: (server.address() as AddressInfo).port,
    freeze() {
      frozen = true
      for (const socket of sockets) socket.pause()
    },
    thaw() {
      frozen = false
      for (const socket of sockets) socket.resume()
    },
    cut,
  }
}
