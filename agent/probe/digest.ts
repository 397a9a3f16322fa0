import { createHash, randomBytes } from 'node:crypto'

/** What a server asks of whoever comes by digest (RFC 7616, section 3.3; without `qop` RFC 2069). */
export interface Challenge {
  realm: string
  nonce: string
  opaque?: string
  algorithm: string
  qop: boolean
  stale: boolean
  userhash: boolean
}

/** By the name in a challenge; the first is the best. */
const HASHES: readonly (readonly [name: string, hash: string])[] = [
  ['SHA-512-256', 'sha512-256'],
  ['SHA-256', 'sha256'],
  ['MD5', 'md5'],
]

/** Three challenges of 300 characters each; of a header as long as HTTP lets through half a second would be spent. */
const MAX_HEADER_LENGTH = 2048

const PARAMETER = /([a-z0-9_-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",]+))/giy
const SCHEME = /([A-Za-z][A-Za-z0-9-]*)(?:\s+|$)/y

/**
 * The best digest challenge of the headers `WWW-Authenticate`.
 * @throws Error when there is none that can be answered
 */
export function bestChallenge(headers: readonly string[]): Challenge {
  const offered = headers.flatMap((header) => challengesIn(header.slice(0, MAX_HEADER_LENGTH)))
  const known = offered.flatMap(({ scheme, parameters }) => {
    return scheme.toLowerCase() === 'digest' ? (challengeOf(parameters) ?? []) : []
  })
  const best = known.sort((one, other) => rankOf(one) - rankOf(other))[0]
  if (best) return best
  const got = headers.join(', ').slice(0, 100)
  throw new Error(`WWW-Authenticate: expected a digest by MD5 or SHA-256, got ${JSON.stringify(got)}`)
}

export interface Credentials {
  user: string
  password: string
}

/** The header `Authorization` for one request. @param count of the requests with this nonce, from 1 */
export function digestHeader(
  challenge: Challenge,
  { user, password }: Credentials,
  request: { method: string; uri: string; count: number; cnonce?: string },
): string {
  const { realm, nonce, opaque, algorithm, qop, userhash } = challenge
  const { method, uri, count, cnonce = randomBytes(16).toString('hex') } = request
  const hash = hashOf(algorithm)
  const session = algorithm.toLowerCase().endsWith('-sess')
  const secret = hash(`${user}:${realm}:${password}`)
  const key = session ? hash(`${secret}:${nonce}:${cnonce}`) : secret
  const nc = count.toString(16).padStart(8, '0')
  const asked = hash(`${method}:${uri}`)
  const response = hash(qop ? `${key}:${nonce}:${nc}:${cnonce}:auth:${asked}` : `${key}:${nonce}:${asked}`)
  const parts = [
    `username=${quoted(userhash ? hash(`${user}:${realm}`) : inHeader(user))}`,
    `realm=${quoted(realm)}`,
    `nonce=${quoted(nonce)}`,
    `uri=${quoted(uri)}`,
    `algorithm=${algorithm}`,
    `response="${response}"`,
    ...(opaque === undefined ? [] : [`opaque=${quoted(opaque)}`]),
    ...(qop ? ['qop=auth', `nc=${nc}`] : []),
    ...(qop || session ? [`cnonce="${cnonce}"`] : []),
    ...(userhash ? ['userhash=true'] : []),
  ]
  return `Digest ${parts.join(', ')}`
}

/** The schemes of one header, which may hold several behind each other, as `Basic realm="a", Digest realm="b", …`. */
function challengesIn(header: string): { scheme: string; parameters: Map<string, string> }[] {
  const found: { scheme: string; parameters: Map<string, string> }[] = []
  let at = 0
  while (at < header.length) {
    const parameter = stickyAt(PARAMETER, header, at)
    if (parameter) {
      const value = parameter[2]?.replace(/\\(.)/g, '$1') ?? parameter[3]!
      found.at(-1)?.parameters.set(parameter[1]!.toLowerCase(), value)
      at = PARAMETER.lastIndex
      continue
    }
    const scheme = stickyAt(SCHEME, header, at)
    if (scheme) found.push({ scheme: scheme[1]!, parameters: new Map() })
    at = scheme ? SCHEME.lastIndex : at + 1
  }
  return found
}

function stickyAt(expression: RegExp, text: string, at: number): RegExpExecArray | null {
  expression.lastIndex = at
  return expression.exec(text)
}

function challengeOf(parameters: Map<string, string>): Challenge | null {
  const nonce = parameters.get('nonce')
  const algorithm = parameters.get('algorithm') ?? 'MD5'
  const offers = parameters.get('qop')
  const qop = offers?.split(',').some((offer) => offer.trim().toLowerCase() === 'auth') ?? false
  const opaque = parameters.get('opaque')
  // A server that takes only `auth-int` cannot be answered; none of the small ones does.
  if (nonce === undefined || !isKnown(algorithm) || (offers !== undefined && !qop)) return null
  return {
    realm: parameters.get('realm') ?? '',
    ...{ nonce, algorithm, qop },
    ...(opaque !== undefined && { opaque }),
    stale: parameters.get('stale')?.toLowerCase() === 'true',
    userhash: parameters.get('userhash')?.toLowerCase() === 'true',
  }
}

function plainName(algorithm: string): string {
  return algorithm.replace(/-sess$/i, '').toUpperCase()
}

function isKnown(algorithm: string): boolean {
  return HASHES.some(([name]) => name === plainName(algorithm))
}

function rankOf({ algorithm }: Challenge): number {
  return HASHES.findIndex(([name]) => name === plainName(algorithm))
}

function hashOf(algorithm: string): (text: string) => string {
  const [, hash] = HASHES.find(([name]) => name === plainName(algorithm))!
  return (text) => createHash(hash).update(text).digest('hex')
}

/** Node writes each character of a header as one byte: these are those of UTF-8, in which names are hashed too. */
function inHeader(text: string): string {
  return Buffer.from(text).toString('latin1')
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`
}
