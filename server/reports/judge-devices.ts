import type { DeviceId, SiteId } from '#protocol/ids.ts'
import { type Judge, judge } from '../availability/judge.ts'
import type { Verdict } from '../availability/verdict.ts'
import type { Device } from '../registry/registry.ts'
import type { Period, ReportParts } from './availability.ts'
import { inTurns } from './in-turns.ts'
import { recentFacts } from './recent-facts.ts'

/**
 * A judge of one period that has judged these devices already, site by site, so that each can be summed into its site,
 * its line and all its areas. What nobody could know of a device before it was enrolled is left out: nothing was
 * required of it.
 */
export async function judgeDevices(
  { facts, registry, rules }: Pick<ReportParts, 'facts' | 'registry' | 'rules'>,
  devices: readonly Pick<Device, 'id' | 'site' | 'enrolledMs'>[],
  { from, to, asOf }: Period,
): Promise<Judge> {
  const known = new Map<DeviceId, Verdict[]>()
  const bySite = new Map<SiteId, (typeof devices)[number][]>()
  for (const device of devices) {
    const members = bySite.get(device.site)
    if (members) members.push(device)
    else bySite.set(device.site, [device])
  }
  await inTurns(bySite, ([id, members]) => {
    const site = registry.site(id)
    if (!site) return
    const own = judge(recentFacts(facts.facts, [site], from, rules), registry, rules, asOf)
    for (const { id, enrolledMs } of members) {
      known.set(id, fromEnrolment(own.verdicts(id, from, to), enrolledMs))
    }
  })
  return { asOf, verdicts: (device) => known.get(device) ?? [] }
}

/** Signs of life from before, as after a registry was made anew, stay. */
export function fromEnrolment(verdicts: readonly Verdict[], enrolledMs: number): Verdict[] {
  const [first, ...rest] = verdicts
  if (first?.state !== 'unknown' || first.from >= enrolledMs) return [...verdicts]
  return first.to <= enrolledMs ? rest : [{ ...first, from: enrolledMs }, ...rest]
}
