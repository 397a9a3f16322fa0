import type { AreaId } from '#protocol/ids.ts'
import type { Registry } from '../registry/registry.ts'

export interface AreaChoice {
  id: AreaId
  name: string
  /** 0 at the root. */
  depth: number
}

/** Each area behind its parent, as deep as it lies. */
export function areaTree(registry: Pick<Registry, 'areas'>): AreaChoice[] {
  const areas = registry.areas()
  const below = (parent: AreaId | null, depth: number): AreaChoice[] =>
    areas
      .filter((area) => area.parent === parent)
      .flatMap(({ id, name }) => [{ id, name, depth }, ...below(id, depth + 1)])
  return below(null, 0)
}
