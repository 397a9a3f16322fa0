import type { BootEnd } from '#protocol/hello.ts'
import type { DeviceId } from '#protocol/ids.ts'
import type { Evidence } from './evidence.ts'
import type { Cause, Incident } from './incident.ts'
import type { Interval } from './interval.ts'
import { isOver } from './members.ts'
import type { BootSpan } from './observation.ts'
import { isAlwaysOn, isFixed } from './paths.ts'
import { deviceState, type Gap, incidentOf, ownState, type Step } from './state.ts'
import { revise } from './tell.ts'
import type { Fired } from './why.ts'
import type { WatchedDevice } from './world.ts'

/** What the devices themselves say of their absence, once they are back: it corrects the record, never the messages. */

/** A boot is recorded as alive at least each minute. */
const RECORD_MS = 60_000

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
  if (gap.boot?.number === boot && previousEnd === null) {
    if (first) noteEvidence(step, id, { kind: 'same-boot' })
  } else if (first && (gap.boot !== null || previousEnd !== null)) {
    noteEvidence(step, id, { kind: 'new-boot', end: endOf(previousEnd), aliveUntil: null })
  }
}

/** How old the boot is that runs now. Delay only adds, so the earliest start that was ever said is the truest. */
export function noteUptime(step: Step, id: DeviceId, boot: number, uptimeSeconds: number): void {
  noteBoot(step, id, boot, null)
  const known = ownState(step.state, id)
  if (known.boot?.number !== boot) return
  const startedAt = step.state.now - uptimeSeconds * 1000
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
  const better = known?.kind === 'new-boot' && evidence.kind === 'new-boot' ? surer(known, evidence) : evidence
  if (JSON.stringify(better) === JSON.stringify(known)) return
  kase.evidence[id] = better
  if (isOver(incident)) reviseByHistory(step, incident)
}

type NewBoot = Extract<Evidence, { kind: 'new-boot' }>

function surer(known: NewBoot, told: NewBoot): NewBoot {
  const moments = [known.aliveUntil, told.aliveUntil].filter((ms) => ms !== null)
  return {
    kind: 'new-boot',
    end: told.end === 'unknown' ? known.end : told.end,
    aliveUntil: moments.length > 0 ? Math.max(...moments) : null,
  }
}

/** Puts the cause right when the members' own accounts say another one. */
export function reviseByHistory(step: Step, incident: Incident): void {
  const told = accountOf(step, incident)
  if (!told) return
  const start = startBy(step, incident, told.cause)
  if (told.cause === incident.cause && start === incident.start) return
  incident.cause = told.cause
  incident.start = start
  revise(step, incident, told.why)
}

interface Account {
  cause: Cause
  why: Fired[]
}

function accountOf(step: Step, incident: Incident): Account | null {
  const { state, world } = step
  const kase = state.cases[incident.id]!
  const all: Told[] = incident.devices.flatMap((id) => {
    const device = world.device(id)
    const evidence = Object.hasOwn(kase.evidence, id) ? kase.evidence[id]! : null
    return device && evidence && !kase.riders.includes(id) ? [{ device, evidence }] : []
  })
  if (all.length === 0 || incident.scope === 'platform') return null
  const same = all.filter(({ evidence }) => evidence.kind === 'same-boot')
  const sameRunning = same.filter(({ device }) => isAlwaysOn(device)).length
  const died = all.filter(({ evidence }) => diedOfIt(step, incident, evidence))
  const diedRunning = died.filter(({ device }) => isAlwaysOn(device))
  const sameBoot: Fired = { rule: 'same-boot', devices: same.length }

  // Those that lived through it on a battery or a pole of their own say nothing against the mains of the others.
  const powerless = died.filter(({ evidence }) => evidence.kind === 'new-boot' && evidence.end === 'power-loss')
  if (diedTogether(step, powerless) && 3 * powerless.length > sameRunning && !outlivedByRunning(powerless, same))
    return { cause: 'power', why: [{ rule: 'power-loss-together', devices: powerless.length }] }
  if (diedRunning.length === 0) {
    // What always runs has run; clerks have started their PCs anew.
    if (sameRunning > 0 || (same.length > 0 && died.length === 0)) return { cause: 'link', why: [sameBoot] }
    return null
  }
  if (kase.riders.length > 0) return null
  if (diedRunning.length === 1) {
    const [{ device }] = diedRunning as [Told]
    const others = all.filter((other) => other.device.id !== device.id)
    const lone = others.every(({ evidence }) => evidence.kind === 'same-boot') || others.length === 0
    // A router alone in an empty office speaks for its mains.
    if (lone && incident.scope === 'site' && same.length === 0 && powerless.length === 1)
      return { cause: 'power', why: [{ rule: 'power-loss-together', devices: 1 }] }
    if (lone && (incident.scope === 'device' || incident.scope === 'site'))
      return { cause: 'device', why: [{ rule: 'lone-new-boot', device: device.id }] }
  }
  if (sameRunning >= 2 * diedRunning.length) return { cause: 'link', why: [sameBoot] }
  if (diedTogether(step, died)) return { cause: 'power', why: [{ rule: 'power-loss-together', devices: died.length }] }
  if (diedRunning.length === 1)
    return { cause: 'device', why: [{ rule: 'lone-new-boot', device: diedRunning[0]!.device.id }] }
  return null
}

interface Told {
  device: WatchedDevice
  evidence: Evidence
}

/** Its boot ended without order, and as far as is known not long after it was lost: it did not die of something later. */
function diedOfIt({ rules }: Step, { start }: Incident, evidence: Evidence): boolean {
  if (evidence.kind !== 'new-boot' || evidence.end === 'orderly') return false
  return evidence.aliveUntil === null || evidence.aliveUntil <= start[1] + rules.coDeathSeconds * 1000
}

/** Two devices of a site, or of two sites, that died within minutes had the same mains. */
function diedTogether({ rules }: Step, died: readonly Told[]): boolean {
  if (died.length < 2) return false
  const moments = died.flatMap(({ evidence }) =>
    evidence.kind === 'new-boot' && evidence.aliveUntil !== null ? [evidence.aliveUntil] : [],
  )
  // Where nobody kept a record they are taken at their word.
  if (moments.length < 2) return died.some(({ device }) => isAlwaysOn(device))
  moments.sort((one, other) => one - other)
  return moments.some((ms, at) => at > 0 && ms - moments[at - 1]! <= rules.coDeathSeconds * 1000)
}

/** Only PCs died, and the fixed device that always runs beside them did not: clerks have pulled their plugs. */
function outlivedByRunning(died: readonly Told[], same: readonly Told[]): boolean {
  if (died.some(({ device }) => isAlwaysOn(device))) return false
  const sites = new Set(died.map(({ device }) => device.site))
  return same.some(({ device }) => isFixed(device) && isAlwaysOn(device) && !device.battery && sites.has(device.site))
}

/** An interval wider than this is worth putting right. */
const WIDE_MS = 180_000

/** Who died of it tells when it was. */
function startBy({ state }: Step, incident: Incident, cause: Cause): Interval {
  const { start } = incident
  if (cause !== 'power' || start[1] - start[0] <= WIDE_MS) return start
  const deaths = Object.values(state.cases[incident.id]!.evidence).flatMap((evidence) =>
    evidence.kind === 'new-boot' && evidence.aliveUntil !== null ? [evidence.aliveUntil] : [],
  )
  const within = deaths.filter((ms) => ms >= start[0] - RECORD_MS && ms <= start[1])
  if (within.length === 0) return start
  const earliest = Math.min(...within)
  return [earliest, Math.min(start[1], earliest + RECORD_MS)]
}
