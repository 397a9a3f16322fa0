import { createHash, randomBytes } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { Tables } from '../registry/tables.ts'
import { hashPassword, passwordMatches } from './password.ts'

/** A working day and the evening after it. */
const SESSION_MS = 16 * 3600_000

/** 32 bytes cannot be guessed; only their hash is kept, so a stolen file opens no session. */
const TOKEN_BYTES = 32

/** 16 characters of 64 are 96 bits. */
const FIRST_PASSWORD_BYTES = 12

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex')

export interface Account {
  name: string
  role: string
}

/** Who may sign in, and who is signed in. */
export class Accounts {
  readonly #database: Kysely<Tables>
  readonly #now: () => number

  constructor(database: Kysely<Tables>, now: () => number) {
    this.#database = database
    this.#now = now
  }

  /**
   * Makes the account `admin` where there is none, and sets its password where one is given.
   * @returns the password that was made up, to be shown this once, or null
   */
  async ensureAdmin(password: string | null): Promise<string | null> {
    const known = await this.#database
      .selectFrom('account')
      .select('name')
      .where('name', '=', 'admin')
      .executeTakeFirst()
    if (known && password === null) return null
    const chosen = password ?? randomBytes(FIRST_PASSWORD_BYTES).toString('base64url')
    const row = { name: 'admin', role: 'administrator', password_hash: await hashPassword(chosen) }
    await this.#database
      .insertInto('account')
      .values(row)
      .onConflict((conflict) => conflict.column('name').doUpdateSet({ password_hash: row.password_hash }))
      .execute()
    return password === null ? chosen : null
  }

  /** @returns a token for `Authorization: Bearer` or the cookie, or null when name or password is wrong */
  async signIn(name: string, password: string): Promise<{ token: string; expiresMs: number } | null> {
    const account = await this.#database
      .selectFrom('account')
      .selectAll()
      .where('name', '=', name)
      .executeTakeFirst()
    // An unknown name takes as long as a known one, so that names cannot be found out by the clock.
    const matches = await passwordMatches(
      password,
      account?.password_hash ?? `${'00'.repeat(16)}:${'00'.repeat(32)}`,
    )
    if (!account || !matches) return null
    const token = randomBytes(TOKEN_BYTES).toString('base64url')
    const expiresMs = this.#now() + SESSION_MS
    await this.#database
      .insertInto('web_session')
      .values({ token_hash: hashOf(token), account: account.name, expires_ms: expiresMs })
      .execute()
    return { token, expiresMs }
  }

  async byToken(token: string): Promise<Account | null> {
    const row = await this.#database
      .selectFrom('web_session')
      .innerJoin('account', 'account.name', 'web_session.account')
      .select(['account.name', 'account.role'])
      .where('token_hash', '=', hashOf(token))
      .where('expires_ms', '>', this.#now())
      .executeTakeFirst()
    return row ?? null
  }

  async signOut(token: string): Promise<void> {
    await this.#database.deleteFrom('web_session').where('token_hash', '=', hashOf(token)).execute()
  }

  async forgetExpired(): Promise<void> {
    await this.#database.deleteFrom('web_session').where('expires_ms', '<=', this.#now()).execute()
  }
}
