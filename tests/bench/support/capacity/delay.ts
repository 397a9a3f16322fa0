/**
 * A long line for `bench:capacity`, where the kernel has no netem: before the agent's end it holds what goes up for so
 * long, and hands on what comes down at once. Each conversation gets a socket of its own. Says its port in the first
 * line. Arguments: the centre's address and port, ms.
 */
import { createSocket, type Socket } from 'node:dgram'

const [address, port, ms] = process.argv.slice(2) as [string, string, string]
const BUFFER_BYTES = 1_048_576
const inner = createSocket({ type: 'udp4', recvBufferSize: BUFFER_BYTES })
const outer = new Map<number, Socket>()

function towardsCentre(from: number): Socket {
  const socket = createSocket({ type: 'udp4', recvBufferSize: BUFFER_BYTES })
  socket.on('message', (datagram) => inner.send(datagram, from, '127.0.0.1'))
  socket.on('error', () => {})
  outer.set(from, socket)
  return socket
}

inner.on('message', (datagram, { port: from }) => {
  const socket = outer.get(from) ?? towardsCentre(from)
  setTimeout(() => socket.send(datagram, Number(port), address), Number(ms))
})
inner.bind(0, '127.0.0.1', () => process.stdout.write(`${inner.address().port}\n`))
