/** One line of the table of goals. */
export interface TruthFigure {
  name: string
  value: number
  unit: string
  /** What is aimed at, and what a release must have; null where a figure only explains another. */
  goal: number | null
  floor: number | null
  met: boolean | null
  /** How many things it was measured on. */
  of: number
}

interface Aim {
  goal: number
  floor: number
  better: 'higher' | 'lower'
}

export function atMost(goal: number, floor: number): Aim {
  return { goal, floor, better: 'lower' }
}

export function atLeast(goal: number, floor: number): Aim {
  return { goal, floor, better: 'higher' }
}

/** A figure that cannot be had (nothing to measure it on) is NaN and not met. */
export function figure(name: string, value: number, unit: string, of: number, aim: Aim | null): TruthFigure {
  const met = aim === null ? null : aim.better === 'lower' ? value <= aim.goal : value >= aim.goal
  return { name: `truth.${name}`, value, unit, goal: aim?.goal ?? null, floor: aim?.floor ?? null, met, of }
}

export const percent = (part: number, whole: number): number => (100 * part) / whole

/** The value below which `share` of the sorted values lie; NaN of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
}
