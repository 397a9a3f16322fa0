import type { Socket } from 'node:net'

/** Content type of a TLS record that carries a handshake (RFC 8446, section 5.1). */
const HANDSHAKE = 22

const RECORD_HEADER_BYTES = 5

/** A ClientHello of ours is under 400 bytes, one with every extension under 2 kB; a longer first record is not waited for. */
const MAX_HELLO_BYTES = 4096

/**
 * Calls back once with what came first: a whole TLS record, or enough to see that it is none. Then the bytes are back
 * in the socket for TLS to read. Who sends nothing is never called back. So a stranger who sends half a hello holds a
 * socket, and none of the turns for which devices wait.
 */
export function whenHelloIsWhole(socket: Socket, onWhole: () => void): void {
  let head = Buffer.alloc(0)
  const look = (): void => {
    const chunk = socket.read() as Buffer | null
    if (chunk === null) return
    head = Buffer.concat([head, chunk])
    if (!isWhole(head)) return
    socket.removeListener('readable', look)
    socket.unshift(head)
    onWhole()
  }
  socket.on('readable', look)
}

function isWhole(head: Buffer): boolean {
  if (head[0] !== HANDSHAKE) return true
  if (head.length < RECORD_HEADER_BYTES) return false
  return head.length >= Math.min(RECORD_HEADER_BYTES + head.readUInt16BE(3), MAX_HELLO_BYTES)
}
