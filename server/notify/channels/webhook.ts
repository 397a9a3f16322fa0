import { createHmac } from 'node:crypto'
import type { Channel, Delivery } from '../channel.ts'
import type { Notification } from '../notification.ts'

/** Three round trips over a satellite with a slow receiver at its end; the outbox tries again anyway. */
const TIMEOUT_MS = 5000

/** Answers below 500 that ask to come again later: Request Timeout and Too Many Requests (RFC 9110, RFC 6585). */
const LATER = [408, 429]

export interface WebhookOptions {
  url: string
  secret: string
  now: () => number
  /** Tells several webhooks apart. */
  name?: string
}

/**
 * `sha256=` and the hexadecimal HMAC-SHA256, under the shared secret, of the timestamp as sent, a dot and the
 * body's bytes. A receiver computes the same over the header `X-Haidang-Timestamp` and the raw body, compares
 * it in constant time with `X-Haidang-Signature`, refuses a timestamp (ms since 1970) that is more than some
 * minutes off, which makes a recorded request worthless, and drops an `X-Haidang-Id` that it has seen.
 */
export function signWebhook(secret: string, timestamp: string, body: string): string {
  return `sha256=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`
}

/** POSTs each notification as JSON, signed. Follows no redirect: the owner named one receiver and no other. */
export function createWebhook({ url, secret, now, name = 'webhook' }: WebhookOptions): Channel {
  return {
    name,
    async send(notification) {
      const timestamp = String(now())
      const body = JSON.stringify(notification)
      try {
        const response = await fetch(url, {
          method: 'POST',
          body,
          redirect: 'manual',
          signal: AbortSignal.timeout(TIMEOUT_MS),
          headers: headers(notification, timestamp, signWebhook(secret, timestamp, body)),
        })
        // An unread body would hold the connection.
        await response.body?.cancel()
        return judge(url, response.status)
      } catch (error) {
        return {
          kind: 'failed',
          retry: true,
          error: `webhook ${new URL(url).host}: ${reason(error as Error)}`,
        }
      }
    },
  }
}

function headers({ id }: Notification, timestamp: string, signature: string): Record<string, string> {
  return {
    'Content-Type': 'application/json',
    'X-Haidang-Id': id,
    'X-Haidang-Timestamp': timestamp,
    'X-Haidang-Signature': signature,
  }
}

function judge(url: string, status: number): Delivery {
  if (status >= 200 && status < 300) return { kind: 'sent' }
  const retry = status >= 500 || LATER.includes(status)
  return { kind: 'failed', retry, error: `webhook ${new URL(url).host}: expected status 2xx, got ${status}` }
}

/** fetch says only "fetch failed" and keeps what happened in `cause`. */
function reason({ message, cause }: Error): string {
  return cause instanceof Error ? `${message}: ${cause.message || cause.name}` : message
}
