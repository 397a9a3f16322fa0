import { NoAnswer } from './probe.ts'

/** A step that is told to end has closed its sockets within this; one that does not is left behind. */
const ENDING_MS = 500

/**
 * Runs `work` with a signal that is aborted after `ms`, or with one of `signals`.
 * @throws NoAnswer when it goes on all the same
 */
export async function bounded<Result>(
  ms: number,
  signals: readonly AbortSignal[],
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const ending = new AbortController()
  let leave: (error: Error) => void = () => {}
  const left = new Promise<never>((_, reject) => {
    leave = reject
  })
  let lateTimer: NodeJS.Timeout | undefined
  const end = (): void => {
    ending.abort()
    lateTimer ??= setTimeout(() => leave(new NoAnswer('expected the step to end, got nothing')), ENDING_MS)
  }
  const timer = setTimeout(end, ms)
  for (const signal of signals) {
    if (signal.aborted) end()
    else signal.addEventListener('abort', end, { once: true })
  }
  try {
    return await Promise.race([work(ending.signal), left])
  } finally {
    clearTimeout(timer)
    clearTimeout(lateTimer)
    for (const signal of signals) signal.removeEventListener('abort', end)
    ending.abort()
  }
}
