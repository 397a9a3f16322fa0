/**
 * Topics are one character: whose message it is comes from the connection's TLS-PSK identity, and every
 * byte of a topic is paid for at every publish.
 */
export const TOPICS = {
  /** agent to centre, QoS 1: a delivery, see `delivery.ts` */
  report: 'r',
  /** agent to centre, QoS 1: a goodbye, see `goodbye.ts` */
  goodbye: 'g',
} as const

export type UpTopic = (typeof TOPICS)[keyof typeof TOPICS]

/** The topic as one that a device may publish to, or null. */
export function parseUpTopic(topic: string): UpTopic | null {
  return Object.values(TOPICS).find((known) => known === topic) ?? null
}
