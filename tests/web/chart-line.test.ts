import { describe, expect, it } from 'vitest'
import { HEIGHT, linePath, scaleOf, splitAtGaps, WIDTH } from '../../web/chart-line.ts'

const STEP = 60_000
const at = (step: number, value = 1) => ({ at: step * STEP, value })

describe('gaps', () => {
  it('breaks the line where readings are missing longer than three steps, not at three', () => {
    const points = [at(0), at(1), at(2), at(5), at(6), at(10), at(11)]
    expect(splitAtGaps(points).map((segment) => segment.length)).toEqual([5, 2])
  })

  it('has no gap in few or no points', () => {
    expect(splitAtGaps([])).toEqual([])
    expect(splitAtGaps([at(0)])).toEqual([[at(0)]])
    expect(splitAtGaps([at(0), at(100)])).toHaveLength(1)
  })
})

describe('scale', () => {
  it.each([
    ['%', [3, 12], { low: 0, high: 100 }],
    ['ms', [20, 73], { low: 0, high: 100 }],
    ['B', [1000, 1900], { low: 1000, high: 2000 }],
    ['°C', [-3, 4], { low: -5, high: 5 }],
    ['ms', [0, 0], { low: 0, high: 1 }],
    ['ms', [7, 7], { low: 5, high: 10 }],
    ['kbit/s', [6200, 6210], { low: 0, high: 10_000 }],
    ['bit/s', [0, 0], { low: 0, high: 1 }],
  ])('%s %j', (unit, values, expected) => {
    expect(
      scaleOf(
        values.map((value) => at(0, value)),
        unit,
      ),
    ).toEqual(expected)
  })
})

/** The corners of a path, absolute again. */
function corners(path: string): [number, number][][] {
  return path
    .split('M')
    .slice(1)
    .map((part) => {
      const [start = '', moves = ''] = part.split(/[lh]/)
      const numbers = (text: string) => (text.match(/-?[\d.]+/g) ?? []).map(Number)
      const [x = 0, y = 0] = numbers(start)
      const corner: [number, number] = [x, y]
      const steps = part.includes('l') ? numbers(moves) : []
      const walked: [number, number][] = [[x, y]]
      for (let index = 0; index < steps.length; index += 2) {
        corner[0] += steps[index] ?? 0
        corner[1] += steps[index + 1] ?? 0
        walked.push([corner[0], corner[1]])
      }
      return walked
    })
}

describe('line', () => {
  const scale = { low: 0, high: 100 }

  it('goes from the lower left to the upper right of its box, and a lonely reading is a dot', () => {
    const path = linePath([[at(0, 0), at(5, 25), at(10, 100)], [at(20, 50)]], 0, 20 * STEP, scale)
    expect(path).toBe('M0 100l150-25 150-75M600 50h.1')
    expect(corners(path)[0]).toEqual([
      [0, HEIGHT],
      [150, 75],
      [300, 0],
    ])
  })

  it('stays small with a week of minutes and still shows the one peak', () => {
    const week = 7 * 24 * 60
    const points = Array.from({ length: week }, (_, step) => at(step, step === 5000 ? 99 : 10 + (step % 3)))
    const path = linePath(splitAtGaps(points), 0, week * STEP, scale)
    const drawn = corners(path).flat()
    expect(path.length).toBeLessThan(1600)
    expect(Math.min(...drawn.map(([, y]) => y))).toBe(1)
    // The last slot's lowest or highest reading, at most a slot from the end.
    expect(drawn.at(-1)?.[0]).toBeGreaterThan(WIDTH - WIDTH / 100)
  })
})
