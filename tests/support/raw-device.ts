import { once } from 'node:events'
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls'
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt'
import { eventually } from './eventually.ts'

export interface PskCredentials {
  port: number
  device: string
  key: Uint8Array
}

export function pskOptions({ port, device, key }: PskCredentials) {
  return {
    host: '127.0.0.1',
    port,
    minVersion: 'TLSv1.3' as const,
    ciphers: 'TLS_AES_128_GCM_SHA256',
    checkServerIdentity: () => undefined,
    pskCallback: () => ({ identity: device, psk: key }),
  }
}

/** A well-behaved device: mqtt.js, as agents use it. */
export function connectDevice(
  credentials: PskCredentials,
  hello: string | Uint8Array = 'hello',
): Promise<MqttClient> {
  const options: IClientOptions & ConnectionOptions = {
    ...pskOptions(credentials),
    protocol: 'mqtts',
    protocolVersion: 4,
    clientId: credentials.device,
    clean: true,
    keepalive: 60,
    reconnectPeriod: 0,
    username: '',
    password: typeof hello === 'string' ? Buffer.from(hello) : Buffer.from(hello),
  }
  return connectAsync(options)
}

/** A device that sends any bytes, behind a TLS session with a good key, and notes what comes back. */
export class RawDevice {
  readonly #socket: TLSSocket
  readonly #received: Buffer[] = []

  constructor(socket: TLSSocket) {
    this.#socket = socket
    socket.on('data', (chunk: Buffer) => this.#received.push(chunk))
    socket.on('error', () => {})
  }

  static async open(credentials: PskCredentials): Promise<RawDevice> {
    const socket = connectTls(pskOptions(credentials))
    const device = new RawDevice(socket)
    await once(socket, 'secureConnect')
    return device
  }

  get received(): string {
    return Buffer.concat(this.#received).toString('hex')
  }

  /** TLS records with something in them. */
  get records(): number {
    return this.#received.length
  }

  send(...packets: Uint8Array[]): void {
    this.#socket.write(Buffer.concat(packets))
  }

  /** Keeps writing `chunk` as fast as it is taken, until `totalBytes` or the other end closes. */
  async pour(chunk: Uint8Array, totalBytes: number): Promise<void> {
    for (let sent = 0; sent < totalBytes && !this.#socket.destroyed; sent += chunk.length) {
      await new Promise((resolve) => this.#socket.write(chunk, resolve))
    }
  }

  /** From now on takes nothing more off the line. */
  stopReading(): void {
    this.#socket.pause()
  }

  /** Waits for answers, given as hex, one after the other from the first byte on. */
  async expect(...answers: string[]): Promise<void> {
    const wanted = answers.join('')
    await eventually(`answer ${wanted} (got ${this.received})`, () => this.received.length >= wanted.length)
    if (this.received !== wanted) throw new Error(`answer: expected ${wanted}, got ${this.received}`)
  }

  /** Waits until the other end has closed. */
  async ended(): Promise<void> {
    await eventually('end of the connection', () => this.#socket.closed)
  }

  destroy(): void {
    this.#socket.destroy()
  }
}
