import { connect, type Socket } from 'node:net'

/** RFC 9271: the port of a UPS management server. */
export const NUT_PORT = 3493

/** A UPS that a server of Network UPS Tools speaks for. */
export interface UpsAddress {
  host: string
  port: number
  /** The server's name of it; null: the first that it has. */
  name: string | null
}

/** Its variables: `ups.status`, `battery.charge`, … */
export type UpsVariables = Readonly<Record<string, string>>

const ANSWER_MS = 4000
/** Longer than between two questions about the mains; the server itself ends one that is silent for over 60 s. */
const IDLE_MS = 65_000
/** A talkative UPS has 100 variables of 60 bytes. */
const MOST_BYTES = 64 * 1024

/**
 * What a UPS says of itself: asks its server over a connection of its own, in plain text (RFC 9271).
 * @param names only these variables; empty: all that it has
 * @throws Error which says what was expected, where, and what came
 */
export async function askUps(
  address: UpsAddress,
  names: readonly string[],
  signal?: AbortSignal,
): Promise<UpsVariables> {
  const talk = new UpsTalk(address)
  const end = (): void => talk.end('an abort')
  signal?.addEventListener('abort', end)
  try {
    return await talk.variables(names)
  } finally {
    signal?.removeEventListener('abort', end)
    talk.end()
  }
}

/** What may stand in a command without quotes. */
const SAFE = /^[\w.-]{1,100}$/

function firstUps(list: string): string {
  const name = /^UPS (\S+) /m.exec(list)?.[1]
  if (name === undefined) throw new Error(`upsd: expected a UPS in its list, got ${told(list)}`)
  return name
}

/** `VAR name battery.charge "98"`; within the quotes a backslash stands before quotes and backslashes. */
export function variablesIn(answer: string): UpsVariables {
  const found = answer.matchAll(/^VAR \S+ (\S+) "((?:[^"\\\n]|\\.)*)"$/gm)
  return Object.fromEntries([...found].map(([, name, value]) => [name!, value!.replaceAll(/\\(.)/g, '$1')]))
}

/** A connection for one question after another, which ends itself when none comes, and keeps no process alive. */
export class UpsTalk {
  readonly #socket: Socket
  readonly #where: string
  readonly #withinMs: number
  #name: string | null
  #heard = ''
  #over: Error | null = null
  #onNews: () => void = () => {}

  /** @param withinMs how long an answer is waited for, the connection included */
  constructor({ host, port, name }: UpsAddress, withinMs = ANSWER_MS) {
    this.#where = `upsd ${host}:${port}`
    this.#name = name
    this.#withinMs = withinMs
    this.#socket = connect({ host, port })
    this.#socket.setEncoding('latin1')
    this.#socket.setTimeout(IDLE_MS, () => this.end())
    this.#socket.on('data', (text: string) => {
      this.#heard += text
      if (this.#heard.length > MOST_BYTES) this.end(`more than ${MOST_BYTES} bytes`)
      this.#onNews()
    })
    this.#socket.on('error', (error) => this.end(error.message))
    this.#socket.on('close', () => this.end())
  }

  /** Nothing more can be asked. */
  get over(): boolean {
    return this.#over !== null
  }

  /** @param names only these; empty: all. @throws Error which says what was expected, where, and what came */
  async variables(names: readonly string[]): Promise<UpsVariables> {
    this.#name ??= firstUps(await this.#ask('LIST UPS', /^END LIST UPS\n/m))
    const ups = this.#name
    if (!SAFE.test(ups)) throw new Error(`${this.#where}: expected a name of a UPS, got ${told(ups)}`)
    if (names.length === 0) return variablesIn(await this.#ask(`LIST VAR ${ups}`, /^END LIST VAR .*\n/m))
    const answers: string[] = []
    for (const name of names) answers.push(await this.#ask(`GET VAR ${ups} ${name}`, /^VAR .*\n/m))
    return variablesIn(answers.join('\n'))
  }

  end(what = 'the end of the connection'): void {
    this.#over ??= new Error(`${this.#where}: expected an answer, got ${what}`)
    this.#socket.destroy()
    this.#onNews()
  }

  /** @param complete what ends the answer */
  async #ask(command: string, complete: RegExp): Promise<string> {
    this.#heard = ''
    this.#socket.ref()
    this.#socket.write(`${command}\n`)
    const late = setTimeout(() => this.end(`nothing in ${this.#withinMs} ms`), this.#withinMs)
    try {
      return await new Promise((resolve, reject) => {
        this.#onNews = () => {
          const error = /^ERR (.*)\n/m.exec(this.#heard)?.[1]
          if (complete.test(this.#heard)) resolve(this.#heard)
          else if (this.#over) reject(this.#over)
          else if (error) reject(new Error(`${this.#where}: expected ${command}, got ${told(error)}`))
        }
        this.#onNews()
      })
    } finally {
      clearTimeout(late)
      this.#onNews = () => {}
      this.#socket.unref()
    }
  }
}

function told(text: string): string {
  return JSON.stringify(text.slice(0, 80))
}
