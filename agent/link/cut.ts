import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'

/**
 * Ends a connection at once. With a RST of 40 bytes where it can be: after FIN the kernel would go on for minutes to send
 * what it still held. Not while it is shutting down: libuv refuses that, the socket stays open, and the process never
 * ends. `stream` is what runs over it, TLS or the socket itself.
 */
export function cutConnection(socket: Socket, stream: Duplex): void {
  if (!socket.connecting && stream.writable) socket.resetAndDestroy()
  else socket.destroy()
  stream.destroy()
}
