import { HttpSession } from './http-session.ts'
import type { HttpStep } from './profile.ts'
import type { Target } from './target.ts'

/** The sessions of one device: steps that show the same papers at the same port share one, and so its challenge. */
export class HttpSessions {
  readonly #target: Target
  readonly #sessions = new Map<string, HttpSession>()

  constructor(target: Target) {
    this.#target = target
  }

  of({ scheme = 'http', port, auth = 'none' }: HttpStep): HttpSession {
    const key = `${scheme}:${port}:${auth}`
    const { address, user = '', password = '' } = this.#target
    const session = this.#sessions.get(key) ?? new HttpSession(address, auth, { user, password })
    this.#sessions.set(key, session)
    return session
  }
}
