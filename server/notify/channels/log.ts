import type { Channel } from '../channel.ts'

interface Log {
  info(data: object, text: string): void
}

/** Writes each message into the program's log, in Vietnamese. */
export function createLogChannel(log: Log): Channel {
  return {
    name: 'log',
    async send({ id, priority, text }) {
      log.info({ notification: id, priority, body: text.vi.body }, text.vi.subject)
      return { kind: 'sent' }
    },
  }
}
