import type { ProbePapers } from './papers.ts'
import type { Probe } from './probe.ts'
import { createProbe } from './probe-of.ts'
import type { Profile } from './profile.ts'
import { openProfile } from './profiles.ts'
import { type Touch, touchOf } from './touch.ts'

/**
 * What asks the device of these papers.
 * @param folder of the papers, where a profile of the technician's own is looked for
 * @throws Error that lists every problem of the profile, or what the papers lack
 */
export async function openProbe(
  { profile: name, target }: ProbePapers,
  folder: string,
): Promise<{ probe: Probe; profile: Profile; touch: Touch | null }> {
  const profile = await openProfile(name, folder)
  return { probe: createProbe(profile, target), profile, touch: touchOf(profile, target) }
}
