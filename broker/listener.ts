import { constants } from 'node:crypto'
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net'
import { createServer as createTlsServer, type TLSSocket } from 'node:tls'
import { type DeviceId, deviceId } from '#protocol/ids.ts'
import { whenHelloIsWhole } from './client-hello.ts'
import type { CountRefusal } from './refusal-counter.ts'
import { quoted, type RefusalCode } from './refusals.ts'
import type { RightOfWay } from './right-of-way.ts'
import { Turns } from './turns.ts'

export interface ListenerLimits {
  /** A TLS connection holds about 40 kB: 10,000 of them 400 MB, three times the 3,321 communes. */
  maxConnections: number
  /** A province's offices may all leave through one address of the government network; half is left for others. */
  maxConnectionsPerAddress: number
  /**
   * For the ClientHello to come, and again from the handshake's turn to its end. Two round trips of a satellite line
   * are 1.4 s; 10 s bear lost segments, sent again after 1, 3 and 7 s.
   */
  handshakeTimeoutMs: number
  /**
   * Handshakes at one time; the rest wait, unread. One takes 2.8 ms of CPU, so a round trip of 1.4 s with 256 under way
   * leaves 180 a second possible, as many as half a core bears; and none waits for CPU longer than 256 × 2.8 ms = 0.7 s,
   * where 2,000 at once would each take 6 s and many give up in the middle.
   */
  maxHandshakes: number
}

/**
 * Connections that the kernel completes before we take them: a return of 2,000 in one moment fits. The kernel cuts it to
 * net.core.somaxconn, 4096 by default since Linux 5.4 and 128 before; a connection beyond it is not refused, its SYN is
 * dropped and comes again after 1, 3 and 7 s.
 */
const BACKLOG = 4096

export const LISTENER_LIMITS: ListenerLimits = {
  maxConnections: 10_000,
  maxConnectionsPerAddress: 5_000,
  handshakeTimeoutMs: 10_000,
  maxHandshakes: 256,
}

export interface ListenerParts {
  /** undefined: every address. */
  host: string | undefined
  /** 0: a free one. */
  port: number
  limits: ListenerLimits
  keyOf: (identity: DeviceId) => Uint8Array | null
  way: RightOfWay
  /**
   * `bytesHeard`: how much came over the line so far, below TLS; `there`: to be called when the device needs the right of
   * way no more, at the latest when its connection ends.
   */
  onIdentified: (socket: TLSSocket, device: DeviceId, bytesHeard: () => number, there: () => void) => void
  count: CountRefusal
  onError: (error: Error) => void
}

export interface Listener {
  /** Resolves with the port. @throws Error when it cannot be had */
  start(): Promise<number>
  stop(): Promise<void>
}

/**
 * TCP with its caps, then TLS 1.3 with a pre-shared key for each device: out come sockets whose device is proved.
 * There is no certificate, so nothing but a known key can end a handshake.
 */
