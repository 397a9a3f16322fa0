import { createSocket, type Socket } from 'node:dgram'
import { isIPv6 } from 'node:net'

/** Of one request: its answer, a repetition, and those of the SNMPv3 handshake. */
const MAX_ANSWERS = 8

type Sent = (error: Error | null, bytes: number) => void

/**
 * A UDP socket that hears one device only, in the shape that net-snmp asks of `dgram`. The library trusts what it
 * receives: some packets make it throw in the middle of its handler, and reports without end make it ask without end.
 * Neither gets out of here.
 */
export class PeerSocket {
  readonly #socket: Socket
  readonly #onBroken: (reason: unknown) => void
  #onMessage: ((bytes: Buffer) => void) | null = null
  #onClose: (() => void) | null = null
  #closed = false
  /** To the question under way, with its handshake. */
  answers = 0
  /** Since the newest packet was sent. */
  answersSinceSent = 0

  /** @param onBroken gets what the library threw, and errors of the socket such as `ECONNREFUSED` */
  constructor(socket: Socket, onBroken: (reason: unknown) => void) {
    this.#socket = socket
    this.#onBroken = onBroken
    socket.on('message', (bytes) => this.#received(bytes))
    socket.on('error', (error) => onBroken(error))
  }

  on(event: string, listener: (...args: never[]) => void): void {
    if (event === 'message') this.#onMessage = listener as (bytes: Buffer) => void
    if (event === 'close') this.#onClose = listener as () => void
  }

  send(bytes: Buffer, offset: number, length: number, _port: number, _address: string, sent: Sent): void {
    if (this.#closed) return
    this.answersSinceSent = 0
    this.#socket.send(bytes, offset, length, (error, count) => {
      // The library would set a timer that nothing ends any more.
      if (!this.#closed) sent(error, count)
    })
  }

  /** It is open for a look of seconds: nothing is won by letting the process go meanwhile. */
  ref(): void {}

  unref(): void {}

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#socket.close()
    this.#onClose?.()
  }

  #received(bytes: Buffer): void {
    if (this.#closed) return
    this.answers++
    this.answersSinceSent++
    if (this.answers > MAX_ANSWERS) {
      this.#onBroken(new Error(`expected at most ${MAX_ANSWERS} packets to one request, got more`))
      return
    }
    try {
      this.#onMessage?.(bytes)
    } catch (error) {
      this.#onBroken(error)
    }
  }
}

/**
 * A UDP socket tied to a device, so that the kernel drops what others send to it and says when the port is closed.
 * @throws Error of the system: no such name, no route
 */
export async function tiedSocket(address: string, port: number): Promise<Socket> {
  const socket = createSocket(isIPv6(address.replace(/%.*$/, '')) ? 'udp6' : 'udp4')
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject)
      socket.connect(port, address, (error?: Error) => (error ? reject(error) : resolve()))
    })
    socket.removeAllListeners('error')
    return socket
  } catch (error) {
    socket.close()
    throw error
  }
}
