import { once } from 'node:events'
import { type AddressInfo, connect as connectTcp } from 'node:net'
import { connect as connectTls, createServer, type TLSSocket } from 'node:tls'
import { expect, onTestFinished, test } from 'vitest'
import { cutConnection } from '../../../agent/link/cut.ts'
import { eventually } from '../../support/eventually.ts'

const psk = Buffer.alloc(32, 'a key')

const openSockets = (): number =>
  process.getActiveResourcesInfo().filter((resource) => resource === 'TCPSocketWrap').length

test.each<[string, (stream: TLSSocket, other: TLSSocket) => unknown]>([
  ['that is well', () => {}],
  ['that is just being ended from this side', (stream) => stream.end()],
  [
    'that is just being ended from the other side',
    (stream, other) => {
      other.end()
      return once(stream, 'end')
    },
  ],
  ['that holds more than the kernel takes', (stream) => stream.write(Buffer.alloc(16 * 1024 * 1024))],
  ['that is gone', (stream) => void stream.destroy()],
])('a connection %s is cut, and nothing of it is left', async (_, before) => {
  const others: TLSSocket[] = []
  const server = createServer({
    minVersion: 'TLSv1.3',
    ciphers: 'TLS_AES_128_GCM_SHA256',
    pskCallback: () => psk,
  })
  server.on('secureConnection', (other) => {
    other.on('error', () => {})
    others.push(other)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
  })
  const socket = connectTcp({ host: '127.0.0.1', port: (server.address() as AddressInfo).port })
  await once(socket, 'connect')
  const stream = connectTls({
    ...{ socket, minVersion: 'TLSv1.3', ciphers: 'TLS_AES_128_GCM_SHA256' },
    pskCallback: () => ({ psk, identity: 'any' }),
    checkServerIdentity: () => undefined,
  })
  for (const one of [socket, stream]) one.on('error', () => {})
  stream.resume()
  await once(stream, 'secureConnect')
  const other = await eventually('the other end', () => others[0])
  await before(stream, other)
  cutConnection(socket, stream)
  other.destroy()
  await eventually('every socket closed', () => openSockets() === 0, 3000)
  expect(socket.destroyed).toBe(true)
})
