/** Geometry of a chart: from points in time to a path in a box of WIDTH by HEIGHT units. */

export const WIDTH = 600
export const HEIGHT = 100

/** A drawn point costs about 5 bytes: 240 keep a chart near 1 KB. */
const MAX_DRAWN = 240

/** Longer than this many steps without a reading, the line is broken rather than drawn across. */
const GAP_STEPS = 3

export interface Point {
  at: number
  value: number
}

/** Where readings are missing there is a gap between segments; the step is the middle one of all steps. */
export function splitAtGaps(points: readonly Point[]): Point[][] {
  const steps = points.slice(1).map((point, index) => point.at - points[index]!.at)
  const step = [...steps].sort((a, b) => a - b)[Math.floor(steps.length / 2)] ?? 0
  const segments: Point[][] = []
  points.forEach((point, index) => {
    const missing = index === 0 || point.at - points[index - 1]!.at > GAP_STEPS * step
    if (missing) segments.push([point])
    else segments.at(-1)?.push(point)
  })
  return segments
}

/** The lowest and the highest point of each slot of time, so that thinning hides no peak. */
function thin(points: readonly Point[], slotMs: number): Point[] {
  const slots = new Map<number, Point[]>()
  for (const point of points) {
    const slot = Math.floor(point.at / slotMs)
    const [low = point, high = point] = slots.get(slot) ?? []
    slots.set(slot, [point.value < low.value ? point : low, point.value > high.value ? point : high])
  }
  return [...slots.values()].flatMap(([low, high]) => {
    if (!low || !high || low === high) return low ? [low] : []
    return low.at < high.at ? [low, high] : [high, low]
  })
}

export interface Scale {
  low: number
  high: number
}

/** A step of 1, 2 or 5 times a power of ten, at least `span`. */
function niceStep(span: number): number {
  const power = 10 ** Math.floor(Math.log10(span))
  return power * ([1, 2, 5].find((nice) => nice * power >= span) ?? 10)
}

/** A speed says nothing without its zero: a line that wavers by a hundredth is not one that comes and goes. */
const FROM_ZERO: readonly string[] = ['bit/s', 'kbit/s']

/** Round ends that hold all values: percents on the whole of 0 to 100, others from 0 unless they lie far above. */
export function scaleOf(points: readonly Point[], unit: string): Scale {
  if (unit === '%') return { low: 0, high: 100 }
  const values = points.map((point) => point.value)
  const [least, most] = [Math.min(...values), Math.max(...values)]
  const base = least >= 0 && (least <= most / 2 || FROM_ZERO.includes(unit)) ? 0 : least
  const step = niceStep((most - base) / 2 || Math.abs(most) / 2 || 1)
  const low = Math.floor(base / step) * step
  return { low, high: Math.max(Math.ceil(most / step) * step, low + step) }
}

/** The `d` of the line, in whole units; a lonely reading becomes a dot under a round line cap. */
export function linePath(segments: readonly Point[][], from: number, to: number, scale: Scale): string {
  const drawn = segments.reduce((sum, segment) => sum + segment.length, 0)
  const slotMs = (to - from) / (MAX_DRAWN / 2)
  const x = (at: number) => Math.round(((at - from) / (to - from)) * WIDTH)
  const y = (value: number) => Math.round((1 - (value - scale.low) / (scale.high - scale.low)) * HEIGHT)
  return segments
    .map((segment) => {
      const [first, ...rest] = drawn > MAX_DRAWN ? thin(segment, slotMs) : segment
      if (!first) return ''
      let [left, top] = [x(first.at), y(first.value)]
      const start = `M${left} ${top}`
      if (rest.length === 0) return `${start}h.1`
      // Relative steps are shorter than places: "2-1" for "L318 44".
      const moves = rest.map((point) => {
        const [right, next] = [x(point.at), y(point.value)]
        const move = `${right - left}${next < top ? '' : ' '}${next - top}`
        ;[left, top] = [right, next]
        return move
      })
      return `${start}l${moves.join(' ')}`
    })
    .join('')
}
