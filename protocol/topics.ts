/**
 * Topics are one character: whose message it is comes from the connection's TLS-PSK identity, and every
 * byte of a topic is paid for at every publish.
 */
export const TOPICS = {
  /** agent to centre: a delivery, see `delivery.ts` */
  report: 'r',
  /** agent to centre: a goodbye, see `goodbye.ts` */
  goodbye: 'g',
  /** agent to centre: rows that will never come, see `loss.ts` */
  loss: 'l',
  /** agent to centre: its pace has changed, see `pace.ts` */
  pace: 'p',
  /** agent to centre: what is known of the device in words, see `traits.ts` */
  traits: 't',
  /** relay to centre: what its neighbours seal, see `neighbours.ts` */
  neighbours: 'n',
} as const

/** Pushed to a device without a subscription, QoS 0: it asks again in its next hello. */
export const DOWN_TOPICS = {
  /** centre to agent, see `settings.ts` */
  settings: 's',
  /** centre to relay: for its neighbours, see `neighbours.ts` */
  neighbours: 'n',
} as const

export type UpTopic = (typeof TOPICS)[keyof typeof TOPICS]
export type DownTopic = (typeof DOWN_TOPICS)[keyof typeof DOWN_TOPICS]

/** The topic as one that a device may publish to, or null. */
export function parseUpTopic(topic: string): UpTopic | null {
  return Object.values(TOPICS).find((known) => known === topic) ?? null
}
