import { bestChallenge, type Challenge, type Credentials, digestHeader } from './digest.ts'
import { exchange, type HttpAnswer, type HttpRequest, whereOf } from './http-exchange.ts'
import { isLanAddress } from './lan-address.ts'
import type { HttpStep } from './profile.ts'

const PORTS = { http: 80, https: 443 } as const
const REDIRECTS = [301, 302, 303, 307, 308]
/** From http to https, and from there to a page. */
const MAX_REDIRECTS = 3

type Auth = NonNullable<HttpStep['auth']>

/** Asks one device by HTTP, shows the papers where it asks for them, and follows it to other pages of its own. */
export class HttpSession {
  readonly #address: string
  readonly #auth: Auth
  readonly #credentials: Credentials
  /** The nonce of the last challenge serves until the device gives another: that spares a request of two. */
  #challenge: Challenge | null = null
  #count = 0

  constructor(address: string, auth: Auth, credentials: Credentials) {
    this.#address = address
    this.#auth = auth
    this.#credentials = credentials
  }

  /**
   * @throws NoAnswer when nobody took the connection
   * @throws Error when the device refuses, points elsewhere, or sends what is no answer
   */
  async ask(step: HttpStep, signal: AbortSignal): Promise<HttpAnswer> {
    const scheme = step.scheme ?? 'http'
    let asked: HttpRequest = {
      ...{ scheme, address: this.#address, port: step.port ?? PORTS[scheme], path: step.path },
      ...{ method: step.method ?? 'GET', headers: step.headers ?? {} },
      ...(step.body !== undefined && { body: step.body }),
    }
    for (let redirects = 0; ; redirects++) {
      const answer = await this.#authorized(asked, signal)
      if (answer.status >= 200 && answer.status < 300) return answer
      const [location] = answer.header('location')
      if (!REDIRECTS.includes(answer.status) || location === undefined) {
        throw new Error(
          `${whereOf(asked)}: expected status 200, got ${answer.status}${this.#hint(answer.status)}`,
        )
      }
      if (redirects === MAX_REDIRECTS) {
        throw new Error(`${whereOf(asked)}: expected an answer, got more than ${MAX_REDIRECTS} redirects`)
      }
      asked = redirected(asked, answer.status, location)
    }
  }

  async #authorized(asked: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    const answer = await exchange(this.#withPapers(asked), signal)
    if (this.#auth !== 'digest' || answer.status !== 401) return answer
    const challenge = within(whereOf(asked), () => bestChallenge(answer.header('www-authenticate')))
    // The same nonce again, and not for its age: what was shown is not accepted.
    const again = this.#challenge?.nonce === challenge.nonce && !challenge.stale
    this.#challenge = challenge
    this.#count = 0
    return again ? answer : exchange(this.#withPapers(asked), signal)
  }

  #withPapers(asked: HttpRequest): HttpRequest {
    const papers = this.#papers(asked)
    return papers === null ? asked : { ...asked, headers: { ...asked.headers, authorization: papers } }
  }

  #papers(asked: HttpRequest): string | null {
    const { user, password } = this.#credentials
    // What crosses the Internet readable is everybody's; a digest is not readable.
    const inClear = asked.scheme === 'http' && !isLanAddress(asked.address)
    if (inClear && (this.#auth === 'basic' || this.#auth === 'bearer')) {
      throw new Error(`${whereOf(asked)}: expected https, as the address is not of the LAN, got http`)
    }
    switch (this.#auth) {
      case 'none':
        return null
      case 'basic':
        return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
      case 'bearer':
        return `Bearer ${password}`
      case 'digest': {
        if (!this.#challenge) return null
        const { method, path: uri } = asked
        return digestHeader(this.#challenge, this.#credentials, { method, uri, count: ++this.#count })
      }
    }
  }

  #hint(status: number): string {
    if (status === 401 && this.#auth === 'none') return ': the device asks for a user, the profile gives none'
    if (status === 401) return ': the user or the password of the papers is not accepted'
    if (status === 403) return ': the user of the papers may not see it'
    if (status === 404) return ': the device has no such page'
    return ''
  }
}

/** The request that a redirect asks for. @throws Error when it leads to another device, or from https to http */
function redirected(asked: HttpRequest, status: number, location: string): HttpRequest {
  const where = whereOf(asked)
  const from = where.slice(0, where.length - asked.path.length)
  if (!URL.canParse(location, where)) {
    throw new Error(
      `${where}: expected an address behind status ${status}, got ${JSON.stringify(location.slice(0, 80))}`,
    )
  }
  const to = new URL(location, where)
  const same = to.hostname === new URL(from).hostname && ['http:', 'https:'].includes(to.protocol)
  if (!same || (asked.scheme === 'https' && to.protocol === 'http:')) {
    throw new Error(
      `${where}: expected an answer, got a redirect to ${to.href.slice(0, 80)}, which is not followed`,
    )
  }
  const scheme = to.protocol === 'https:' ? 'https' : 'http'
  const { body, ...rest } = asked
  const keeps = status === 307 || status === 308
  return {
    ...rest,
    scheme,
    port: to.port === '' ? PORTS[scheme] : Number(to.port),
    path: to.pathname + to.search,
    method: keeps ? asked.method : 'GET',
    ...(keeps && body !== undefined && { body }),
  }
}

function within<Result>(where: string, work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    throw new Error(`${where}: ${(error as Error).message}`)
  }
}