export function createListener(parts: ListenerParts): Listener {
  const { host, port, limits, keyOf, onIdentified, count, onError, way } = parts
  const open = new Set<Socket>()
  /** By remote address. */
  const openFrom = new Map<string, number>()
  const turns = new Turns(limits.maxHandshakes)
  /** Sockets whose handshake is under way, by `lineOf`. */
  const shaking = new Map<string, { socket: Socket; leave: () => void; there: () => void }>()
  /** What a socket's handshake named; `device` is null when there is no key for it. */
  const claims = new WeakMap<TLSSocket, { identity: string; device: DeviceId | null }>()

  const tls = createTlsServer({
    minVersion: 'TLSv1.3',
    // The hash of an external key is SHA-256, so AES_256_GCM_SHA384 cannot serve. CCM_8 saves 8 bytes a record.
    // OpenSSL 3.2 takes that suite at level 0 only, which it reads behind a suite of TLS 1.2, never spoken here.
    ciphers: 'TLS_AES_128_GCM_SHA256:TLS_AES_128_CCM_8_SHA256:PSK-AES128-GCM-SHA256:@SECLEVEL=0',
    ecdhCurve: 'X25519',
    secureOptions: constants.SSL_OP_NO_TICKET,
    handshakeTimeout: limits.handshakeTimeoutMs,
    pskCallback: (socket, identity) => {
      const device = asDeviceId(identity)
      const key = device && findKey(device)
      claims.set(socket, { identity, device: key ? device : null })
      return key
    },
  })
  tls.on('secureConnection', (socket) => {
    const device = claims.get(socket)?.device
    const line = shaking.get(lineOf(socket))
    line?.leave()
    // A key may be revoked while its handshake is under way.
    if (device && line && findKey(device)) {
      return onIdentified(socket, device, () => line.socket.bytesRead, line.there)
    }
    refuse(socket, 'unknown-key', 'handshake: expected a key that still holds, got a revoked one')
    socket.destroy()
  })
  tls.on('tlsClientError', (error: NodeJS.ErrnoException, socket) => {
    const claim = claims.get(socket)
    if (claim?.device === null) {
      refuse(socket, 'unknown-key', `handshake: expected a known key, got ${quoted(claim.identity)}`)
    } else {
      refuse(socket, handshakeCode(error), `handshake: expected TLS 1.3 with a key, got ${error.code}`)
    }
    socket.destroy()
  })

  const tcp = createTcpServer({ noDelay: true }, (socket) => {
    const address = socket.remoteAddress ?? 'unknown'
    const here = openFrom.get(address) ?? 0
    if (open.size >= limits.maxConnections || here >= limits.maxConnectionsPerAddress) {
      const detail = `connection: expected at most ${limits.maxConnections}, ${limits.maxConnectionsPerAddress} from one address, got ${open.size + 1}, ${here + 1}`
      refuse(socket, 'too-many-connections', detail)
      socket.destroy()
      return
    }
    open.add(socket)
    openFrom.set(address, here + 1)
    socket.once('close', () => {
      open.delete(socket)
      const left = (openFrom.get(address) ?? 1) - 1
      if (left > 0) openFrom.set(address, left)
      else openFrom.delete(address)
    })
    awaitHandshake(socket)
  })

  /** From the first byte to the turn: until then a connection costs a socket and no TLS. */
  function awaitHandshake(socket: Socket): void {
    const silent = setTimeout(() => {
      refuse(socket, 'handshake-timeout', 'handshake: expected a ClientHello, got none')
      socket.destroy()
    }, limits.handshakeTimeoutMs)
    // TLS listens by itself; until then a line that breaks is nobody's fault.
    const ignore = (): void => {}
    socket.on('error', ignore)
    socket.once('close', () => clearTimeout(silent))
    whenHelloIsWhole(socket, () => {
      clearTimeout(silent)
      const line = lineOf(socket)
      const there = way.arrive()
      const giveUp = turns.enter(() => {
        shaking.set(line, { socket, leave, there })
        socket.removeListener('error', ignore)
        tls.emit('connection', socket)
      })
      function leave(): void {
        if (shaking.get(line)?.socket === socket) shaking.delete(line)
        giveUp()
      }
      socket.once('close', () => {
        leave()
        there()
      })
    })
  }

  /** The look-up runs inside OpenSSL's callback, where a throw would end the process. */
  function findKey(device: DeviceId): Uint8Array | null {
    try {
      return keyOf(device)
    } catch (error) {
      onError(error as Error)
      return null
    }
  }

  function refuse(socket: Socket, code: RefusalCode, detail: string): void {
    count({ code, detail }, { address: socket.remoteAddress ?? 'unknown' })
  }

  return {
    start: () =>
      new Promise((resolve, reject) => {
        tcp.once('error', (error: NodeJS.ErrnoException) =>
          reject(
            new Error(`port ${port} for agents: expected to be free, got ${error.code}`, { cause: error }),
          ),
        )
        tcp.listen({ host, port, backlog: BACKLOG }, () => {
          tcp.removeAllListeners('error')
          tcp.on('error', onError)
          resolve((tcp.address() as AddressInfo).port)
        })
      }),
    stop: () =>
      new Promise((resolve) => {
        tcp.close(() => resolve())
        for (const socket of open) socket.destroy()
      }),
  }
}

/** What a socket and the TLS socket around it have in common, and no other open one has. */
function lineOf({ localAddress, remoteAddress, remotePort }: Socket): string {
  return `${localAddress} ${remoteAddress} ${remotePort}`
}

function asDeviceId(identity: string): DeviceId | null {
  try {
    return deviceId(identity)
  } catch {
    return null
  }
}

function handshakeCode({ code }: NodeJS.ErrnoException): RefusalCode {
  switch (code) {
    case 'ERR_SSL_BINDER_DOES_NOT_VERIFY':
      return 'wrong-key'
    case 'ERR_TLS_HANDSHAKE_TIMEOUT':
      return 'handshake-timeout'
    default:
      return 'handshake'
  }
}
