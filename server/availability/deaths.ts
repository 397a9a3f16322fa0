import type { BootEnd } from '#protocol/hello.ts'
import type { Life } from './lives.ts'
import { RECORD_MS } from './record-pace.ts'
import type { Timeline } from './timeline.ts'

/** The end of a boot after which another began. */
export interface Death {
  timeline: Timeline
  /** Of the life that ended. */
  index: number
  at: number
  /** When the next boot began. */
  until: number
  end: BootEnd
}

/** How a life ended. The device's own goodbye is surer than what its next boot made of it. */
export function endOf(life: Life): BootEnd | null {
  const last = life.sessions.at(-1)
  if (last?.end.by === 'goodbye' && life.to <= last.loss[1] + RECORD_MS) return last.end.reason
  return life.end
}

/** Nobody ended it on purpose. */
export function isSudden({ end }: Pick<Death, 'end'>): boolean {
  return end === 'power-loss' || end === 'unknown'
}

/** In order of time. */
export function deathsOf(timelines: readonly Timeline[]): Death[] {
  const deaths: Death[] = []
  for (const timeline of timelines) {
    for (let index = 0; index + 1 < timeline.lives.length; index++) {
      const life = timeline.lives[index]!
      const next = timeline.lives[index + 1]!
      if (life.key === null || next.key === null) continue
      const end = endOf(life) ?? 'unknown'
      deaths.push({ timeline, index, at: life.to, until: next.from, end })
    }
  }
  return deaths.sort(
    (one, other) => one.at - other.at || (one.timeline.device < other.timeline.device ? -1 : 1),
  )
}

/** Those of `deaths`, which are in order, that lie in [from, to]. */
export function deathsBetween(deaths: readonly Death[], from: number, to: number): Death[] {
  let low = 0
  let high = deaths.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (deaths[middle]!.at < from) low = middle + 1
    else high = middle
  }
  const found: Death[] = []
  for (let index = low; index < deaths.length && deaths[index]!.at <= to; index++) found.push(deaths[index]!)
  return found
}
