/** Of net-snmp's `ResponseInvalidCode`; its own messages hold the community and digests, which are not for others. */
const INVALID: Readonly<Record<number, string>> = {
  4: 'one that cannot be decrypted: another privacy key or protocol',
  6: 'one about other objects',
  8: 'objects out of order',
  9: 'one of another version',
  10: 'one with another community',
  11: 'a report that does not say what is wrong',
  14: 'one whose engine time does not fit: it has restarted without counting its boots',
}

/** Reports of an SNMPv3 agent (RFC 3414, section 3.2), as net-snmp words them. */
const REPORTS: Readonly<Record<string, string>> = {
  'Unsupported Security Level': 'that the user may not ask at this security level',
  'Not In Time Window': 'that the request is too old: its clock and ours differ',
  'Unknown User Name': 'that it knows no such user',
  'Unknown Engine ID': 'that it is another engine',
  'Wrong Digest (incorrect password, community or key)': 'that the authentication is wrong: key or protocol',
  'Decryption Error': 'that it cannot decrypt: privacy key or protocol',
}

/** Nobody is there, or no way leads there. */
const UNREACHABLE = [
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTDOWN',
  'ENETDOWN',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EADDRNOTAVAIL',
]

/** An answer that came and is not to be used, for what it is. */
export class Unfit extends Error {}

const MAX_REASON_LENGTH = 160

export type Failure =
  | { kind: 'silent' }
  | { kind: 'unreachable'; code: string }
  /** `status` of RFC 3416: 1 tooBig, 2 noSuchName, 5 genErr, … */
  | { kind: 'refused'; status: number; name: string }
  | { kind: 'unreadable'; got: string }

/** What became of a request, by what net-snmp or the socket threw. */
export function failureOf(error: unknown): Failure {
  const { name, code, status, message } = error as {
    name?: string
    code?: string | number
    status?: number
    message?: string
  }
  if (name === 'RequestTimedOutError') return { kind: 'silent' }
  if (name === 'RequestFailedError') {
    return { kind: 'refused', status: Number(status) || 5, name: statusName(message ?? '') }
  }
  if (code === 'ECONNREFUSED') return { kind: 'unreadable', got: 'that nothing listens at this port' }
  if (typeof code === 'string' && UNREACHABLE.includes(code)) return { kind: 'unreachable', code }
  if (name === 'ResponseInvalidError' && typeof code === 'number') {
    const report = REPORTS[message ?? '']
    if (report) return { kind: 'unreadable', got: report }
    if (code === 5) return { kind: 'unreadable', got: 'one whose signature is wrong' }
    const got = INVALID[code]
    if (got) return { kind: 'unreadable', got }
  }
  const text = (error instanceof Error ? error.message : String(error)).slice(0, MAX_REASON_LENGTH)
  return { kind: 'unreadable', got: error instanceof Unfit ? text : `one that cannot be read: ${text}` }
}

/** `NoSuchName: 1.3.6…` without the object. */
function statusName(message: string): string {
  return /^\w+/.exec(message)?.[0] ?? 'an error'
}
