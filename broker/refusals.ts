/** Why the broker refused something; each is a label of a counter. Where it is said stands beside it. */
export const REFUSAL_CODES = [
  // listener: before a device is known
  'too-many-connections',
  'handshake',
  'handshake-timeout',
  'unknown-key',
  'wrong-key',
  // wire guard: bytes that are no MQTT, or more of them than anybody needs
  'first-packet',
  'garbage',
  'oversize',
  'utf8',
  // access: well-formed, and not allowed
  'protocol',
  'client-id',
  'will',
  'hello',
  'topic',
  'qos',
  'retain',
  'subscribe',
  'after-goodbye',
  // broker: the connection as a whole
  'connect-timeout',
  'impatient',
  'slow-reader',
  'not-stored',
] as const

export type RefusalCode = (typeof REFUSAL_CODES)[number]

/** The code is for programs and counters; the sentence says what was expected and what came. */
export interface Refusal {
  code: RefusalCode
  detail: string
}

/** A refusal on its way up through code that knows only errors. */
export class Refused extends Error {
  readonly refusal: Refusal

  constructor(code: RefusalCode, detail: string) {
    super(detail)
    this.name = 'Refused'
    this.refusal = { code, detail }
  }
}

/** Longer strings of a stranger are cut in sentences and logs. */
const QUOTED_LENGTH = 64

/** A stranger's text fit for a log line: short, and without control characters that a terminal would obey. */
export function quoted(text: string): string {
  return JSON.stringify(text.slice(0, QUOTED_LENGTH)).replace(
    /\p{Cc}/gu,
    (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
