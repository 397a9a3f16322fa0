/** What is wrong with the lines that were to be replayed, a text a problem, and how many more there are. */
export class ReplayError extends Error {
  readonly problems: readonly string[]
  readonly more: number

  constructor(problems: readonly string[], more = 0) {
    super(problems.join('\n'))
    this.name = 'ReplayError'
    this.problems = problems
    this.more = more
  }
}
