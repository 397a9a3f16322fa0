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
  if (incident.scope === 'platform') return null
  const scene = sceneOf(step, incident)
  if (scene.all.length === 0) return null
  for (const ask of ACCOUNTS) {
    const account = ask(step, scene)
    if (account) return account === 'open' ? null : account
  }
  return null
}

/** Who has told what. */
interface Scene {
  incident: Incident
  all: Told[]
  /** Those whose boot went on. */
  same: Told[]
  /** Those whose boot ended by what took them. */
  died: Told[]
  /** Of those that died, who says that it lost its mains. */
  powerless: Told[]
  sameRunning: number
  diedRunning: Told[]
  /** A battery has said that mains was gone: what outlived it on one, or died with its base station, proves no link. */
  bridged: boolean
}

/** Asked in order; the first that is sure has it. `open`: nothing can be said. */
const ACCOUNTS: readonly ((step: Step, scene: Scene) => Account | 'open' | null)[] = [
  powerTogether,
  batteriesHaveSaid,
  nothingRunningDied,
  powerElsewhere,
  loneDeath,
  mostRan,
  diedAtOnce,
]

function sceneOf(step: Step, incident: Incident): Scene {
  const { state, world } = step
  const { evidence } = state.cases[incident.id]!
  const riders = incident.onBattery
  const all: Told[] = incident.devices.flatMap((id) => {
    const device = world.device(id)
    const told = Object.hasOwn(evidence, id) ? evidence[id]! : null
    return device && told && !riders.includes(id) ? [{ device, evidence: told }] : []
  })
  const same = all.filter((told) => told.evidence.kind === 'same-boot')
  const died = all.filter((told) => diedOfIt(step, incident, told.evidence))
  return {
    ...{ incident, all, same, died },
    powerless: died.filter((told) => told.evidence.kind === 'new-boot' && told.evidence.end === 'power-loss'),
    sameRunning: same.filter(({ device }) => isAlwaysOn(device)).length,
    diedRunning: died.filter(({ device }) => isAlwaysOn(device)),
    bridged: incident.revisions.some(({ why }) => why.some(({ rule }) => rule === 'on-battery')),
  }
}

const byPower = (devices: number): Account => ({
  cause: 'power',
  why: [{ rule: 'power-loss-together', devices }],
})

const byLink = ({ same }: Scene): Account => ({
  cause: 'link',
  why: [{ rule: 'same-boot', devices: same.length }],
})

/** Those that lived through it on a battery or a pole of their own say nothing against the mains of the others. */
function powerTogether(step: Step, { powerless, sameRunning, same }: Scene): Account | null {
  if (!diedTogether(step, powerless) || 3 * powerless.length <= sameRunning) return null
  return outlivedByRunning(powerless, same) ? null : byPower(powerless.length)
}

function batteriesHaveSaid(_: Step, { bridged }: Scene): 'open' | null {
  return bridged ? 'open' : null
}

/** What always runs has run; clerks have started their PCs anew. */
function nothingRunningDied(_: Step, scene: Scene): Account | 'open' | null {
  const { diedRunning, sameRunning, same, died } = scene
  if (diedRunning.length > 0) return null
  return sameRunning > 0 || (same.length > 0 && died.length === 0) ? byLink(scene) : 'open'
}

/** A single device lost its mains when others around it, in another incident, lost theirs. */
function powerElsewhere({ state, rules }: Step, { incident, powerless, diedRunning }: Scene): Account | null {
  const [first] = powerless
  if (diedRunning.length !== 1 || first?.evidence.kind !== 'new-boot') return null
  const { aliveUntil } = first.evidence
  if (aliveUntil === null) return null
  let others = 0
  for (const other of Object.values(state.incidents)) {
    if (other.id === incident.id || other.areas[0] !== incident.areas[0]) continue
    for (const evidence of Object.values(state.cases[other.id]!.evidence)) {
      const known = evidence.kind === 'new-boot' && evidence.end === 'power-loss' ? evidence.aliveUntil : null
      if (known !== null && Math.abs(known - aliveUntil) <= rules.coDeathSeconds * 1000) others++
    }
  }
  return others > 0 ? byPower(others + 1) : null
}

function loneDeath(_: Step, { incident, all, same, powerless, diedRunning }: Scene): Account | null {
  const [first, ...more] = diedRunning
  if (!first || more.length > 0 || (incident.scope !== 'device' && incident.scope !== 'site')) return null
  const others = all.filter(({ device }) => device.id !== first.device.id)
  if (others.some(({ evidence }) => evidence.kind === 'new-boot')) return null
  // A router alone in an empty office speaks for its mains.
  if (incident.scope === 'site' && same.length === 0 && powerless.length === 1) return byPower(1)
  return { cause: 'device', why: [{ rule: 'lone-new-boot', device: first.device.id }] }
}

function mostRan(_: Step, scene: Scene): Account | null {
  return scene.sameRunning >= 2 * scene.diedRunning.length ? byLink(scene) : null
}

function diedAtOnce(step: Step, { died, diedRunning }: Scene): Account | null {
  if (diedTogether(step, died)) return byPower(died.length)
  const [first, ...more] = diedRunning
  if (!first || more.length > 0) return null
  return { cause: 'device', why: [{ rule: 'lone-new-boot', device: first.device.id }] }
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
