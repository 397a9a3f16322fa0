import { isIPv6 } from 'node:net'
import type * as Snmp from 'net-snmp'
import type { Session, User } from 'net-snmp'
import type { SnmpUser, Target } from '../target.ts'
import { teachDes } from './des.ts'
import type { SessionLimits } from './limits.ts'
import { Unfit } from './reason.ts'
import { PeerSocket, tiedSocket } from './socket.ts'

let loading: Promise<typeof Snmp> | null = null

/** It takes 5 MB and 20 ms: only who asks by SNMP has it. */
function library(): Promise<typeof Snmp> {
  loading ??= import('net-snmp')
  return loading
}

/**
 * The library's session with one device, over a socket that keeps it safe.
 * @throws Error of the system when no way leads to the device
 */
export async function openSession(
  { address, snmpPort = 161, snmpUser, community = 'public' }: Target,
  { tries, tryMs }: SessionLimits,
  hears: {
    /** The question under way has no good end any more. */
    onBroken(reason: unknown): void
    /** A packet came that cannot be taken apart; a good one may still come. */
    onUnreadable(reason: unknown): void
  },
): Promise<{ session: Session; socket: PeerSocket }> {
  const snmp = await library()
  const socket = new PeerSocket(await tiedSocket(address, snmpPort), hears.onBroken)
  const options = {
    port: snmpPort,
    retries: tries - 1,
    timeout: tryMs,
    transport: isIPv6(address.replace(/%.*$/, '')) ? ('udp6' as const) : ('udp4' as const),
    dgramModule: { createSocket: () => socket },
  }
  const session = snmpUser
    ? new snmp.Session(address, userOf(snmp, snmpUser), { ...options, version: snmp.Version3 })
    : new snmp.Session(address, community, { ...options, version: snmp.Version2c })
  if (snmpUser) refuseUnsigned(session, snmpUser.level)
  if (snmpUser?.priv?.protocol === 'des') teachDes(snmp)
  emitting(session).on('error', hears.onUnreadable)
  return { session, socket }
}

function userOf(snmp: typeof Snmp, { user, level, auth, priv }: SnmpUser): User {
  return {
    name: user,
    level: snmp.SecurityLevel[level],
    ...(auth && { authProtocol: snmp.AuthProtocols[auth.protocol], authKey: auth.key }),
    ...(priv && { privProtocol: snmp.PrivProtocols[priv.protocol], privKey: priv.key }),
  }
}

/**
 * The library checks a signature where there is one, and takes an answer without: anybody on the LAN could write it
 * (RFC 3412, section 7.2, step 8 wants the level of the request).
 */
function refuseUnsigned(session: Session, level: SnmpUser['level']): void {
  const flags = level === 'authPriv' ? 3 : level === 'authNoPriv' ? 1 : 0
  const take = session.onSimpleGetResponse
  session.onSimpleGetResponse = function (req, message) {
    const has = message.msgGlobalData?.msgFlags ?? 0
    if ((has & flags) === flags) take.call(this, req, message)
    else req.responseCb(new Unfit('one below the security level that was asked for') as never)
  }
}

/** It is an EventEmitter, which its types do not say. */
function emitting(session: Session): { on(event: 'error', listener: (error: unknown) => void): void } {
  return session as never
}
