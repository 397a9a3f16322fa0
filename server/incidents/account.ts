import { type Evidence, RECORD_MS } from './evidence.ts'
import type { Cause, Incident } from './incident.ts'
import type { Interval } from './interval.ts'
import { isAlwaysOn, isFixed } from './paths.ts'
import type { Step } from './state.ts'
import { revise } from './tell.ts'
import type { Fired } from './why.ts'
import type { WatchedDevice } from './world.ts'

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
  const powerless = died.filter(
    ({ evidence }) => evidence.kind === 'new-boot' && evidence.end === 'power-loss',
  )
  if (
    diedTogether(step, powerless) &&
    3 * powerless.length > sameRunning &&
    !outlivedByRunning(powerless, same)
  )
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
  if (diedTogether(step, died))
    return { cause: 'power', why: [{ rule: 'power-loss-together', devices: died.length }] }
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
  return same.some(
    ({ device }) => isFixed(device) && isAlwaysOn(device) && !device.battery && sites.has(device.site),
  )
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
