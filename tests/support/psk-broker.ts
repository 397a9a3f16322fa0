import { createServer, type Server, type TLSSocket } from 'node:tls'
import { Aedes, type AedesPublishPacket, type PublishPacket } from 'aedes'

export interface Arrived {
  client: string
  topic: string
  payload: Uint8Array
}

export interface PskBroker {
  readonly port: number
  /** Every publish in the order of arrival, acknowledged or not. */
  readonly arrived: Arrived[]
  /** The password field of every CONNECT. */
  readonly hellos: Uint8Array[]
  readonly connections: () => number
  /** From now on publishes are taken and never acknowledged; false lets the next ones through again. */
  withhold(on: boolean): void
  /** Cuts every connection, as a broken line does. */
  cut(): void
  stop(): Promise<void>
}

/** A real aedes behind a real TLS 1.3 listener that knows one device and its key. */
export async function startPskBroker({
  device,
  key,
  port = 0,
}: {
  device: string
  key: string
  port?: number
}): Promise<PskBroker> {
  const arrived: Arrived[] = []
  const hellos: Uint8Array[] = []
  const sockets = new Set<TLSSocket>()
  let withheld = false

  const broker = await Aedes.createBroker({
    authenticate: (_client, _username, password, done) => {
      if (password) hellos.push(new Uint8Array(password))
      done(null, true)
    },
    authorizePublish: (client, packet: PublishPacket | AedesPublishPacket, done) => {
      arrived.push({
        client: client?.id ?? '',
        topic: packet.topic,
        payload: new Uint8Array(Buffer.from(packet.payload)),
      })
      if (!withheld) done(null)
    },
  })

  const server: Server = createServer(
    {
      minVersion: 'TLSv1.3',
      ciphers: 'TLS_AES_128_GCM_SHA256',
      pskCallback: (_socket, identity) => (identity === device ? Buffer.from(key, 'hex') : null),
    },
    (socket) => {
      sockets.add(socket)
      socket.on('close', () => sockets.delete(socket))
      socket.on('error', () => {})
      broker.handle(socket)
    },
  )
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('expected a TCP address')

  return {
    port: address.port,
    arrived,
    hellos,
    connections: () => sockets.size,
    withhold: (on) => {
      withheld = on
    },
    cut,
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve))
      cut()
      await closed
      await new Promise<void>((resolve) => broker.close(resolve))
    },
  }
}
