import { type ChildProcess, spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http'
import {
  type AddressInfo,
  connect,
  createServer as createTcpServer,
  type Server,
  type Socket,
} from 'node:net'
import { onTestFinished } from 'vitest'

/** A server on the loopback address that goes with its test. `sockets` counts those that are open. */
export interface TestDevice {
  port: number
  sockets(): number
  connections(): number
}

async function listening(server: Server): Promise<TestDevice> {
  const open = new Set<Socket>()
  let connections = 0
  server.on('connection', (socket: Socket) => {
    connections++
    open.add(socket)
    socket.on('error', () => {})
    socket.once('close', () => open.delete(socket))
  })
  onTestFinished(() => {
    for (const socket of open) socket.destroy()
    server.close()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    sockets: () => open.size,
    connections: () => connections,
  }
}

/** A device that answers HTTP. */
export function httpDevice(
  answer: (request: IncomingMessage, response: ServerResponse, body: string) => void,
): Promise<TestDevice> {
  return listening(
    createHttpServer((request, response) => {
      let body = ''
      request.on('data', (chunk) => (body += chunk))
      request.on('end', () => answer(request, response, body))
    }),
  )
}

/** A device that answers TCP in its own way. */
export function tcpDevice(serve: (socket: Socket) => void): Promise<TestDevice> {
  return listening(createTcpServer(serve))
}

/** A port of the loopback address at which nothing listens. */
export async function closedPort(): Promise<number> {
  const server = createTcpServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/**
 * A port that nobody can reach, as that of a device that is off: its owner sleeps, what it may keep waiting is waiting,
 * and the kernel drops whoever comes next without a word.
 */
export async function deafPort(): Promise<number> {
  const sleeping = `const s = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
    require('node:fs').writeSync(1, String(s.address().port))
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
  })`
  const child: ChildProcess = spawn(process.execPath, ['-e', sleeping], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const waiting: Socket[] = []
  onTestFinished(() => {
    for (const socket of waiting) socket.destroy()
    child.kill('SIGKILL')
  })
  const [chunk] = (await once(child.stdout!, 'data')) as [Buffer]
  const port = Number(chunk.toString())
  for (let place = 0; place < 4; place++) {
    const socket = connect({ port, host: '127.0.0.1' })
    socket.on('error', () => {})
    waiting.push(socket)
  }
  await once(waiting[1]!, 'connect')
  return port
}

/**
 * The server's side of RFC 7616, written from the RFC and not from the client: whether a request comes with the right
 * digest, else the challenge that is due. A nonce serves `uses` times.
 */
export function digestGate(
  user: string,
  password: string,
  algorithm = 'MD5',
  uses = Number.POSITIVE_INFINITY,
) {
  const name = algorithm.replace(/-sess$/, '')
  const hash = (text: string) =>
    createHash({ MD5: 'md5', 'SHA-256': 'sha256', 'SHA-512-256': 'sha512-256' }[name]!)
      .update(text)
      .digest('hex')
  const realm = 'loa "xã"'
  let nonce = randomBytes(8).toString('hex')
  let counted = 0
  const renew = () => {
    nonce = randomBytes(8).toString('hex')
    counted = 0
  }
  const challenge = (stale: boolean) =>
    `Digest realm="${realm.replaceAll('"', '\\"')}", qop="auth,auth-int", algorithm=${algorithm}, nonce="${nonce}", opaque="abc"${stale ? ', stale=true' : ''}`

  return (request: IncomingMessage): { passes: true } | { passes: false; challenge: string } => {
    const given = request.headers.authorization ?? ''
    const field = (key: string) =>
      new RegExp(`(?:^|[ ,])${key}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^ ,]+))`).exec(given)
    const fieldOf = (key: string) => field(key)?.[1]?.replace(/\\(.)/g, '$1') ?? field(key)?.[2] ?? ''
    if (fieldOf('nonce') !== nonce) {
      renew()
      return { passes: false, challenge: challenge(false) }
    }
    const [nc, cnonce] = [fieldOf('nc'), fieldOf('cnonce')]
    if (counted >= uses) {
      renew()
      return { passes: false, challenge: challenge(true) }
    }
    const secret = hash(`${user}:${realm}:${password}`)
    const key = algorithm.endsWith('-sess') ? hash(`${secret}:${nonce}:${cnonce}`) : secret
    const asked = hash(`${request.method}:${request.url}`)
    const right = hash(`${key}:${nonce}:${nc}:${cnonce}:auth:${asked}`)
    const sound =
      fieldOf('response') === right &&
      fieldOf('uri') === request.url &&
      fieldOf('opaque') === 'abc' &&
      Number.parseInt(nc, 16) === counted + 1
    if (!sound) {
      renew()
      return { passes: false, challenge: challenge(false) }
    }
    counted++
    return { passes: true }
  }
}
