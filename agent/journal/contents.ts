import type { Goodbye } from '#protocol/goodbye.ts'
import { encodeReport, type Report } from '#protocol/report.ts'
import { groupRows, mergeRows } from '../report.ts'
import type { Entry } from './entry.ts'

/** A report whose rows are settled: sent as often as it takes, always under the same number with the same bytes. */
export interface SealedReport {
  readonly epoch: number
  readonly seq: number
  readonly boot: number
  readonly uptimeSeconds: number
  readonly clockSeconds: number | null
  readonly bytes: Uint8Array
}

interface Row {
  report: Report
  segment: number
}

interface Pending {
  report: SealedReport
  oldestSegment: number
}

/**
 * What the entries of a journal amount to. Opening a journal and writing to it go through the same `apply`, so
 * that after a crash the agent is where it was.
 */
export class Contents {
  #epoch = 0
  #nextSeq = 1
  #nextRow = 1
  #lastBoot = 0
  #lastGoodbye: Goodbye | null = null
  /** By row number, in journal order. */
  readonly #unsealed = new Map<number, Row>()
  /** By epoch and seq, in the order of sealing. */
  readonly #pending = new Map<string, Pending>()

  /** `segment` is the number of the file that holds the entry. */
  apply(entry: Entry, segment: number): void {
    switch (entry.kind) {
      case 'start':
        if (entry.epoch !== this.#epoch) this.beginEpoch(entry.epoch)
        this.#nextSeq = Math.max(this.#nextSeq, entry.nextSeq)
        this.#nextRow = Math.max(this.#nextRow, entry.nextRow)
        this.#lastBoot = Math.max(this.#lastBoot, entry.lastBoot)
        break
      case 'sample':
        this.#unsealed.set(entry.row.seq, { report: entry.row, segment })
        this.#nextRow = Math.max(this.#nextRow, entry.row.seq + 1)
        this.#lastBoot = Math.max(this.#lastBoot, entry.row.boot)
        // A boot that went on after its goodbye did not end with it.
        this.#lastGoodbye = null
        break
      case 'seal':
        this.#applySeal(entry, segment)
        break
      case 'ack':
        this.#pending.delete(`${entry.epoch}/${entry.seq}`)
        break
      case 'goodbye':
        this.#lastGoodbye = entry.goodbye
        this.#lastBoot = Math.max(this.#lastBoot, entry.goodbye.boot)
        break
    }
  }

  #applySeal(seal: Entry & { kind: 'seal' }, segment: number): void {
    if (seal.epoch === this.#epoch) this.#nextSeq = Math.max(this.#nextSeq, seal.seq + 1)
    const numbers = Array.from({ length: seal.rows }, (_, at) => seal.firstRow + at)
    const rows = numbers.map((number) => this.#unsealed.get(number)).filter((row) => row !== undefined)
    // Its rows went with their segments, so it was acknowledged.
    if (rows.length === 0) return
    const merged = mergeRows(
      rows.map(({ report }) => report),
      seal,
    )
    const { epoch, seq, boot, uptimeSeconds, clockSeconds } = merged
    // Before the rows are let go: what cannot be encoded stays unsealed.
    const bytes = encodeReport(merged)
    for (const number of numbers) this.#unsealed.delete(number)
    this.#pending.set(`${epoch}/${seq}`, {
      report: { epoch, seq, boot, uptimeSeconds, clockSeconds, bytes },
      oldestSegment: Math.min(segment, ...rows.map((row) => row.segment)),
    })
  }

  get epoch(): number {
    return this.#epoch
  }

  get nextRow(): number {
    return this.#nextRow
  }

  /** The highest number of a boot that any entry named, those among them whose segments are gone. */
  get lastBoot(): number {
    return this.#lastBoot
  }

  get unsealedRows(): number {
    return this.#unsealed.size
  }

  /** The device's last word, if nothing was measured after it. */
  get lastGoodbye(): Goodbye | null {
    return this.#lastGoodbye
  }

  /** Numbers of reports count from 1 again; rows and boots go on. */
  beginEpoch(epoch: number): void {
    this.#epoch = epoch
    this.#nextSeq = 1
  }

  startEntry(): Entry {
    const [epoch, nextSeq, nextRow, lastBoot] = [this.#epoch, this.#nextSeq, this.#nextRow, this.#lastBoot]
    return { kind: 'start', epoch, nextSeq, nextRow, lastBoot }
  }

  /** The seals that would settle every row not sealed yet. */
  sealEntries(): Entry[] {
    const groups = groupRows([...this.#unsealed.values()].map(({ report }) => report))
    return groups.map((rows, at) => ({
      kind: 'seal',
      epoch: this.#epoch,
      seq: this.#nextSeq + at,
      firstRow: rows[0]!.seq,
      rows: rows.length,
    }))
  }

  /** The newest first, so that the present is known before the past; then from the oldest on. */
  pending(): SealedReport[] {
    const reports = [...this.#pending.values()].map(({ report }) => report)
    const newest = reports.pop()
    return newest ? [newest, ...reports] : []
  }

  isPending({ epoch, seq }: SealedReport): boolean {
    return this.#pending.has(`${epoch}/${seq}`)
  }

  /** Segments before this one hold nothing that the centre has not; null when none holds any such. */
  oldestNeeded(): number | null {
    const needed = [
      ...[...this.#unsealed.values()].map(({ segment }) => segment),
      ...[...this.#pending.values()].map(({ oldestSegment }) => oldestSegment),
    ]
    return needed.length > 0 ? Math.min(...needed) : null
  }
}
