import type { Pace } from '#protocol/pace.ts'
import type { Settings } from '#protocol/settings.ts'
import { habitAt, type Wanted } from './budget/steps.ts'
import type { AgentConfig } from './config.ts'

type Papers = Pick<AgentConfig, 'sampleSeconds' | 'reportSeconds' | 'keepaliveSeconds'>

/** What is wanted of the device: by the centre, or while it has said nothing by the device's papers. */
export function wantedOf(papers: Papers, settings: Settings | null): Wanted {
  const { sampleSeconds, reportSeconds, keepaliveSeconds } = settings ?? papers
  return { sampleSeconds, reportSeconds, keepaliveSeconds }
}

/** What the device does and says that it does: what is wanted, stretched by the step of its budget. */
export function paceOf(papers: Papers, settings: Settings | null, step: number): Pace {
  const { sampleSeconds, reportSeconds, keepaliveSeconds } = habitAt(step, wantedOf(papers, settings))
  return { settings: settings?.number ?? 0, sampleSeconds, reportSeconds, keepaliveSeconds, step }
}

/** Whether two paces say the same. */
export function samePace(one: Pace, other: Pace): boolean {
  return (Object.keys(one) as (keyof Pace)[]).every((field) => one[field] === other[field])
}
