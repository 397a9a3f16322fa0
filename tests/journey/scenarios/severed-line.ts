import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

export interface SeveredLine {
  port: number
  /** Breaks every connection and takes no new one, until it is mended. */
  cut(): void
  mend(): void
}

/** A line to the centre that a test can cut and mend; it ends with the test. */
export async function startSeveredLine(centrePort: () => number): Promise<SeveredLine> {
  const sockets = new Set<Socket>()
  let isCut = false
  const sever = (): void => {
    for (const socket of sockets) socket.destroy()
  }
  const server = createServer((device) => {
    if (isCut) {
      device.destroy()
      return
    }
    const centre = connect({ port: centrePort(), host: '127.0.0.1' })
    for (const [from, to] of [
      [device, centre],
      [centre, device],
    ] as const) {
      sockets.add(from)
      from
        .on('error', () => {})
        .on('close', () => {
          sockets.delete(from)
          to.destroy()
        })
      from.pipe(to)
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    sever()
    server.close()
  })
  return {
    port: (server.address() as AddressInfo).port,
    cut() {
      isCut = true
      sever()
    },
    mend() {
      isCut = false
    },
  }
}
