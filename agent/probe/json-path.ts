/** A name of a field or a place in a list, from outside to inside. */
type Keys = readonly (string | number)[]

const PART = /(?:^|\.)([^.[\]]+)|\[(\d{1,6})\]/y

/** The keys of a path such as `player.queue[0].state`; null: it is none. */
export function parsePath(path: string): Keys | null {
  const keys: (string | number)[] = []
  PART.lastIndex = 0
  while (PART.lastIndex < path.length) {
    const part = PART.exec(path)
    if (!part) return null
    keys.push(part[1] ?? Number(part[2]))
  }
  return keys.length > 0 ? keys : null
}

/** What stands at a path, and where there is nothing, in words what there is in its place. */
export function valueAt(json: unknown, path: string): { value: unknown } | { missing: string } {
  let value = json
  let walked = ''
  for (const key of parsePath(path) ?? []) {
    const holder = value
    const there = typeof holder === 'object' && holder !== null && Object.hasOwn(holder, key)
    if (!there) return { missing: `${walked === '' ? 'the answer' : walked} has ${inWords(holder)}` }
    value = (holder as Record<string | number, unknown>)[key]
    walked += typeof key === 'number' ? `[${key}]` : `${walked === '' ? '' : '.'}${key}`
  }
  return { value }
}

/** Of the fields of an object. */
const SHOWN_KEYS = 8
const SHOWN_LENGTH = 40

function inWords(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (typeof value !== 'object' || value === null)
    return (JSON.stringify(value) ?? 'nothing').slice(0, SHOWN_LENGTH)
  const keys = Object.keys(value).map((key) => key.slice(0, SHOWN_LENGTH))
  if (keys.length === 0) return 'no fields'
  return keys.length <= SHOWN_KEYS ? keys.join(', ') : `${keys.slice(0, SHOWN_KEYS).join(', ')}, …`
}
