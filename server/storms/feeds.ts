import cron, { type ScheduledTask } from 'node-cron'
import { Feed, type FeedParts, type FeedState } from './feed.ts'

/** A bulletin comes eight times a day, and in haste within the hour. */
const EVERY_FIVE_MINUTES = '*/5 * * * *'

/** All addresses that are asked for warnings. */
export class Feeds {
  readonly #feeds: readonly Feed[]
  #task: ScheduledTask | null = null

  constructor({ urls, ...parts }: Omit<FeedParts, 'url'> & { urls: readonly URL[] }) {
    this.#feeds = urls.map((url) => new Feed({ ...parts, url }))
  }

  start(): void {
    if (this.#feeds.length === 0) return
    this.#task = cron.schedule(EVERY_FIVE_MINUTES, () => this.#pollAll(), { noOverlap: true, name: 'feeds' })
    void this.#pollAll()
  }

  async stop(): Promise<void> {
    await this.#task?.destroy()
    await Promise.all(this.#feeds.map((feed) => feed.stop()))
  }

  states(): FeedState[] {
    return this.#feeds.map(({ state }) => state)
  }

  async #pollAll(): Promise<void> {
    await Promise.all(this.#feeds.map((feed) => feed.poll()))
  }
}
