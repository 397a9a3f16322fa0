import type { Socket } from 'node:net'
import { createServer, type Server, type TLSSocket } from 'node:tls'
import { Aedes, type AedesPublishPacket, type Client, type PublishPacket } from 'aedes'

export interface Arrived {
  client: string
  topic: string
  qos: number
  payload: Uint8Array
}

export interface PskBroker {
  readonly port: number
  /** Every publish in the order of arrival, acknowledged or not. */
  readonly arrived: Arrived[]
  /** The password field of every CONNECT. */
  readonly hellos: Uint8Array[]
  readonly connections: () => number
  /** The TLS suite of every connection. */
  readonly ciphers: string[]
  readonly pings: () => number
  /** TCP connections so far, and those open now. */
  readonly accepted: () => number
  readonly sockets: () => number
  /** From now on publishes are taken and not acknowledged; false lets the next ones through again. */
  withhold(on: boolean): void
  /** Acknowledges what was withheld, and withholds no more. */
  release(): void
  /** New connections are refused; false takes them again. */
  close(on: boolean): void
  /** To every device, QoS 0 and without a subscription. */
  push(topic: string, payload: Uint8Array): void
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
  const ciphers: string[] = []
  const sockets = new Set<TLSSocket>()
  const clients = new Set<Client>()
  const waiting: (() => void)[] = []
  let withheld = false
  let closed = false
  let pings = 0

  const broker = await Aedes.createBroker({
    authenticate: (_client, _username, password, done) => {
      if (password) hellos.push(new Uint8Array(password))
      done(null, true)
    },
    authorizePublish: (client, packet: PublishPacket | AedesPublishPacket, done) => {
      arrived.push({
        client: client?.id ?? '',
        topic: packet.topic,
        qos: packet.qos,
        payload: new Uint8Array(Buffer.from(packet.payload)),
      })
      if (withheld) waiting.push(() => done(null))
      else done(null)
    },
  })

  const server: Server = createServer(
    {
      minVersion: 'TLSv1.3',
      ciphers: 'TLS_AES_128_GCM_SHA256:TLS_AES_128_CCM_8_SHA256:PSK-AES128-GCM-SHA256:@SECLEVEL=0',
      pskCallback: (_socket, identity) => (identity === device ? Buffer.from(key, 'hex') : null),
    },
    (socket) => {
      ciphers.push(socket.getCipher().name)
      sockets.add(socket)
      socket.on('close', () => sockets.delete(socket))
      socket.on('error', () => {})
      broker.handle(socket)
    },
  )
  const accepted: Socket[] = []
  server.on('connection', (socket: Socket) => {
    accepted.push(socket)
    socket.on('error', () => {})
    if (closed) socket.destroy()
  })
  broker.on('ping', () => pings++)
  broker.on('clientReady', (client) => clients.add(client))
  broker.on('clientDisconnect', (client) => clients.delete(client))
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
    ciphers,
    pings: () => pings,
    accepted: () => accepted.length,
    sockets: () => accepted.filter((socket) => !socket.destroyed).length,
    connections: () => sockets.size,
    withhold: (on) => {
      withheld = on
    },
    release: () => {
      withheld = false
      for (const acknowledge of waiting.splice(0)) acknowledge()
    },
    close: (on) => {
      closed = on
    },
    push: (topic, payload) => {
      const packet = {
        cmd: 'publish',
        topic,
        payload: Buffer.from(payload),
        qos: 0,
        retain: false,
        dup: false,
      } as const
      for (const client of clients) client.publish(packet, () => {})
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
