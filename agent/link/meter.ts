/** What the link asks before it spends, and tells when it has: the budget's side of the line. */
export interface LineMeter {
  /** Whether a new connection may be tried now. */
  mayConnect(): boolean
  /** Whether a ping may be sent now; without it the centre takes the device for lost. */
  mayPing(): boolean
  /** Whether a message of so many bytes of payload may be sent now. `urgent`: a goodbye, a change of state. */
  maySend(lane: 'live' | 'history' | 'urgent', payloadBytes: number): boolean
  /** A TCP connection is being tried; `again` each time the kernel repeats its SYN, as far as that is known. */
  attempted(again?: boolean): void
  /** Nobody answered its SYN. */
  gaveUp(): void
  /** TLS is up and CONNECT is answered; `roundTripMs` is what SYN and its answer took. */
  connected(connectBytes: number, roundTripMs: number): void
  /** An MQTT packet left; `bytes` is its whole length. `answered`: an answer at once carries its TCP ACK. */
  sent(bytes: number, answered: boolean): void
  /** An MQTT packet came. */
  received(bytes: number): void
  /** The connection ended; `orderly` when both ends closed it. */
  closed(orderly: boolean): void
}

/** For a line that nobody counts. */
export const UNMETERED: LineMeter = {
  mayConnect: () => true,
  mayPing: () => true,
  maySend: () => true,
  attempted: () => {},
  gaveUp: () => {},
  connected: () => {},
  sent: () => {},
  received: () => {},
  closed: () => {},
}
