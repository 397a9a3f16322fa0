import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { askKernel, findUnacknowledged } from '../../../agent/link/kernel.ts'
import { eventually } from '../../support/eventually.ts'

const TABLE = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 20911 1 0 100 0 0 10 0
   1: 0200A8C0:C001 0500A8C0:22B3 01 000000A5:00000000 01:00000014 00000002  1000        0 31021 2 0 44 4 28 10 -1
  12: 0200A8C0:22B3 0500A8C0:C001 01 00000010:00000007 01:00000014 00000002  1000        0 31022 2 0 44 4 28 10 -1
`

test.each([
  [0xc001, 0x22b3, 0xa5],
  [0x22b3, 0xc001, 0x10],
  [0x22b3, 0x22b3, null],
  [0x1f90, 0, 0],
])('local port %i, remote %i: %s bytes', (local, remote, bytes) => {
  expect(findUnacknowledged(TABLE, local, remote)).toBe(bytes)
})

test.runIf(process.platform === 'linux').each(['127.0.0.1', '::1', '::ffff:127.0.0.1'])(
  'the real table, by way of %s: bytes that the other end does not take, then none',
  async (host) => {
    const server = createServer({ pauseOnConnect: true })
    server.listen(0)
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const accepted = once(server, 'connection') as Promise<[Socket]>
    const client = connect({ host, port })
    await once(client, 'connect')
    const [other] = await accepted
    onTestFinished(() => {
      client.destroy()
      other.destroy()
      server.close()
    })
    const held = () => askKernel!(client.localPort!, port)
    expect(await held()).toBe(0)
    // More than both ends' buffers hold.
    client.write(Buffer.alloc(32 * 1024 * 1024))
    await eventually('a queue', async () => (await held())! > 0)
    other.resume()
    await eventually('nothing left', async () => (await held()) === 0)
    expect(await askKernel!(1, 1), 'no such connection').toBeNull()
  },
)
