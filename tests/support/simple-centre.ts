import { decodeLoss } from '#protocol/loss.ts'
import { decodeReport } from '#protocol/report.ts'
import type { Sealed } from '../../agent/outbox.ts'

/** What a centre has of one journal's rows, made by `sampleNumber`: each report once, however often it comes. */
export class SimpleCentre {
  readonly stored: number[] = []
  readonly lost = { thinned: 0, dropped: 0, damaged: 0, refused: 0 }
  readonly #known = new Set<string>()

  take({ kind, epoch, seq, bytes }: Sealed): void {
    const key = `${epoch}/${seq}`
    if (this.#known.has(key)) return
    this.#known.add(key)
    if (kind === 'loss') {
      const loss = decodeLoss(bytes)
      this.lost[loss.reason] += loss.rows
    } else {
      const report = decodeReport(bytes, { epoch, findBase: () => null })
      // The metric in which sample numbers count their KiB.
      const numbers = report.columns.find(({ metric }) => metric === 4)!.values
      this.stored.push(...numbers.map((number) => number!))
    }
  }

  get declared(): number {
    return Object.values(this.lost).reduce((sum, rows) => sum + rows)
  }
}
