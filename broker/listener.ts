import { constants } from 'node:crypto'
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net'
import { createServer as createTlsServer, type TLSSocket } from 'node:tls'
import { type DeviceId, deviceId } from '#protocol/ids.ts'
import type { CountRefusal } from './refusal-counter.ts'
import { quoted, type RefusalCode } from './refusals.ts'

export interface ListenerLimits {
  /** A TLS connection holds about 40 kB: 10,000 of them 400 MB, three times the 3,321 communes. */
  maxConnections: number
  /** A province's offices may all leave through one address of the government network; half is left for others. */
  maxConnectionsPerAddress: number
  /** Two round trips of a satellite line are 1.4 s; 10 s bear lost segments, sent again after 1, 3 and 7 s. */
  handshakeTimeoutMs: number
}

export const LISTENER_LIMITS: ListenerLimits = {
  maxConnections: 10_000,
  maxConnectionsPerAddress: 5_000,
  handshakeTimeoutMs: 10_000,
}

export interface ListenerParts {
  /** undefined: every address. */
  host: string | undefined
  /** 0: a free one. */
  port: number
  limits: ListenerLimits
  keyOf: (identity: DeviceId) => Uint8Array | null
  onIdentified: (socket: TLSSocket, device: DeviceId) => void
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
  const { host, port, limits, keyOf, onIdentified, count, onError } = parts
  const open = new Set<Socket>()
  /** By remote address. */
  const openFrom = new Map<string, number>()
  /** What a socket's handshake named; `device` is null when there is no key for it. */
  const claims = new WeakMap<TLSSocket, { identity: string; device: DeviceId | null }>()

  const tls = createTlsServer({
    minVersion: 'TLSv1.3',
    // The hash of an external key is SHA-256, so AES_256_GCM_SHA384 cannot serve. CCM_8 saves 8 bytes a record.
    ciphers: 'TLS_AES_128_GCM_SHA256:TLS_AES_128_CCM_8_SHA256',
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
    // A key may be revoked while its handshake is under way.
    if (device && findKey(device)) return onIdentified(socket, device)
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
    tls.emit('connection', socket)
  })

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
        tcp.listen({ host, port }, () => {
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
