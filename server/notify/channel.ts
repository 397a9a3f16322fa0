import type { Notification } from './notification.ts'

/** How a sending went, and whether trying again can help. */
export type Delivery = { kind: 'sent' } | { kind: 'failed'; retry: boolean; error: string }

/** A way to people or programs. */
export interface Channel {
  /** Under this name the outbox keeps what is to be sent: it must not change. */
  readonly name: string
  /** Never rejects, and settles within a bound of its own. The same notification may come twice. */
  send(notification: Notification): Promise<Delivery>
}
