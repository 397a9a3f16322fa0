/** One figure of a bench, as one JSON object a line: its name and unit are fixed by the contract in the README. */
export interface Figure {
  name: string
  value: number
  unit: string
  /** What the figure was measured under: sizes, counts, a bound or a peer of the same run. */
  [condition: string]: string | number | boolean | null
}

export function printFigure(figure: Figure): void {
  process.stdout.write(`${JSON.stringify({ ...figure, value: Number(figure.value.toPrecision(5)) })}\n`)
}
