import type { BootEnd } from '#protocol/hello.ts'
import type { DeviceId } from '#protocol/ids.ts'
import { reviseByHistory } from './account.ts'
import { type Evidence, RECORD_MS, surer } from './evidence.ts'
import { isOver } from './members.ts'
import type { BootSpan } from './observation.ts'
import { deviceState, type Gap, incidentOf, ownState, type Step } from './state.ts'

/** What the devices themselves say of their absence, once they are back: it corrects the record, never the messages. */

/** The boot that runs now, and how the one before it ended, as the device says. */
export function noteBoot(step: Step, id: DeviceId, boot: number | null, previousEnd: BootEnd | null): void {
  if (boot === null) return
  const known = ownState(step.state, id)
  const before = known.boot
  if (before?.number !== boot) {
    known.boot = { number: boot, startedAt: null }
    // Whatever fed the old boot, the new one has not said.
    known.power = null
  }
  const { gap } = known
  // Only the first boot behind an absence says what became of the one before it.
  if (!gap || gap.backAt === null || (gap.bootAfter !== null && gap.bootAfter !== boot)) return
  const first = gap.bootAfter === null
  gap.bootAfter = boot
  // A device repeats how the boot before this one ended until it knows that it was heard.
  if (gap.boot?.number === boot) {
    if (first) noteEvidence(step, id, { kind: 'same-boot' })
  } else if (first && (gap.boot !== null || previousEnd !== null)) {
    noteEvidence(step, id, { kind: 'new-boot', end: endOf(previousEnd), aliveUntil: null })
  }
}

/** Nothing that is watched has run since before 2010. */
const FIRST_YEAR_MS = Date.UTC(2010, 0)

/** How old the boot is that runs now. Delay only adds, so the earliest start that was ever said is the truest. */
export function noteUptime(step: Step, id: DeviceId, boot: number, uptimeSeconds: number): void {
  noteBoot(step, id, boot, null)
  const known = ownState(step.state, id)
  if (known.boot?.number !== boot) return
  const startedAt = step.state.now - uptimeSeconds * 1000
  // An older start than its absence allows is no start.
  const { gap } = known
  if (gap?.boot && gap.boot.number !== boot && startedAt < gap.loss[0] - RECORD_MS) return
  if (startedAt < FIRST_YEAR_MS) return
  known.boot.startedAt = Math.min(known.boot.startedAt ?? startedAt, startedAt)
}

/**
 * What a device has told of boots that were alive unheard: until when the one that was lost had lived. `clockAheadMs`
 * is by how much the device's wall clock is ahead of ours now, null where it does not say.
 */
export function noteHistory(
  step: Step,
  id: DeviceId,
  history: readonly BootSpan[],
  clockAheadMs: number | null,
): void {
  const { gap } = deviceState(step.state, id)
  if (!gap?.boot || gap.bootAfter === null || gap.bootAfter === gap.boot.number) return
  for (const span of history) {
    if (span.boot !== gap.boot.number) continue
    const aliveUntil = placeEnd(gap, span, clockAheadMs)
    noteEvidence(step, id, { kind: 'new-boot', end: endOf(span.end), aliveUntil })
  }
}

/** Monotonic where the boot's start is known; by the wall clock only where that fits the absence. */
function placeEnd({ boot, loss, backAt }: Gap, span: BootSpan, clockAheadMs: number | null): number | null {
  if (boot?.startedAt != null) return boot.startedAt + span.toSeconds * 1000
  if (span.clockMs === null || clockAheadMs === null) return null
  const end = span.clockMs - clockAheadMs + (span.toSeconds - span.fromSeconds) * 1000
  return end >= loss[0] - RECORD_MS && end <= (backAt ?? loss[1]) ? end : null
}

function endOf(end: BootEnd | null): 'power-loss' | 'orderly' | 'unknown' {
  switch (end) {
    case 'power-loss':
      return 'power-loss'
    case 'shutdown':
    case 'restart':
    case 'sleep':
    case 'service-stop':
      return 'orderly'
    case 'unknown':
    case null:
      return 'unknown'
  }
}

function noteEvidence(step: Step, id: DeviceId, evidence: Evidence): void {
  const { state } = step
  const incident = incidentOf(state, deviceState(state, id).gap?.incident ?? null)
  if (!incident || incident.state === 'closed') return
  const kase = state.cases[incident.id]!
  const known = Object.hasOwn(kase.evidence, id) ? kase.evidence[id]! : null
  const better =
    known?.kind === 'new-boot' && evidence.kind === 'new-boot' ? surer(known, evidence) : evidence
  if (JSON.stringify(better) === JSON.stringify(known)) return
  kase.evidence[id] = better
  if (isOver(incident)) reviseByHistory(step, incident)
}
