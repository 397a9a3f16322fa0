import { decodeLoss } from '#protocol/loss.ts'
import { decodeReport } from '#protocol/report.ts'
import type { openJournal } from '../../agent/journal/open.ts'
import type { Sealed } from '../../agent/outbox.ts'
import { sampleNumber } from './agent-samples.ts'

type Journal = Awaited<ReturnType<typeof openJournal>>

export interface JournalRows {
  /** The numbers of the samples that it holds, in its order. */
  numbers: number[]
  /** What it declares lost. */
  lost: number
  /** Readings that are not what was measured. */
  wrong: string[]
}

/** The numbers of the samples in a sealed report; none for a tombstone. */
export function numbersIn({ kind, bytes }: Pick<Sealed, 'kind' | 'bytes'>): number[] {
  if (kind === 'loss') return []
  const { uptimeSeconds, offsetsSeconds } = decodeReport(bytes)
  return offsetsSeconds.map((offset) => (uptimeSeconds + offset) / 60)
}

/** Seals everything and reads it as the centre would: rows made by `sampleNumber`. */
export async function journalRows(journal: Journal): Promise<JournalRows> {
  while (await journal.sealOldest(1440));
  const rows: JournalRows = { numbers: [], lost: 0, wrong: [] }
  for (const sealed of journal.pending()) {
    if (sealed.kind === 'loss') {
      rows.lost += decodeLoss(sealed.bytes).rows
      continue
    }
    const { columns } = decodeReport(sealed.bytes)
    numbersIn(sealed).forEach((number, row) => {
      rows.numbers.push(number)
      const { cpu_percent = Number.NaN, rx_bytes = Number.NaN } = sampleNumber(number).values
      const expected = [Math.round(cpu_percent * 10), Math.round(rx_bytes / 1024)]
      const got = columns.map(({ values }) => values[row])
      if (expected.join() !== got.join()) rows.wrong.push(`${number}: expected ${expected}, got ${got}`)
    })
  }
  return rows
}
