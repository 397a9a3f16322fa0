import type { AreaId, DeviceId } from '#protocol/ids.ts'
import { type Judge, judge } from '../availability/judge.ts'
import type { Verdict } from '../availability/verdict.ts'
import type { Device, Registry, Site } from '../registry/registry.ts'
import type { Period, ReportParts } from './availability.ts'
import { inTurns } from './in-turns.ts'
import { recentFacts } from './recent-facts.ts'

/**
 * A judge of one period that has judged these devices already, area by area, so that each can be summed into its site,
 * its line and all its areas. What nobody could know of a device before it was enrolled is left out: nothing was
 * required of it.
 */
export async function judgeDevices(
  { facts, registry, rules }: Pick<ReportParts, 'facts' | 'registry' | 'rules'>,
  devices: readonly Pick<Device, 'id' | 'site' | 'enrolledMs'>[],
  { from, to, asOf }: Period,
): Promise<Judge> {
  const known = new Map<DeviceId, Verdict[]>()
  const placed = devices
    .map((device) => ({ ...device, area: registry.site(device.site)!.area }))
    .sort((one, other) => compare(one.area, other.area) || compare(one.site, other.site))
  let ofArea: { area: AreaId; judge: Judge } | null = null
  await inTurns(placed, ({ id, area, enrolledMs }) => {
    if (ofArea?.area !== area) {
      const recent = recentFacts(facts.facts, sitesIn(registry, area), from, rules)
      ofArea = { area, judge: judge(recent, registry, rules, asOf) }
    }
    known.set(id, fromEnrolment(ofArea.judge.verdicts(id, from, to), enrolledMs))
  })
  return { asOf, verdicts: (device) => known.get(device) ?? [] }
}

/** A site is judged by its neighbours too: those of the same area. */
export function sitesIn(
  registry: Pick<Registry, 'sites' | 'site'>,
  area: AreaId,
): (Site & { devices: readonly DeviceId[] })[] {
  return registry
    .sites()
    .filter((site) => site.area === area)
    .map(({ id }) => registry.site(id)!)
}

/**
 * From the enrolment on, or from when it was first connected where that was earlier, as after a registry was made anew.
 * A boot that had run for a month when its device was enrolled makes no month without a line.
 */
function fromEnrolment(verdicts: readonly Verdict[], enrolledMs: number): Verdict[] {
  const heardFrom = verdicts.find(({ state }) => state === 'up-connected')?.from ?? enrolledMs
  const start = Math.min(enrolledMs, heardFrom)
  return verdicts
    .filter(({ to }) => to > start)
    .map((verdict) => (verdict.from < start ? { ...verdict, from: start } : verdict))
}

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)
