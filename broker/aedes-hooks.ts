import type { AedesOptions, Client } from 'aedes'
import { type Connection, ConnectRefused } from './connection.ts'
import type { Refusal } from './refusals.ts'

/** aedes' hooks, in the order in which a connection meets them. A client of no connection of ours may nothing. */
export function aedesHooks(connectionOf: (client: Client) => Connection | undefined): AedesOptions {
  const stranger = (): Error => new Error('client: expected a connection of the listener, got another')
  return {
    preConnect: (client, packet, done) => {
      const connection = connectionOf(client)
      if (!connection) return done(stranger(), false)
      connection.hear(packet)
      // Also when refused: only from `authenticate` can aedes answer CONNACK with a code.
      done(null, true)
    },

    authenticate: (client, _userName, _password, done) => {
      const connection = connectionOf(client)
      if (!connection) return done(null, false)
      connection.welcome().then(
        () => done(null, true),
        (error) => done(error instanceof ConnectRefused ? error : null, false),
      )
    },

    /** The only hook that runs before PUBACK. aedes also asks for wills here, with a closed client or none. */
    authorizePublish: (client, packet, done) => {
      const connection = client && !client.closed && connectionOf(client)
      if (!connection) return done(stranger())
      // A client that is gone is answered nothing; aedes would go on and publish for it.
      const answer = (error?: Error): void => {
        if (!client.closed) done(error)
      }
      connection.take(packet).then(() => answer(), answer)
    },

    authorizeSubscribe: (client, subscription, done) => {
      connectionOf(client)?.refuseSubscription(subscription)
      done(null, null)
    },

    authorizeForward: () => null,
  }
}

/** What aedes' own errors say about the client, by their text: aedes gives them no code. */
const AEDES_REFUSALS = new Map<string, Refusal>([
  [
    'connect did not arrive in time',
    { code: 'connect-timeout', detail: 'connection: expected CONNECT soon after the handshake, got none' },
  ],
  ['drain timeout', { code: 'slow-reader', detail: 'connection: expected to be read, got a full buffer' }],
])

/** null: the line's fault, which `lost` tells, and not the client's. */
export function refusalOf(error: Error & { code?: string }): Refusal | null {
  const known = AEDES_REFUSALS.get(error.message)
  if (known) return known
  const ofTheLine = error.code !== undefined || error.message === 'connection closed'
  return ofTheLine
    ? null
    : { code: 'garbage', detail: `packet: expected one that aedes takes, got "${error.message}"` }
}
