import { encodeLoss } from '#protocol/loss.ts'
import { encodeReport, type Report } from '#protocol/report.ts'
import type { Sealed } from '../outbox.ts'
import { mergeRows } from '../report.ts'
import type { Gone } from './losses.ts'

/** @throws WireError when the rows are too much for one report */
export function sealedReport(rows: readonly Report[], key: { epoch: number; seq: number }): Sealed {
  const report = mergeRows(rows, key)
  const span = report.offsetsSeconds.at(-1)!
  const { epoch, seq, boot } = report
  return {
    kind: 'report',
    ...{ epoch, seq, boot },
    uptimeSeconds: report.uptimeSeconds + span,
    clockSeconds: report.clockSeconds === null ? null : report.clockSeconds + span,
    bytes: encodeReport(report),
  }
}

export function sealedLoss(gone: Gone, { epoch, seq }: { epoch: number; seq: number }): Sealed {
  const { boot, uptimeSeconds, spanSeconds } = gone
  return {
    kind: 'loss',
    ...{ epoch, seq, boot },
    uptimeSeconds: uptimeSeconds + spanSeconds,
    clockSeconds: null,
    bytes: encodeLoss({ epoch, seq, ...gone }),
  }
}
