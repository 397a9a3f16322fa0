import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

export interface CountingProxy {
  port: number
  /** Connections that were made, and what they carried, both ways. */
  readonly connections: number
  readonly bytes: number
  /** Breaks every connection. */
  cut(): void
}

/** A line to a port of this machine that counts what TCP carries over it; it ends with the test. */
export async function startCountingProxy(port: number): Promise<CountingProxy> {
  const sockets = new Set<Socket>()
  const counted = { connections: 0, bytes: 0 }
  const join = (from: Socket, to: Socket) => {
    sockets.add(from)
    from.on('data', (chunk: Buffer) => {
      counted.bytes += chunk.length
    })
    from.pipe(to)
    from.on('error', () => {})
    from.on('close', () => {
      sockets.delete(from)
      to.destroy()
    })
  }
  const server = createServer((device) => {
    counted.connections++
    const centre = connect({ port, host: '127.0.0.1' })
    join(device, centre)
    join(centre, device)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  onTestFinished(() => {
    cut()
    server.close()
  })
  return {
    port: (server.address() as AddressInfo).port,
    get connections() {
      return counted.connections
    },
    get bytes() {
      return counted.bytes
    },
    cut,
  }
}
