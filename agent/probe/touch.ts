import { lookup } from 'node:dns/promises'
import { NoAnswer } from './probe.ts'
import type { Profile, Step } from './profile.ts'
import { tiedSocket } from './snmp/socket.ts'
import type { Target } from './target.ts'
import { connectTcp } from './tcp-connection.ts'

/**
 * Whether a device answers at all: 0.3 ms of a processor, where a look takes 3. Between two looks that is asked each
 * minute, so that a device that falls away is noticed without being asked all that it knows.
 */
export type Touch = (signal: AbortSignal) => Promise<boolean>

/** Between two touches: as often as an agent of its own would take a sample. */
export const TOUCH_SECONDS = 60

/** On a LAN an answer takes milliseconds, on a slow board a tenth of a second; a lost packet is sent again once. */
const TOUCH_MS = 2000
const TOUCHES = 2

const SNMP_PORT = 161

/** How a device of this profile is touched; null where nothing is cheaper than a look. */
export function touchOf({ steps }: Pick<Profile, 'steps'>, target: Target): Touch | null {
  for (const step of steps) {
    const touch = touchOfStep(step, target)
    if (touch) return touch
  }
  return null
}

function touchOfStep(step: Step, target: Target): Touch | null {
  switch (step.kind) {
    case 'snmp':
    case 'snmp-interfaces': {
      const packet = target.snmpUser ? SNMP_V3_DISCOVERY : snmpGet(target.community ?? 'public')
      return (signal) => touchUdp(target.address, target.snmpPort ?? SNMP_PORT, packet, signal)
    }
    case 'http':
      return (signal) => touchTcp(target.address, step.port ?? (step.scheme === 'https' ? 443 : 80), signal)
    case 'tcp':
      return (signal) => touchTcp(target.address, step.port, signal)
    case 'ping':
      return null
  }
}

/** A refused connection is an answer too. */
async function touchTcp(address: string, port: number, signal: AbortSignal): Promise<boolean> {
  try {
    const ended = AbortSignal.any([signal, AbortSignal.timeout(TOUCH_MS)])
    const { socket } = await connectTcp(address, port, ended)
    socket.destroy()
    return true
  } catch (error) {
    return !(error instanceof NoAnswer)
  }
}

async function touchUdp(
  address: string,
  port: number,
  packet: Uint8Array,
  signal: AbortSignal,
): Promise<boolean> {
  const found = await lookup(address).catch(() => null)
  // Tied to it, so that only the device's own answers come, and that it refuses the port. Without a way there is none.
  const socket = found && (await tiedSocket(found.address, port).catch(() => null))
  if (!socket) return false
  try {
    if (signal.aborted) return false
    return await new Promise<boolean>((resolve) => {
      let sent = 0
      const send = (): void => {
        if (sent++ === TOUCHES) resolve(false)
        else socket.send(packet, () => {})
      }
      socket.once('message', () => resolve(true))
      socket.on('error', ({ code }: NodeJS.ErrnoException) => resolve(code === 'ECONNREFUSED'))
      const timer = setInterval(send, TOUCH_MS)
      socket.once('close', () => clearInterval(timer))
      signal.addEventListener('abort', () => resolve(false), { once: true })
      send()
    })
  } finally {
    socket.close()
  }
}

/** BER (X.690) of a type with its content; lengths below 128 take one byte, and longer ones two here. */
function ber(type: number, ...content: readonly (number | Uint8Array)[]): Uint8Array {
  const bytes = Buffer.concat(content.map((each) => (typeof each === 'number' ? Uint8Array.of(each) : each)))
  const length = bytes.length < 128 ? [bytes.length] : [0x82, bytes.length >> 8, bytes.length & 0xff]
  return Buffer.concat([Uint8Array.of(type, ...length), bytes])
}

const INTEGER = 0x02
const TEXT = 0x04
const NULL = 0x05
const OBJECT = 0x06
const SEQUENCE = 0x30
const GET = 0xa0

/** sysUpTime.0 of SNMPv2-MIB, 1.3.6.1.2.1.1.3.0. */
const SYS_UP_TIME = Uint8Array.of(0x2b, 6, 1, 2, 1, 1, 3, 0)

/** GetRequest of SNMPv2c (RFC 1901, RFC 3416) for the uptime. */
export function snmpGet(community: string): Uint8Array {
  const wanted = ber(SEQUENCE, ber(SEQUENCE, ber(OBJECT, SYS_UP_TIME), ber(NULL)))
  const request = ber(GET, ber(INTEGER, 1), ber(INTEGER, 0), ber(INTEGER, 0), wanted)
  return ber(SEQUENCE, ber(INTEGER, 1), ber(TEXT, Buffer.from(community)), request)
}

/**
 * What begins the discovery of an SNMPv3 engine (RFC 3414, 4): a reportable request of nobody, which every engine answers
 * with a report. 65,507 bytes at most; the user-based security model, 3; an empty user, engine and context.
 */
export const SNMP_V3_DISCOVERY: Uint8Array = ber(
  SEQUENCE,
  ber(INTEGER, 3),
  ber(SEQUENCE, ber(INTEGER, 1), ber(INTEGER, 0, 0xff, 0xe3), ber(TEXT, 0x04), ber(INTEGER, 3)),
  ber(TEXT, ber(SEQUENCE, ber(TEXT), ber(INTEGER, 0), ber(INTEGER, 0), ber(TEXT), ber(TEXT), ber(TEXT))),
  ber(
    SEQUENCE,
    ber(TEXT),
    ber(TEXT),
    ber(GET, ber(INTEGER, 1), ber(INTEGER, 0), ber(INTEGER, 0), ber(SEQUENCE)),
  ),
)
