import type { Observation } from '../incidents/observation.ts'
import type { World } from '../incidents/world.ts'

/** Counts what was observed of things that the world does not know, and passes every observation on. */
export interface UnknownCount {
  pass(observations: AsyncIterable<Observation>): AsyncGenerator<Observation>
  /** For people; none when all is known. */
  summary(): string[]
}

/** The names of this many are told. */
const MAX_NAMED = 10

export function countUnknown(world: World): UnknownCount {
  const devices = new Map<string, number>()
  const sites = new Map<string, number>()
  const areas = new Map<string, number>()
  const add = (counts: Map<string, number>, id: string) => counts.set(id, (counts.get(id) ?? 0) + 1)
  const note = (observation: Observation): void => {
    if ('device' in observation) {
      if (!world.device(observation.device)) add(devices, observation.device)
    } else if (observation.type === 'planned') {
      for (const id of observation.sites) if (!world.site(id)) add(sites, id)
    } else if (observation.type === 'warning') {
      for (const id of observation.areas) if (!world.area(id)) add(areas, id)
    }
  }
  return {
    async *pass(observations) {
      for await (const observation of observations) {
        note(observation)
        yield observation
      }
    },
    summary: () => [
      ...told('thiết bị chưa biết · unknown devices', devices),
      ...told('điểm chưa biết trong lịch cắt · unknown sites in planned cuts', sites),
      ...told('địa bàn chưa biết trong cảnh báo · unknown areas in warnings', areas),
    ],
  }
}

function told(what: string, counts: ReadonlyMap<string, number>): string[] {
  if (counts.size === 0) return []
  const times = [...counts.values()].reduce((sum, count) => sum + count, 0)
  const named = [...counts.keys()].slice(0, MAX_NAMED).join(', ')
  const rest = counts.size > MAX_NAMED ? `, … (${counts.size})` : ''
  return [`${what}: ${named}${rest}; ${times} lần quan sát · observations`]
}
