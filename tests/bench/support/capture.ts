import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'

/** A packet of the capture: when, and its length at the IP layer, header included. */
export interface CapturedPacket {
  atMs: number
  ipBytes: number
}

/** The classic pcap file (draft-ietf-opsawg-pcap): a header of 24 bytes, then 16 before each packet. */
const FILE_HEADER_BYTES = 24
const PACKET_HEADER_BYTES = 16
const ETHERNET_HEADER_BYTES = 14

/** Captures what crosses `device` in the namespace, to or from the TCP `port` or every IPv4 packet, until `stop`. */
export async function startCapture(namespace: string, device: string, port: number | 'every', file: string) {
  const filter = port === 'every' ? 'ip' : `tcp port ${port}`
  const tcpdump = ['tcpdump', '-i', device, '-Z', 'root', '-U', '-s', '96', '-w', file, filter]
  const child: ChildProcess = spawn('ip', ['netns', 'exec', namespace, ...tcpdump], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const ended = once(child, 'exit')
  let said = ''
  child.stderr!.on('data', (chunk: Buffer) => {
    said += chunk.toString()
  })
  while (!said.includes('listening on')) {
    await Promise.race([once(child.stderr!, 'data'), ended])
    if (child.exitCode !== null) throw new Error(`tcpdump: expected it to listen, it ended: ${said}`)
  }
  return {
    /** May be called again. */
    async stop(): Promise<CapturedPacket[]> {
      child.kill('SIGINT')
      await ended
      return readCapture(readFileSync(file))
    },
  }
}

function readCapture(bytes: Buffer): CapturedPacket[] {
  const packets: CapturedPacket[] = []
  for (let at = FILE_HEADER_BYTES; at + PACKET_HEADER_BYTES <= bytes.length; ) {
    const atMs = bytes.readUInt32LE(at) * 1000 + bytes.readUInt32LE(at + 4) / 1000
    const kept = bytes.readUInt32LE(at + 8)
    const ip = at + PACKET_HEADER_BYTES + ETHERNET_HEADER_BYTES
    packets.push({ atMs, ipBytes: bytes.readUInt16BE(ip + 2) })
    at += PACKET_HEADER_BYTES + kept
  }
  return packets
}
