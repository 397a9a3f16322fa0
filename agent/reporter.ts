import { MAX_ROWS } from '#protocol/limits.ts'
import type { AgentConfig } from './config.ts'
import type { Log } from './log.ts'
import { reasonOf } from './reason.ts'

export interface ReporterParts {
  pace: Pick<AgentConfig, 'sampleSeconds' | 'reportSeconds'>
  journal: { readonly unsealedRows: number; seal(): Promise<void> }
  link: { readonly connected: boolean; send(): void }
  log: Pick<Log, 'error'>
}

/** Is a report due at this sample, the last one being `lastMs` ago? Half a sample early is in time: the next would be late. */
export function isDue(lastMs: number | null, nowMs: number, pace: ReporterParts['pace']): boolean {
  if (lastMs === null) return true
  return nowMs - lastMs >= (pace.reportSeconds - pace.sampleSeconds / 2) * 1000
}

/**
 * Decides when samples become a report: at once after connecting, then every `reportSeconds`, right behind a
 * sample. Without a connection they stay unsealed, so that a day of them goes as one.
 */
export class Reporter {
  readonly #parts: ReporterParts
  /** When the last report of this connection was sealed. */
  #lastMs: number | null = null

  constructor(parts: ReporterParts) {
    this.#parts = parts
  }

  async onConnected(): Promise<void> {
    this.#lastMs = null
    await this.onSample()
  }

  async onSample(): Promise<void> {
    const { journal, link, pace, log } = this.#parts
    if (journal.unsealedRows === 0) return
    const nowMs = performance.now()
    const due = link.connected && isDue(this.#lastMs, nowMs, pace)
    if (!due && journal.unsealedRows < MAX_ROWS) return
    if (due) this.#lastMs = nowMs
    try {
      await journal.seal()
    } catch (error) {
      log.error({ reason: reasonOf(error) }, 'report not sealed')
    }
    link.send()
  }
}
